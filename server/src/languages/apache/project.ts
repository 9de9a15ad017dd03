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

export interface ApacheProject {
  readonly root: SourceFile;
  readonly role: 'root' | 'fragment';
  readonly main: Scope;
  /** All sections in the order of the text, `main` first. */
  readonly scopes: readonly Scope[];
  readonly files: ReadonlyMap<FileId, ReadFile>;
  readonly includes: readonly IncludeResult[];
  readonly problems: readonly ConfigProblem[];
  readonly unseen: readonly Unseen[];
  readonly dependencies: Dependencies;
  readonly paths: PathContext;
}

type GrowingScope = Growing<Scope, Entry>;

interface Position extends BlockPosition<GrowingScope, Directive> {
  /** Whether what stands around them is not decided. */
  readonly conditional: boolean;
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
  const { scopes, files, includes, problems, unseen } = reading;
  return { root, role, main, scopes, files, includes, problems, unseen, dependencies, paths };
}

class Reading {
  readonly files = new Map<FileId, ReadFile>();
  readonly includes: IncludeResult[] = [];
  readonly problems: ConfigProblem[] = [];
  readonly unseen: Unseen[] = [];
  readonly scopes: Scope[] = [];
  private readonly defines = new Defines();
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
    this.add(first.tree.items, { scope: main, file: root, via: [], chain, conditional: false });
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
    for (const directive of items) {
      this.directives++;
      if (this.directives > MAX_DIRECTIVES) return;
      if (isCondition(directive.key)) this.condition(directive, at);
      else if (directive.key === 'include' || directive.key === 'includeoptional') this.include(directive, at);
      else this.one(directive, at);
    }
  }

  private one(directive: Directive, at: Position): void {
    const { key, section } = directive;
    const { file, via, conditional } = at;
    const resolved = this.resolved(directive);
    const text = (i: number): string | undefined => resolved?.[i] ?? directive.args[i]?.value;
    if (key === 'define' && !conditional) this.defines.define(text(0) ?? '', text(1));
    if (key === 'undefine' && !conditional) this.defines.undefine(text(0) ?? '');
    if (key === 'use') {
      const why = `what \`Use ${text(0) ?? ''}\` brings in is not looked at`;
      at.scope.holes.push({ place: { file: file.id, span: directive.head }, why, couldHold: () => true });
    }
    // A macro's text is nothing until somebody uses it.
    if (key === 'macro') return;
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
    this.add(section.items, { ...at, scope, via: [], conditional: false });
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
    if (decision === 'yes') {
      this.add(items, at);
      return;
    }
    const held = keysBelow(items);
    const bringsMore = ['include', 'includeoptional', 'use'].some((key) => held.has(key));
    at.scope.holes.push({
      place: { file: at.file.id, span: directive.head },
      why: `\`<${directive.name.value} ${directive.args[0]?.value ?? ''}>\` is decided only when the server starts`,
      couldHold: (key) => bringsMore || held.has(key),
    });
    this.add(items, { ...at, conditional: true });
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
      this.add(read.tree.items, { ...at, file, via: [...at.via, site], chain: [...at.chain, real] });
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
