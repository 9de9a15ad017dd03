/** Owns reading an nginx configuration with all its includes into nested scopes. */

import { KNOWN_FILES } from '../../facts/nginx.ts';
import { expandGlob, isPattern, partMatcher } from '../../files/glob.ts';
import type { FileId } from '../../files/host.ts';
import { dirname, isAbsolute, join } from '../../files/paths.ts';
import { type Dependencies, noDependencies, type SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import type { Span } from '../../text/span.ts';
import type { Environment } from '../language.ts';
import { maskTemplate } from './mask.ts';
import { includeCandidates, type PathContext, prefixOf } from './paths.ts';
import type { Entry, Hole, IncludeSite, Scope, Vocabulary } from './scope.ts';
import { splitDump } from './syntax/dump.ts';
import { parse } from './syntax/parser.ts';
import { looksLikeTemplate } from './syntax/template.ts';
import type { Directive, SyntaxTree } from './syntax/tree.ts';
import { type Asked, holdsUnits, namesTheSame, type Surroundings, sameList, type Unit } from './units.ts';

/** nginx has no limits of its own here; these keep a hostile workspace from taking the machine. */
const MAX_DEPTH = 40;
const MAX_DIRECTIVES = 2_000_000;

export interface ReadFile {
  readonly file: SourceFile;
  readonly trees: readonly SyntaxTree[];
  readonly template: boolean;
}

/** What an `include` brought in. */
export interface IncludeResult {
  readonly file: SourceFile;
  readonly directive: Directive;
  readonly pattern: string;
  readonly files: readonly FileId[];
  readonly why: string | undefined;
}

/** A file, or a part of one, that an include brings in. */
export interface Part {
  readonly file: SourceFile;
  readonly tree: SyntaxTree;
  /** What it is called where a file must not bring itself in. */
  readonly key: string;
}

export interface NginxProject extends Reading {
  readonly surroundings: Surroundings;
}

/** A project as its files say it. */
export interface Reading {
  readonly root: SourceFile;
  readonly role: 'root' | 'fragment';
  readonly main: Scope;
  readonly vocabulary: GrowingVocabulary;
  /** All blocks in the order of the text, `main` first. */
  readonly scopes: readonly Scope[];
  /** The blocks in `http`, `stream` and `mail`; none where the project is read once. */
  readonly units: readonly Unit[];
  /** The blocks that are in no unit. */
  readonly outer: readonly Scope[];
  readonly files: ReadonlyMap<FileId, ReadFile>;
  readonly includes: readonly IncludeResult[];
  readonly problems: readonly ConfigProblem[];
  readonly unseen: readonly Unseen[];
  readonly dependencies: Dependencies;
  readonly paths: PathContext;
}

interface GrowingVocabulary extends Vocabulary {
  readonly names: Set<string>;
  hides: boolean;
}

/** A directive that no include brought to its block. */
const HERE: readonly IncludeSite[] = [];

/** A block while its directives are being read. */
interface GrowingScope extends Scope {
  entries: Entry[];
  holes: Hole[];
}

const trees = new WeakMap<SourceFile, Map<string, SyntaxTree>>();

/** The tree of a file or of a part of it, parsed once for each version of the file. */
export function treeOf(file: SourceFile, range?: Span): SyntaxTree {
  let cached = trees.get(file);
  if (cached === undefined) {
    cached = new Map();
    trees.set(file, cached);
  }
  const key = range === undefined ? '' : `${range.start}-${range.end}`;
  let tree = cached.get(key);
  if (tree === undefined) {
    tree = parse(looksLikeTemplate(file.text) ? maskTemplate(file.text) : file.text, range);
    cached.set(key, tree);
  }
  return tree;
}

const MAIN_BLOCKS = new Set(['http', 'events', 'stream', 'mail']);

/** A file with a block that only a whole configuration has. */
export function roleOf(tree: SyntaxTree): 'root' | 'fragment' {
  return tree.items.some((item) => item.block !== undefined && MAIN_BLOCKS.has(item.name.value)) ? 'root' : 'fragment';
}

function knownHole(path: string): ((directive: string) => boolean) | undefined {
  const found = KNOWN_FILES.find(([pattern]) => pattern.test(path));
  return found === undefined ? undefined : (directive) => found[1].includes(directive);
}

/**
 * Reads a project. Of the reading `before` it takes over the units whose files have not changed, and the levels that hold
 * them as the same objects with other directives; so `before` must not be used any more.
 */
export function readProject(root: SourceFile, environment: Environment, before?: Reading): Reading {
  const dependencies = noDependencies();
  dependencies.files.add(root.id);
  const dump = splitDump(root.text);
  const dumped = new Map<string, { file: SourceFile; span: Span }>();
  for (const part of dump ?? []) dumped.set(part.path, { file: root, span: part.span });
  const firstDumped = dump?.[0];
  const rootTree = treeOf(root, firstDumped?.span);
  const role = dump === undefined ? roleOf(rootTree) : 'root';
  const paths: PathContext = {
    environment,
    role,
    dependencies,
    prefix: firstDumped === undefined ? prefixOf(root.id, role) : dirname(firstDumped.path),
    located: new Map(),
  };

  const files = new Map<FileId, { file: SourceFile; trees: SyntaxTree[]; template: boolean }>();
  const includes: IncludeResult[] = [];
  const problems: ConfigProblem[] = [];
  const unseen: Unseen[] = [];
  let directives = 0;

  const note = (file: SourceFile, tree: SyntaxTree): boolean => {
    let read = files.get(file.id);
    if (read === undefined) {
      read = { file, trees: [], template: looksLikeTemplate(file.text) };
      files.set(file.id, read);
    }
    if (!read.trees.includes(tree)) read.trees.push(tree);
    return read.template;
  };

  /** The files that an include names, or why they cannot be seen. */
  const resolve = (pattern: string): { parts: Part[]; why?: string; sure?: boolean; problem?: string } => {
    if (dump !== undefined) {
      const full = isAbsolute(pattern) ? join('/', pattern) : join(paths.prefix, pattern);
      const matchers = full.split('/').map(partMatcher);
      const matching = [...dumped.keys()].filter((key) => {
        const names = key.split('/');
        return (
          key === full ||
          (isPattern(full) &&
            names.length === matchers.length &&
            names.every((name, i) => name === '' || matchers[i]?.(name)))
        );
      });
      const parts = matching.sort().flatMap((key) => {
        const part = dumped.get(key);
        return part === undefined ? [] : [{ file: part.file, tree: treeOf(part.file, part.span), key }];
      });
      return parts.length > 0 || isPattern(full)
        ? { parts }
        : { parts, why: `the dump does not contain ${full}`, sure: true };
    }
    let reason: { why: string; sure: boolean } | undefined;
    for (const { path, sure } of includeCandidates(pattern, paths)) {
      if (isPattern(path)) {
        const found = expandGlob(path, environment.files, dependencies);
        // A pattern that matches nothing is legal; a folder that is certainly not there matches nothing either.
        if ((found !== undefined && found.length > 0) || sure) {
          const matched = found ?? [];
          const parts = matched.flatMap((id) => {
            const opened = environment.files.open(id, dependencies);
            return opened.ok ? [{ file: opened.file, tree: treeOf(opened.file), key: environment.files.real(id) }] : [];
          });
          const lost = matched.length - parts.length;
          return lost === 0
            ? { parts }
            : { parts, why: `${lost} of ${matched.length} files cannot be read`, sure: true };
        }
        reason ??= { why: found === undefined ? 'the folder is not there' : 'nothing matches', sure };
        continue;
      }
      const opened = environment.files.open(path, dependencies);
      if (opened.ok)
        return { parts: [{ file: opened.file, tree: treeOf(opened.file), key: environment.files.real(path) }] };
      const why = opened.reason === 'missing' ? 'there is no such file' : opened.detail;
      if (reason === undefined || opened.reason !== 'missing') reason = { why, sure };
    }
    return { parts: [], why: reason?.why ?? 'there is no such file', sure: reason?.sure ?? false };
  };

  /** The same object from reading to reading, because units that are taken over keep theirs. */
  const vocabulary: GrowingVocabulary = before?.vocabulary ?? { names: new Set(), hides: false };
  vocabulary.hides = role !== 'root';
  const hide = (scope: GrowingScope, hole: Hole): void => {
    vocabulary.hides = true;
    scope.holes.push(hole);
  };
  const scopes: Scope[] = [];
  const outer: Scope[] = [];
  const units: Unit[] = [];
  const keeps = environment.changed !== undefined;
  /** What the includes of the unit that is being read have named. */
  let asked: Asked[] | undefined;
  const earlier = new Map<Directive, Unit | undefined>();
  for (const unit of before?.units ?? []) earlier.set(unit.directive, earlier.has(unit.directive) ? undefined : unit);

  /** A level that holds units stays the same object, so that the units that are taken over are in it. */
  const levelOf = (name: string, opener: Scope['opener'], parent: Scope | undefined): GrowingScope => {
    const same = before?.outer.find(
      (one) => one.name === name && one.opener?.directive === opener?.directive && one.opener?.file === opener?.file,
    ) as GrowingScope | undefined;
    if (same === undefined || same.parent !== parent || outer.includes(same))
      return { vocabulary, name, opener, parent, entries: [], holes: [] };
    same.entries = [];
    same.holes = [];
    return same;
  };

  const build = (
    name: string,
    opener: Scope['opener'],
    parent: Scope | undefined,
    items: readonly Directive[],
    file: SourceFile,
    chain: readonly string[],
  ): Scope => {
    const scope =
      asked === undefined
        ? levelOf(name, opener, parent)
        : { vocabulary, name, opener, parent, entries: [], holes: [] };
    const hole = templateHole(file);
    if (hole !== undefined) hide(scope, hole);
    scopes.push(scope);
    if (asked === undefined) outer.push(scope);
    add(scope, items, file, HERE, chain);
    // A list that grew keeps room for more.
    scope.entries = scope.entries.slice();
    return scope;
  };

  /** Takes a unit over from the reading before; undefined where something of it is not as it was. */
  const takeOver = (unit: Unit | undefined, file: SourceFile, parent: Scope, keys: readonly string[]) => {
    if (unit === undefined || unit.file !== file || unit.scope.parent !== parent || !sameList(unit.keys, keys))
      return undefined;
    if (directives + unit.directives > MAX_DIRECTIVES) return undefined;
    const now = unit.asked.map(({ pattern }) => resolve(pattern));
    if (!unit.asked.every((one, i) => namesTheSame(one, now[i] ?? { parts: [] }))) return undefined;
    for (const { parts } of unit.asked) for (const part of parts) note(part.file, part.tree);
    scopes.push(...unit.scopes);
    vocabulary.hides ||= unit.hides;
    includes.push(...unit.includes);
    problems.push(...unit.problems);
    unseen.push(...unit.unseen);
    directives += unit.directives;
    units.push(unit);
    return unit.scope;
  };

  const readUnit = (directive: Directive, file: SourceFile, parent: Scope, keys: readonly string[]): Scope => {
    const marks = [scopes.length, includes.length, problems.length, unseen.length, directives] as const;
    const mine: Asked[] = [];
    asked = mine;
    const items = directive.block?.items ?? [];
    const scope = build(directive.name.value, { directive, file }, parent, items, file, keys);
    asked = undefined;
    const ofUnit = scopes.slice(marks[0]);
    units.push({
      directive,
      file,
      keys,
      scope,
      scopes: ofUnit,
      hides: ofUnit.some(({ holes }) => holes.length > 0),
      asked: mine,
      includes: includes.slice(marks[1]),
      problems: problems.slice(marks[2]),
      unseen: unseen.slice(marks[3]),
      directives: directives - marks[4],
      around: undefined,
      found: undefined,
    });
    return scope;
  };

  const add = (
    scope: GrowingScope,
    list: readonly Directive[],
    from: SourceFile,
    through: readonly IncludeSite[],
    keys: readonly string[],
  ): void => {
    for (const directive of list) {
      directives++;
      if (directives > MAX_DIRECTIVES) return;
      const word = directive.name.value;
      vocabulary.names.add(word);
      if (word === 'include' && directive.args.length === 1 && directive.block === undefined) {
        include(scope, directive, from, through, keys);
        continue;
      }
      let inner: Scope | undefined;
      if (directive.block !== undefined && directive.block.body !== 'lua') {
        inner =
          asked === undefined && keeps && holdsUnits(scope)
            ? (takeOver(earlier.get(directive), from, scope, keys) ?? readUnit(directive, from, scope, keys))
            : build(word, { directive, file: from }, scope, directive.block.items, from, keys);
      }
      scope.entries.push({ name: word, directive, file: from, via: through, scope: inner });
    }
  };

  const include = (
    scope: GrowingScope,
    directive: Directive,
    from: SourceFile,
    through: readonly IncludeSite[],
    keys: readonly string[],
  ): void => {
    const pattern = directive.args[0]?.value ?? '';
    const place = { file: from.id, span: directive.args[0]?.span ?? directive.span };
    if (keys.length > MAX_DEPTH) {
      const what = `includes are nested more than ${MAX_DEPTH} deep; what is below here was not judged`;
      unseen.push({ place, what });
      problems.push({ rule: 'config-include-missing', place, message: `\`${pattern}\`: ${what}` });
      return;
    }
    const found = resolve(pattern);
    asked?.push({ pattern, parts: found.parts, why: found.why });
    const names: FileId[] = [];
    for (const part of found.parts) {
      if (keys.includes(part.key)) {
        problems.push({
          rule: 'config-include-cycle',
          place,
          message: `\`${pattern}\` brings in a file that is still being read, so nginx reads it again and again until it runs out of open files or memory, and does not start`,
          related: through.map((site) => ({
            place: { file: site.file.id, span: site.directive.span },
            message: 'included here',
          })),
        });
        continue;
      }
      names.push(part.file.id);
      if (note(part.file, part.tree)) hide(scope, templateHole(part.file) as Hole);
      const site: IncludeSite = { file: from, directive, path: pattern };
      add(scope, part.tree.items, part.file, [...through, site], [...keys, part.key]);
    }
    includes.push({ file: from, directive, pattern, files: names, why: found.why });
    if (found.why !== undefined) {
      const couldHold = knownHole(pattern);
      hide(scope, {
        place,
        why: `\`include ${pattern}\` could not be followed`,
        couldHold: couldHold ?? (() => true),
      });
      if (couldHold === undefined) {
        const end = found.sure === true && !isPattern(pattern) ? ', and nginx does not start without it' : '';
        unseen.push({ place, what: `include ${pattern}` });
        problems.push({
          rule: 'config-include-missing',
          place,
          message: `What \`include ${pattern}\` brings in could not be seen (${found.why}${end}); what depends on it is not judged`,
        });
      }
    }
  };

  const templateHole = (file: SourceFile): Hole | undefined =>
    files.get(file.id)?.template === true
      ? { place: { file: file.id, span: { start: 0, end: 0 } }, why: 'the file is a template', couldHold: () => true }
      : undefined;

  note(root, rootTree);
  const surroundings: Scope | undefined =
    role === 'root'
      ? undefined
      : {
          vocabulary,
          name: 'surroundings',
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
  const key = firstDumped?.path ?? environment.files.real(root.id);
  const main = build('main', undefined, surroundings, rootTree.items, root, [key]);
  if (directives > MAX_DIRECTIVES) {
    const place = { file: root.id, span: { start: 0, end: 0 } };
    problems.push({
      rule: 'config-include-missing',
      place,
      message: `More than ${MAX_DIRECTIVES} directives with all includes; what comes after them was not judged`,
    });
    unseen.push({ place, what: 'the rest of a very large configuration' });
  }
  return { root, role, main, vocabulary, scopes, units, outer, files, includes, problems, unseen, dependencies, paths };
}
