/** Owns reading a Caddyfile with all that it imports, files and snippets, into nested blocks. */
import type { FileId } from '../../files/host.ts';
import { dirname } from '../../files/paths.ts';
import { noDependencies, type SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import {
  type Position as BlockPosition,
  type Growing,
  MAX_DEPTH,
  MAX_DIRECTIVES,
  surroundingsHole,
  TOO_DEEP,
  templateHole,
  tooLarge,
} from '../blocks/reading.ts';
import type { IncludeResult } from '../blocks/scope.ts';
import type { Environment } from '../language.ts';
import { claim, looksLikeTemplate } from './claim.ts';
import { filledArgs } from './filling.ts';
import { filesOf } from './imports.ts';
import type { PathContext } from './paths.ts';
import type { CaddyProject, ReadFile, Snippet, SnippetUse } from './project.ts';
import type { Arg, Entry, ImportSite, Scope } from './scope.ts';
import { isInner } from './surroundings.ts';
import type { Mode } from './syntax/parser.ts';
import type { Directive, SyntaxTree } from './syntax/tree.ts';
import { treeOf } from './trees.ts';

type GrowingScope = Growing<Scope, Entry>;

interface Position extends BlockPosition<GrowingScope, Directive> {
  /** The arguments of the import that brings the lines in; undefined outside of any. */
  readonly args: readonly Arg[] | undefined;
  /** The lines in the block of that import, for `{block}`. */
  readonly given: Given | undefined;
  readonly mode: Mode;
}

interface Given {
  readonly items: readonly Directive[];
  readonly at: Position;
}

/** One `import` line. */
interface Import {
  readonly directive: Directive;
  readonly file: SourceFile;
  readonly pattern: string;
  readonly place: Place;
}

const SNIPPET = /^\((.*)\)$/s;
/** Lines of the block of an import, where a snippet asks for them. */
const GIVEN = /^\{blocks?(\.[^{}]+)?\}$/;
/** What only the environment or the line that imports can say. */
const OPEN = /\{\$|\{(env|args)[.[]/;

export function readProject(root: SourceFile, environment: Environment): CaddyProject {
  return new Reader(root, environment).read();
}

/** One reading, with all that it has found so far. */
class Reader {
  private readonly files = new Map<FileId, ReadFile>();
  private readonly snippets = new Map<string, Snippet>();
  private readonly includes: IncludeResult<Directive>[] = [];
  private readonly snippetUses: SnippetUse[] = [];
  private readonly problems: ConfigProblem[] = [];
  private readonly unseen: Unseen[] = [];
  private lines = 0;

  private readonly role: CaddyProject['role'];
  private readonly inner: boolean;
  private readonly paths: PathContext;

  constructor(
    private readonly root: SourceFile,
    environment: Environment,
  ) {
    const dependencies = noDependencies();
    dependencies.files.add(root.id);
    this.role = claim(root.id, () => root.text) === 'root' ? 'root' : 'fragment';
    this.paths = { environment, dependencies, folder: dirname(root.id), located: new Map() };
    this.inner = this.role === 'fragment' && isInner(treeOf(root, 'inner'));
  }

  read(): CaddyProject {
    const { root, role, inner, paths, files, snippets, includes, snippetUses, problems, unseen } = this;
    const main: GrowingScope = { opener: undefined, parent: undefined, entries: [], holes: [] };
    const mode: Mode = inner ? 'inner' : 'top';
    const tree = this.note(root, mode);
    this.template(root, main);
    if (role === 'fragment') main.holes.push(surroundingsHole(root));
    const chain = [paths.environment.files.real(root.id)];
    const args = inner ? [] : undefined;
    this.add(tree.items, { scope: main, file: root, via: [], chain, args, given: undefined, mode });
    if (this.lines > MAX_DIRECTIVES) {
      const said = tooLarge(root.id);
      problems.push(said.problem);
      unseen.push(said.unseen);
    }
    const { dependencies } = paths;
    return { root, role, inner, main, files, snippets, includes, snippetUses, problems, unseen, dependencies, paths };
  }

  private note(file: SourceFile, mode: Mode): SyntaxTree {
    const tree = treeOf(file, mode);
    if (!this.files.has(file.id)) this.files.set(file.id, { file, tree });
    return tree;
  }

  private template(file: SourceFile, scope: GrowingScope): void {
    if (!looksLikeTemplate(file.text)) return;
    const hole = templateHole(file);
    scope.holes.push(hole);
    this.unseen.push({ place: hole.place, what: 'what this template becomes' });
  }

  private add(items: readonly Directive[], at: Position): void {
    for (const directive of items) {
      this.lines++;
      if (this.lines > MAX_DIRECTIVES) return;
      const name = directive.name.value;
      if (name === 'import') this.bring(directive, at);
      else if (at.args !== undefined && GIVEN.test(name)) this.giveBack(directive, at);
      else if (name.startsWith('{$') && name.endsWith('}') && directive.block === undefined && at.mode === 'inner')
        this.hide(at, { file: at.file.id, span: directive.head }, `\`${name}\` is known to the environment only`);
      else this.addOne(directive, at);
    }
  }

  private addOne(directive: Directive, at: Position): void {
    const { name, block } = directive;
    const snippet = at.mode === 'top' && directive.args.length === 0 ? SNIPPET.exec(name.value)?.[1] : undefined;
    if (snippet !== undefined) {
      this.define({ name: snippet, directive, file: at.file });
      return;
    }
    const args = filledArgs(directive.args, at.args);
    const { file, via } = at;
    if (block === undefined) {
      at.scope.entries.push({ name: name.value, directive, file, via, args, scope: undefined });
      return;
    }
    const scope: GrowingScope = { opener: undefined, parent: at.scope, entries: [], holes: [] };
    const entry: Entry = { name: name.value, directive, file, via, args, scope };
    Object.assign(scope, { opener: entry });
    at.scope.entries.push(entry);
    this.add(block.items, { ...at, scope, via: [], mode: 'inner' });
  }

  private define(snippet: Snippet): void {
    const before = this.snippets.get(snippet.name);
    if (before === undefined) {
      this.snippets.set(snippet.name, snippet);
      return;
    }
    this.problems.push({
      rule: 'config-syntax',
      place: { file: snippet.file.id, span: snippet.directive.name.span },
      message: `there is a snippet \`(${snippet.name})\` already, and Caddy refuses a second one`,
      related: [{ place: { file: before.file.id, span: before.directive.name.span }, message: 'the first one' }],
    });
  }

  /** `{block}`: the lines that stand in the block of the import. */
  private giveBack({ name }: Directive, { given, scope, via, chain }: Position): void {
    if (given === undefined || chain.length > MAX_DEPTH) return;
    const key = /^\{blocks\.(.*)\}$/.exec(name.value)?.[1];
    const items = key === undefined ? given.items : given.items.filter((item) => item.name.value === key);
    const lists = key === undefined ? [items] : items.map(({ block }) => block?.items ?? []);
    for (const list of lists) this.add(list, { ...given.at, scope, via, chain: [...chain, name.value] });
  }

  private hide(at: Position, place: Place, why: string): void {
    at.scope.holes.push({ place, why, couldHold: () => true });
    this.unseen.push({ place, what: why });
  }

  private bring(directive: Directive, at: Position): void {
    const [first, ...args] = filledArgs(directive.args, at.args);
    const { file } = at;
    const place = { file: file.id, span: first?.word.span ?? directive.head };
    const pattern = first?.value ?? '';
    if (pattern === '') {
      const message = '`import` needs a file, a pattern or a snippet, and Caddy refuses it without';
      this.problems.push({ rule: 'config-syntax', place, message });
      return;
    }
    const line: Import = { directive, file, pattern, place };
    if (OPEN.test(pattern) || at.chain.length > MAX_DEPTH) {
      this.lose(line, at, OPEN.test(pattern) ? 'the environment decides' : TOO_DEEP);
      return;
    }
    const site: ImportSite = { file, directive, path: pattern };
    const given: Given = { items: directive.block?.items ?? [], at };
    const inside = { ...at, via: [...at.via, site], args, given };
    const snippet = this.snippets.get(pattern);
    if (snippet === undefined) this.bringFiles(line, inside);
    else this.bringSnippet(line, snippet, inside);
  }

  private lose({ directive, file, pattern, place }: Import, at: Position, why: string): void {
    this.includes.push({ file, directive, pattern, files: [], why });
    this.hide(at, place, `what \`import ${pattern}\` brings in could not be seen (${why})`);
  }

  private bringSnippet(line: Import, snippet: Snippet, at: Position): void {
    this.snippetUses.push({ file: line.file, directive: line.directive, snippet });
    const key = `(${line.pattern})`;
    if (at.chain.includes(key)) this.cycle(line, at);
    else this.add(snippet.directive.block?.items ?? [], { ...at, file: snippet.file, chain: [...at.chain, key] });
  }

  private bringFiles(line: Import, at: Position): void {
    const { directive, file: from, pattern, place } = line;
    const { files, missing } = filesOf(pattern, from.id, this.paths, this.unseen.length > 0);
    if (files === undefined) {
      this.lose(line, at, missing.why);
      const end = missing.sure
        ? ', and Caddy refuses the configuration without it'
        : '; what depends on it is not judged';
      const message = `What \`import ${pattern}\` brings in could not be seen (${missing.why})${end}`;
      this.problems.push({ rule: 'config-include-missing', place, message });
      return;
    }
    this.includes.push({ file: from, directive, pattern, files: files.map(({ id }) => id), why: undefined });
    for (const file of files) {
      const real = this.paths.environment.files.real(file.id);
      if (at.chain.includes(real)) {
        this.cycle(line, at);
        continue;
      }
      const tree = this.note(file, at.mode);
      this.template(file, at.scope);
      this.add(tree.items, { ...at, file, chain: [...at.chain, real] });
    }
  }

  private cycle({ pattern, place }: Import, at: Position): void {
    this.problems.push({
      rule: 'config-include-cycle',
      place,
      message: `\`import ${pattern}\` brings in what is still being read, and Caddy refuses a cycle of imports`,
      related: at.via.map((site) => ({
        place: { file: site.file.id, span: site.directive.head },
        message: 'imported here',
      })),
    });
  }
}
