/** Owns reading an Apache configuration with all its includes and conditions into nested scopes. */
import { KNOWN_FILES } from '../../facts/apache.ts';
import type { FileId } from '../../files/host.ts';
import { basename } from '../../files/paths.ts';
import { type Dependencies, noDependencies, type SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import {
  type Position as BlockPosition,
  cycleProblem,
  type Growing,
  includeHole,
  MAX_DEPTH,
  MAX_DIRECTIVES,
  surroundingsHole,
  TOO_DEEP,
  templateHole,
  tooLarge,
  unseenInclude,
} from '../blocks/reading.ts';
import { type IncludeResult as BlockResult, startOf } from '../blocks/scope.ts';
import type { Environment } from '../language.ts';
import { claim, looksLikeTemplate } from './claim.ts';
import { decide, isCondition } from './conditions.ts';
import { Defines } from './defines.ts';
import { filesOf } from './includes.ts';
import { type Filling, fill, fillingOf, type Macro, macroKey, macroOf } from './macros.ts';
import { type PathContext, rootFolders } from './paths.ts';
import type { Entry, IncludeSite, Scope } from './scope.ts';
import type { Directive, SyntaxTree } from './syntax/tree.ts';
import { keysBelow, treeOf } from './trees.ts';

export interface ReadFile {
  readonly file: SourceFile;
  readonly tree: SyntaxTree;
  readonly template: boolean;
}

/** What an `Include` brought in. */
export type IncludeResult = BlockResult<Directive>;

/** A line that uses a macro. */
export interface Use {
  readonly file: SourceFile;
  readonly directive: Directive;
}

export interface ApacheProject {
  readonly root: SourceFile;
  readonly role: 'root' | 'fragment';
  readonly main: Scope;
  /** All sections in the order of the text, `main` first. */
  readonly scopes: readonly Scope[];
  readonly files: ReadonlyMap<FileId, ReadFile>;
  readonly includes: readonly IncludeResult[];
  /** The lines that use macros, which stand for lines that are not there. */
  readonly uses: readonly Use[];
  readonly problems: readonly ConfigProblem[];
  readonly unseen: readonly Unseen[];
  readonly dependencies: Dependencies;
  readonly paths: PathContext;
}

type GrowingScope = Growing<Scope, Entry>;

interface Position extends BlockPosition<GrowingScope, Directive> {
  /** Whether what stands around them is not decided. */
  readonly conditional: boolean;
  /** The use of a macro that they are from. */
  readonly filling: Filling | undefined;
}

/** The value of `ServerRoot` in a file's outermost level. */
function serverRootOf(tree: SyntaxTree): string | undefined {
  const text = tree.items.findLast(({ key }) => key === 'serverroot')?.args[0]?.value;
  return text === undefined || text.includes('${') ? undefined : text;
}

export function readProject(root: SourceFile, environment: Environment): ApacheProject {
  const dependencies = noDependencies();
  dependencies.files.add(root.id);
  const role = claim(root.id, () => root.text) === 'root' ? 'root' : 'fragment';
  const serverRoot = serverRootOf(treeOf(root));
  const paths: PathContext = {
    environment,
    dependencies,
    role,
    roots: rootFolders(root.id, role, serverRoot),
    serverRoot,
    located: new Map(),
  };
  const reading = new Reading(paths);
  const main = reading.read(root);
  const { scopes, files, includes, uses, problems, unseen } = reading;
  return { root, role, main, scopes, files, includes, uses, problems, unseen, dependencies, paths };
}

/** Macros can use each other many times over, so that a use counts as this many directives. */
const COST_OF_USE = 20;

class Reading {
  readonly files = new Map<FileId, ReadFile>();
  readonly includes: IncludeResult[] = [];
  readonly uses: Use[] = [];
  readonly problems: ConfigProblem[] = [];
  readonly unseen: Unseen[] = [];
  readonly scopes: Scope[] = [];
  private readonly defines = new Defines();
  /** By name; undefined where a condition decides what it is. */
  private readonly macros = new Map<string, Macro | undefined>();
  private readonly paths: PathContext;
  private directives = 0;

  constructor(paths: PathContext) {
    this.paths = paths;
  }

  /** Reads the root with all that it reaches. */
  read(root: SourceFile): Scope {
    const first = this.note(root);
    const around: Scope = {
      key: 'surroundings',
      opener: undefined,
      parent: undefined,
      entries: [],
      holes: [surroundingsHole(root)],
    };
    const key = basename(root.id) === '.htaccess' ? 'htaccess' : 'main';
    const parent = this.paths.role === 'root' ? undefined : around;
    const main: GrowingScope = { key, opener: undefined, parent, entries: [], holes: [] };
    this.scopes.push(main);
    if (first.template) main.holes.push(templateHole(root));
    const chain = [this.paths.environment.files.real(root.id)];
    this.add(first.tree.items, { scope: main, file: root, via: [], chain, conditional: false, filling: undefined });
    if (this.directives > MAX_DIRECTIVES) {
      const { problem, unseen } = tooLarge(root.id);
      this.problems.push(problem);
      this.unseen.push(unseen);
    }
    return main;
  }

  private note(file: SourceFile): ReadFile {
    let read = this.files.get(file.id);
    if (read === undefined) {
      read = { file, tree: treeOf(file), template: looksLikeTemplate(file.text) };
      this.files.set(file.id, read);
      if (read.template) this.unseen.push({ place: startOf(file.id), what: 'what this template becomes' });
    }
    return read;
  }

  private add(items: readonly Directive[], at: Position): void {
    for (const written of items) {
      this.directives++;
      if (this.directives > MAX_DIRECTIVES) return;
      if (at.filling === undefined) this.line(written, at);
      else {
        const made = fill(written, at.file, at.filling);
        if (made !== undefined) this.line(made.directive, made.file === at.file ? at : { ...at, file: made.file });
      }
    }
  }

  private line(directive: Directive, at: Position): void {
    const { key } = directive;
    if (isCondition(key)) this.condition(directive, at);
    else if (key === 'include' || key === 'includeoptional') this.include(directive, at);
    else if (key === 'macro') this.macro(directive, at);
    else if (key === 'use') this.use(directive, at);
    else this.one(directive, at);
  }

  private one(directive: Directive, at: Position): void {
    const { key, section } = directive;
    const { file, via, conditional } = at;
    const resolved = this.resolved(directive);
    const text = (i: number): string | undefined => resolved?.[i] ?? directive.args[i]?.value;
    if (key === 'define' && !conditional) this.defines.define(text(0) ?? '', text(1));
    if (key === 'undefine' && !conditional) this.defines.undefine(text(0) ?? '');
    if (key === 'undefmacro') this.macros.set(macroKey(text(0) ?? ''), undefined);
    if (section === undefined) {
      if (!conditional)
        at.scope.entries.push({ name: key, directive, file, via, scope: undefined, resolved, conditional });
      return;
    }
    const scope: GrowingScope = { key, opener: undefined, parent: at.scope, entries: [], holes: [] };
    const entry: Entry = { name: key, directive, file, via, scope, resolved, conditional };
    Object.assign(scope, { opener: entry });
    this.scopes.push(scope);
    at.scope.entries.push(entry);
    this.add(section.items, { ...at, file: at.filling?.macro.file ?? file, scope, via: [], conditional: false });
  }

  /** A macro's text is nothing until somebody uses it; those that a macro makes are not known. */
  private macro(directive: Directive, { file, conditional, filling }: Position): void {
    const known = conditional || filling !== undefined ? undefined : macroOf(directive, file);
    this.macros.set(macroKey(directive.args[0]?.value ?? ''), known);
  }

  private use(directive: Directive, at: Position): void {
    const [name = '', ...values] = this.resolved(directive) ?? directive.args.map(({ value }) => value);
    const macro = this.macros.get(macroKey(name));
    const mark = `macro ${macroKey(name)}`;
    const fault =
      macro === undefined
        ? this.isMissing(name, at) && 'no macro of this name is defined before it'
        : macro.parameters.length !== values.length
          ? `the macro takes ${macro.parameters.length} values, and gets ${values.length}`
          : at.chain.includes(mark) && 'the macro uses itself';
    if (fault !== false) {
      const place = { file: at.file.id, span: directive.head };
      const message = `\`Use ${name}\`: ${fault}, and Apache does not start`;
      this.problems.push({ rule: 'config-syntax', place, message });
    }
    if (macro === undefined || fault !== false || at.chain.length > MAX_DEPTH) {
      const why = `what \`Use ${name}\` brings in is not known`;
      at.scope.holes.push({ place: { file: at.file.id, span: directive.head }, why, couldHold: () => true });
      return;
    }
    this.uses.push({ file: at.file, directive });
    this.directives += COST_OF_USE;
    this.add(macro.directive.section?.items ?? [], {
      ...at,
      file: macro.file,
      via: [...at.via, { file: at.file, directive, path: name }],
      chain: [...at.chain, mark],
      filling: fillingOf(macro, values, directive, at.file),
    });
  }

  /** Whether a macro is certainly not there: all that could define it was seen. */
  private isMissing(name: string, { scope, conditional }: Position): boolean {
    return (
      this.paths.role === 'root' &&
      this.unseen.length === 0 &&
      !conditional &&
      !this.macros.has(macroKey(name)) &&
      !name.includes('${') &&
      ![scope, ...this.scopes].some(({ holes }) => holes.length > 0)
    );
  }

  /** The values of the arguments where `${…}` in one of them could be filled in. */
  private resolved({ args }: Directive): readonly string[] | undefined {
    const filled = args.map(({ value, quote }) => this.defines.resolve(value, quote === undefined));
    return filled.some((text) => text !== undefined)
      ? filled.map((text, i) => text ?? args[i]?.value ?? '')
      : undefined;
  }

  private condition(directive: Directive, at: Position): void {
    const items = directive.section?.items ?? [];
    const decision = decide(directive, this.defines, this.paths.environment.target);
    if (decision === 'no') return;
    const inside = at.filling === undefined ? at : { ...at, file: at.filling.macro.file };
    if (decision === 'yes') {
      this.add(items, inside);
      return;
    }
    const held = keysBelow(items);
    const bringsMore = ['include', 'includeoptional', 'use'].some((key) => held.has(key));
    at.scope.holes.push({
      place: { file: at.file.id, span: directive.head },
      why: `\`<${directive.name.value} ${directive.args[0]?.value ?? ''}>\` is decided only when the server starts`,
      couldHold: (key) => bringsMore || held.has(key),
    });
    this.add(items, { ...inside, conditional: true });
  }

  private include(directive: Directive, at: Position): void {
    const word = directive.args[0];
    const pattern = this.defines.resolve(word?.value ?? '', false) ?? word?.value ?? '';
    const place = { file: at.file.id, span: word?.span ?? directive.head };
    if (pattern.includes('${')) {
      this.hide(at, place, pattern, 'a variable decides');
      this.includes.push({ file: at.file, directive, pattern, files: [], why: 'a variable decides' });
      return;
    }
    if (at.chain.length > MAX_DEPTH) {
      this.hide(at, place, pattern, TOO_DEEP);
      return;
    }
    const { files, why, sure } = filesOf(pattern, this.paths);
    const brought = this.bring(files, directive, pattern, place, at);
    this.includes.push({ file: at.file, directive, pattern, files: brought, why });
    if (why === undefined) return;
    const hole = includeHole(place, `Include ${pattern}`, pattern, KNOWN_FILES);
    const optional = directive.key === 'includeoptional';
    if (hole.known) at.scope.holes.push(hole);
    // What is optional and certainly not there brings nothing in.
    else if (!optional || sure !== true)
      this.hide(at, place, pattern, `${why}${sure === true ? ', and Apache does not start without it' : ''}`);
  }

  /** Reads the files that an include names into the section that it stands in. */
  private bring(
    files: readonly SourceFile[],
    directive: Directive,
    path: string,
    place: Place,
    at: Position,
  ): FileId[] {
    const brought: FileId[] = [];
    for (const file of files) {
      const real = this.paths.environment.files.real(file.id);
      if (at.chain.includes(real)) {
        const end = 'Apache reads it again and again and gives up at 128 levels';
        this.problems.push(cycleProblem(place, path, end, at.via, ({ head }) => head));
        continue;
      }
      brought.push(file.id);
      const read = this.note(file);
      if (read.template) at.scope.holes.push(templateHole(file));
      const site: IncludeSite = { file: at.file, directive, path };
      this.add(read.tree.items, {
        ...at,
        file,
        via: [...at.via, site],
        chain: [...at.chain, real],
        filling: undefined,
      });
    }
    return brought;
  }

  private hide(at: Position, place: Place, pattern: string, why: string): void {
    at.scope.holes.push(includeHole(place, `Include ${pattern}`, pattern, []));
    const { problem, unseen } = unseenInclude(place, `Include ${pattern}`, why);
    this.unseen.push(unseen);
    this.problems.push(problem);
  }
}
