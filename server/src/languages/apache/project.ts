/** Owns reading an Apache configuration with all its includes and conditions into nested scopes. */
import { KNOWN_FILES } from '../../facts/apache.ts';
import { expandGlob, isPattern } from '../../files/glob.ts';
import type { FileId } from '../../files/host.ts';
import { basename } from '../../files/paths.ts';
import { type Dependencies, noDependencies, type SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import type { Environment } from '../language.ts';
import { claim, looksLikeTemplate } from './claim.ts';
import { decide, isCondition } from './conditions.ts';
import { Defines } from './defines.ts';
import { includeCandidates, type PathContext, rootFolders } from './paths.ts';
import type { Entry, Hole, IncludeSite, Scope } from './scope.ts';
import { parse } from './syntax/parser.ts';
import type { Directive, SyntaxTree } from './syntax/tree.ts';

/** Apache itself stops at 128 levels of includes (AP_MAX_INCLUDE_DEPTH); these keep a hostile workspace from taking the machine. */
const MAX_DEPTH = 40;
const MAX_DIRECTIVES = 2_000_000;

export interface ReadFile {
  readonly file: SourceFile;
  readonly tree: SyntaxTree;
  readonly template: boolean;
}

/** What an `Include` brought in. */
export interface IncludeResult {
  readonly file: SourceFile;
  readonly directive: Directive;
  readonly pattern: string;
  readonly files: readonly FileId[];
  readonly why: string | undefined;
}

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

interface GrowingScope extends Scope {
  readonly entries: Entry[];
  readonly holes: Hole[];
}

/** Where directives go while they are read, and what was decided around them. */
interface Position {
  readonly scope: GrowingScope;
  readonly file: SourceFile;
  readonly via: readonly IncludeSite[];
  readonly chain: readonly string[];
  readonly conditional: boolean;
}

const trees = new WeakMap<SourceFile, SyntaxTree>();

export function treeOf(file: SourceFile): SyntaxTree {
  let tree = trees.get(file);
  if (tree === undefined) {
    tree = looksLikeTemplate(file.text) ? { text: file.text, items: [], comments: [], problems: [] } : parse(file.text);
    trees.set(file, tree);
  }
  return tree;
}

/** The value of `ServerRoot` in a file's outermost level. */
function serverRootOf(tree: SyntaxTree): string | undefined {
  const text = tree.items.findLast(({ key }) => key === 'serverroot')?.args[0]?.value;
  return text === undefined || text.includes('${') ? undefined : text;
}

function keysBelow(items: readonly Directive[], into: Set<string> = new Set()): Set<string> {
  for (const { key, section } of items) {
    into.add(key);
    if (section !== undefined) keysBelow(section.items, into);
  }
  return into;
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
  const files = new Map<FileId, ReadFile>();
  const includes: IncludeResult[] = [];
  const problems: ConfigProblem[] = [];
  const unseen: Unseen[] = [];
  const scopes: Scope[] = [];
  const defines = new Defines();
  let directives = 0;

  const note = (file: SourceFile): ReadFile => {
    let read = files.get(file.id);
    if (read === undefined) {
      read = { file, tree: treeOf(file), template: looksLikeTemplate(file.text) };
      files.set(file.id, read);
      if (read.template)
        unseen.push({ place: { file: file.id, span: { start: 0, end: 0 } }, what: 'what this template becomes' });
    }
    return read;
  };

  const templateHole = (file: SourceFile): Hole => ({
    place: { file: file.id, span: { start: 0, end: 0 } },
    why: 'the file is a template',
    couldHold: () => true,
  });

  const add = (items: readonly Directive[], at: Position): void => {
    for (const directive of items) {
      directives++;
      if (directives > MAX_DIRECTIVES) return;
      if (isCondition(directive.key)) condition(directive, at);
      else if (directive.key === 'include' || directive.key === 'includeoptional') include(directive, at);
      else one(directive, at);
    }
  };

  const one = (directive: Directive, at: Position): void => {
    const { key, args, section } = directive;
    const filled = args.map(({ value, quote }) => defines.resolve(value, quote === undefined));
    const resolved = filled.some((text) => text !== undefined)
      ? filled.map((text, i) => text ?? args[i]?.value ?? '')
      : undefined;
    const text = (i: number): string | undefined => resolved?.[i] ?? args[i]?.value;
    if (key === 'define' && !at.conditional) defines.define(text(0) ?? '', text(1));
    if (key === 'undefine' && !at.conditional) defines.undefine(text(0) ?? '');
    if (key === 'use') {
      at.scope.holes.push({
        place: { file: at.file.id, span: directive.head },
        why: `what \`Use ${text(0) ?? ''}\` brings in is not looked at`,
        couldHold: () => true,
      });
    }
    // A macro's text is nothing until somebody uses it.
    if (key === 'macro') return;
    const { file, via, conditional } = at;
    if (section === undefined) {
      if (!conditional) at.scope.entries.push({ directive, file, via, scope: undefined, resolved, conditional });
      return;
    }
    const scope: GrowingScope = { key, opener: undefined, parent: at.scope, entries: [], holes: [] };
    const entry: Entry = { directive, file, via, scope, resolved, conditional };
    Object.assign(scope, { opener: entry });
    scopes.push(scope);
    at.scope.entries.push(entry);
    add(section.items, { ...at, scope, via: [], conditional: false });
  };

  const condition = (directive: Directive, at: Position): void => {
    const items = directive.section?.items ?? [];
    const decision = decide(directive, defines, environment.target);
    if (decision === 'no') return;
    if (decision === 'yes') {
      add(items, at);
      return;
    }
    const held = keysBelow(items);
    const bringsMore = ['include', 'includeoptional', 'use'].some((key) => held.has(key));
    at.scope.holes.push({
      place: { file: at.file.id, span: directive.head },
      why: `\`<${directive.name.value} ${directive.args[0]?.value ?? ''}>\` is decided only when the server starts`,
      couldHold: (key) => bringsMore || held.has(key),
    });
    add(items, { ...at, conditional: true });
  };

  /** The files that an include names, or why they cannot be seen. */
  const resolve = (pattern: string): { files: SourceFile[]; why?: string; sure?: boolean } => {
    let reason: { why: string; sure: boolean } | undefined;
    const open = (ids: readonly FileId[]): { files: SourceFile[]; why?: string; sure?: boolean } => {
      const found = ids.flatMap((id) => {
        const opened = environment.files.open(id, dependencies);
        return opened.ok ? [opened.file] : [];
      });
      const lost = ids.length - found.length;
      return lost === 0
        ? { files: found }
        : { files: found, why: `${lost} of ${ids.length} files cannot be read`, sure: true };
    };
    for (const { path, sure } of includeCandidates(pattern, paths)) {
      if (isPattern(path)) {
        const found = expandGlob(path, environment.files, dependencies);
        if ((found !== undefined && found.length > 0) || sure) return open(found ?? []);
        reason ??= { why: found === undefined ? 'the folder is not there' : 'nothing matches', sure };
        continue;
      }
      const opened = environment.files.open(path, dependencies);
      if (opened.ok) return { files: [opened.file] };
      // A folder brings in all files in it (server/config.c, ap_process_resource_config).
      const listed =
        opened.reason === 'directory' ? expandGlob(`${path}/*`, environment.files, dependencies) : undefined;
      if (listed !== undefined) return open(listed);
      const why = opened.reason === 'missing' ? 'there is no such file' : opened.detail;
      if (reason === undefined || opened.reason !== 'missing') reason = { why, sure };
    }
    return { files: [], why: reason?.why ?? 'there is no such file', sure: reason?.sure ?? false };
  };

  const hide = (at: Position, place: Hole['place'], pattern: string, why: string): void => {
    at.scope.holes.push({ place, why: `\`Include ${pattern}\` could not be followed`, couldHold: () => true });
    unseen.push({ place, what: `Include ${pattern}` });
    problems.push({
      rule: 'config-include-missing',
      place,
      message: `What \`Include ${pattern}\` brings in could not be seen (${why}); what depends on it is not judged`,
    });
  };

  const include = (directive: Directive, at: Position): void => {
    const word = directive.args[0];
    const optional = directive.key === 'includeoptional';
    const pattern = defines.resolve(word?.value ?? '', false) ?? word?.value ?? '';
    const place = { file: at.file.id, span: word?.span ?? directive.head };
    if (pattern.includes('${')) {
      hide(at, place, pattern, 'a variable decides');
      includes.push({ file: at.file, directive, pattern, files: [], why: 'a variable decides' });
      return;
    }
    if (at.chain.length > MAX_DEPTH) {
      hide(at, place, pattern, `includes are nested more than ${MAX_DEPTH} deep`);
      return;
    }
    const found = resolve(pattern);
    const names: FileId[] = [];
    for (const file of found.files) {
      const real = environment.files.real(file.id);
      if (at.chain.includes(real)) {
        problems.push({
          rule: 'config-include-cycle',
          place,
          message: `\`${pattern}\` brings in a file that is still being read, so Apache reads it again and again and gives up at 128 levels`,
          related: at.via.map((site) => ({
            place: { file: site.file.id, span: site.directive.head },
            message: 'included here',
          })),
        });
        continue;
      }
      names.push(file.id);
      const read = note(file);
      if (read.template) at.scope.holes.push(templateHole(file));
      const site: IncludeSite = { file: at.file, directive, path: pattern };
      add(read.tree.items, { ...at, file, via: [...at.via, site], chain: [...at.chain, real] });
    }
    includes.push({ file: at.file, directive, pattern, files: names, why: found.why });
    if (found.why === undefined) return;
    const heldBy = KNOWN_FILES.find(([name]) => name.test(pattern));
    if (heldBy !== undefined) {
      at.scope.holes.push({
        place,
        why: `\`Include ${pattern}\` could not be followed`,
        couldHold: (key) => heldBy[1].includes(key),
      });
      return;
    }
    // What is optional and certainly not there brings nothing in.
    if (optional && found.sure === true) return;
    const end = found.sure === true && !optional ? ', and Apache does not start without it' : '';
    hide(at, place, pattern, `${found.why}${end}`);
  };

  const first = note(root);
  const surroundings: Scope | undefined =
    role === 'root'
      ? undefined
      : {
          key: 'surroundings',
          opener: undefined,
          parent: undefined,
          entries: [],
          holes: [
            {
              place: { file: root.id, span: { start: 0, end: 0 } },
              why: 'the file is a part of a configuration, and what includes it is not known',
              couldHold: () => true,
            },
          ],
        };
  const key = basename(root.id) === '.htaccess' ? 'htaccess' : 'main';
  const main: GrowingScope = { key, opener: undefined, parent: surroundings, entries: [], holes: [] };
  scopes.push(main);
  if (first.template) main.holes.push(templateHole(root));
  add(first.tree.items, {
    scope: main,
    file: root,
    via: [],
    chain: [environment.files.real(root.id)],
    conditional: false,
  });
  if (directives > MAX_DIRECTIVES) {
    unseen.push({
      place: { file: root.id, span: { start: 0, end: 0 } },
      what: 'the rest of a very large configuration',
    });
  }
  return { root, role, main, scopes, files, includes, problems, unseen, dependencies, paths };
}
