/** Owns reading a Caddyfile with all that it imports, files and snippets, into nested blocks. */
import { expandGlob, isPattern } from '../../files/glob.ts';
import type { FileId } from '../../files/host.ts';
import { dirname } from '../../files/paths.ts';
import { type Dependencies, noDependencies, type SourceFile } from '../../files/store.ts';
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
import { importCandidates, type PathContext } from './paths.ts';
import type { Arg, Entry, ImportSite, Scope } from './scope.ts';
import { isInner } from './surroundings.ts';
import { type Mode, parse } from './syntax/parser.ts';
import type { Directive, SyntaxTree } from './syntax/tree.ts';

export interface ReadFile {
  readonly file: SourceFile;
  readonly tree: SyntaxTree;
}

/** Lines with a name, `(name) { … }`, that others import. */
export interface Snippet {
  readonly name: string;
  readonly directive: Directive;
  readonly file: SourceFile;
}

/** A line that imports a snippet. */
export interface SnippetUse {
  readonly file: SourceFile;
  readonly directive: Directive;
  readonly snippet: Snippet;
}

export interface CaddyProject {
  readonly root: SourceFile;
  readonly role: 'root' | 'fragment';
  /** Whether the file holds lines of a site, not sites. */
  readonly inner: boolean;
  /** The top level: options, sites and named routes. */
  readonly main: Scope;
  readonly files: ReadonlyMap<FileId, ReadFile>;
  readonly snippets: ReadonlyMap<string, Snippet>;
  /** The imports of files. */
  readonly includes: readonly IncludeResult<Directive>[];
  readonly snippetUses: readonly SnippetUse[];
  readonly problems: readonly ConfigProblem[];
  readonly unseen: readonly Unseen[];
  readonly dependencies: Dependencies;
  readonly paths: PathContext;
}

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

const trees = new WeakMap<SourceFile, Map<Mode, SyntaxTree>>();

export function treeOf(file: SourceFile, mode: Mode): SyntaxTree {
  let known = trees.get(file);
  if (known === undefined) {
    known = new Map();
    trees.set(file, known);
  }
  let tree = known.get(mode);
  if (tree === undefined) {
    tree = looksLikeTemplate(file.text)
      ? { text: file.text, items: [], comments: [], problems: [] }
      : parse(file.text, mode);
    known.set(mode, tree);
  }
  return tree;
}

const SNIPPET = /^\((.*)\)$/s;

export function readProject(root: SourceFile, environment: Environment): CaddyProject {
  const dependencies = noDependencies();
  dependencies.files.add(root.id);
  const role = claim(root.id, () => root.text) === 'root' ? 'root' : 'fragment';
  const paths: PathContext = { environment, dependencies, folder: dirname(root.id), located: new Map() };
  const inner = role === 'fragment' && isInner(treeOf(root, 'inner'));
  const files = new Map<FileId, ReadFile>();
  const snippets = new Map<string, Snippet>();
  const includes: IncludeResult<Directive>[] = [];
  const snippetUses: SnippetUse[] = [];
  const problems: ConfigProblem[] = [];
  const unseen: Unseen[] = [];
  let lines = 0;

  const note = (file: SourceFile, mode: Mode): SyntaxTree => {
    const tree = treeOf(file, mode);
    if (!files.has(file.id)) files.set(file.id, { file, tree });
    return tree;
  };

  const template = (file: SourceFile, scope: GrowingScope): void => {
    if (!looksLikeTemplate(file.text)) return;
    const hole = templateHole(file);
    scope.holes.push(hole);
    unseen.push({ place: hole.place, what: 'what this template becomes' });
  };

  const add = (items: readonly Directive[], at: Position): void => {
    for (const directive of items) {
      lines++;
      if (lines > MAX_DIRECTIVES) return;
      const name = directive.name.value;
      if (name === 'import') bring(directive, at);
      else if (at.args !== undefined && /^\{blocks?(\.[^{}]+)?\}$/.test(name)) giveBack(directive, at);
      else if (name.startsWith('{$') && name.endsWith('}') && directive.block === undefined && at.mode === 'inner')
        hide(at, { file: at.file.id, span: directive.head }, `\`${name}\` is known to the environment only`);
      else one(directive, at);
    }
  };

  const one = (directive: Directive, at: Position): void => {
    const { name, block } = directive;
    const snippet = at.mode === 'top' && directive.args.length === 0 ? SNIPPET.exec(name.value)?.[1] : undefined;
    if (snippet !== undefined) {
      define({ name: snippet, directive, file: at.file });
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
    add(block.items, { ...at, scope, via: [], mode: 'inner' });
  };

  const define = (snippet: Snippet): void => {
    const before = snippets.get(snippet.name);
    if (before !== undefined) {
      problems.push({
        rule: 'config-syntax',
        place: { file: snippet.file.id, span: snippet.directive.name.span },
        message: `there is a snippet \`(${snippet.name})\` already, and Caddy refuses a second one`,
        related: [{ place: { file: before.file.id, span: before.directive.name.span }, message: 'the first one' }],
      });
      return;
    }
    snippets.set(snippet.name, snippet);
  };

  /** `{block}`: the lines that stand in the block of the import. */
  const giveBack = ({ name }: Directive, { given, scope, via, chain }: Position): void => {
    if (given === undefined || chain.length > MAX_DEPTH) return;
    const key = /^\{blocks\.(.*)\}$/.exec(name.value)?.[1];
    const items = key === undefined ? given.items : given.items.filter((item) => item.name.value === key);
    const lists = key === undefined ? [items] : items.map(({ block }) => block?.items ?? []);
    for (const list of lists) add(list, { ...given.at, scope, via, chain: [...chain, name.value] });
  };

  const hide = (at: Position, place: Place, why: string): void => {
    at.scope.holes.push({ place, why, couldHold: () => true });
    unseen.push({ place, what: why });
  };

  const bring = (directive: Directive, at: Position): void => {
    const [first, ...rest] = filledArgs(directive.args, at.args);
    const place = { file: at.file.id, span: first?.word.span ?? directive.head };
    const pattern = first?.value ?? '';
    const result = { file: at.file, directive, pattern };
    const lost = (why: string): void => {
      includes.push({ ...result, files: [], why });
      hide(at, place, `what \`import ${pattern}\` brings in could not be seen (${why})`);
    };
    if (pattern === '') {
      problems.push({
        rule: 'config-syntax',
        place,
        message: '`import` needs a file, a pattern or a snippet, and Caddy refuses it without',
      });
      return;
    }
    if (/\{\$|\{(env|args)[.[]/.test(pattern)) {
      lost('the environment decides');
      return;
    }
    if (at.chain.length > MAX_DEPTH) {
      lost(TOO_DEEP);
      return;
    }
    const site: ImportSite = { file: at.file, directive, path: pattern };
    const given: Given = { items: directive.block?.items ?? [], at };
    const inside = { ...at, via: [...at.via, site], args: rest, given };
    const snippet = snippets.get(pattern);
    const key = snippet === undefined ? undefined : `(${pattern})`;
    if (snippet !== undefined && key !== undefined) {
      snippetUses.push({ file: at.file, directive, snippet });
      if (at.chain.includes(key)) {
        cycle(place, pattern, at);
        return;
      }
      const items = snippet.directive.block?.items ?? [];
      add(items, { ...inside, file: snippet.file, chain: [...at.chain, key] });
      return;
    }
    bringFiles(pattern, place, inside, result, lost);
  };

  const bringFiles = (
    pattern: string,
    place: Place,
    at: Position,
    result: Omit<IncludeResult<Directive>, 'files' | 'why'>,
    lost: (why: string) => void,
  ): void => {
    const found = filesOf(pattern, result.file.id);
    if (found.files === undefined) {
      lost(found.why);
      const end = found.sure
        ? ', and Caddy refuses the configuration without it'
        : '; what depends on it is not judged';
      problems.push({
        rule: 'config-include-missing',
        place,
        message: `What \`import ${pattern}\` brings in could not be seen (${found.why})${end}`,
      });
      return;
    }
    includes.push({ ...result, files: found.files.map(({ id }) => id), why: undefined });
    for (const file of found.files) {
      const real = environment.files.real(file.id);
      if (at.chain.includes(real)) {
        cycle(place, pattern, at);
        continue;
      }
      const tree = note(file, at.mode);
      template(file, at.scope);
      add(tree.items, { ...at, file, chain: [...at.chain, real] });
    }
  };

  const cycle = (place: Place, pattern: string, at: Position): void => {
    problems.push({
      rule: 'config-include-cycle',
      place,
      message: `\`import ${pattern}\` brings in what is still being read, and Caddy refuses a cycle of imports`,
      related: at.via.map((site) => ({
        place: { file: site.file.id, span: site.directive.head },
        message: 'imported here',
      })),
    });
  };

  /** The files of an import, or why they cannot be seen; a pattern without a match brings nothing in. */
  const filesOf = (
    pattern: string,
    from: FileId,
  ): { files: SourceFile[] } | { files: undefined; why: string; sure: boolean } => {
    let reason: { why: string; sure: boolean } | undefined;
    for (const { path, sure } of importCandidates(pattern, from, paths)) {
      if (isPattern(path)) {
        const ids = expandGlob(path, environment.files, dependencies);
        if ((ids === undefined || ids.length === 0) && !sure) {
          reason ??= { why: ids === undefined ? 'the folder is not there' : 'nothing matches', sure };
          continue;
        }
        const opened = (ids ?? []).flatMap((id) => {
          const one = environment.files.open(id, dependencies);
          return one.ok ? [one.file] : [];
        });
        return { files: opened };
      }
      const opened = environment.files.open(path, dependencies);
      if (opened.ok) return { files: [opened.file] };
      const isName = !/[/.]/.test(pattern);
      const noFile = isName ? 'there is no such file, and no such snippet before it' : 'there is no such file';
      reason ??= {
        why: opened.reason === 'missing' ? noFile : opened.detail,
        sure: sure && !(isName && unseen.length > 0),
      };
    }
    return { files: undefined, why: reason?.why ?? 'there is no such file', sure: reason?.sure ?? false };
  };

  const main: GrowingScope = { opener: undefined, parent: undefined, entries: [], holes: [] };
  const mode: Mode = inner ? 'inner' : 'top';
  const tree = note(root, mode);
  template(root, main);
  if (role === 'fragment') main.holes.push(surroundingsHole(root));
  const chain = [environment.files.real(root.id)];
  add(tree.items, { scope: main, file: root, via: [], chain, args: inner ? [] : undefined, given: undefined, mode });
  if (lines > MAX_DIRECTIVES) {
    const said = tooLarge(root.id);
    problems.push(said.problem);
    unseen.push(said.unseen);
  }
  return { root, role, inner, main, files, snippets, includes, snippetUses, problems, unseen, dependencies, paths };
}
