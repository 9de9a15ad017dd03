/** Owns reading an nginx configuration with all its includes into nested scopes. */

import { KNOWN_FILES } from '../../facts/nginx.ts';
import { isPattern } from '../../files/glob.ts';
import type { FileId } from '../../files/host.ts';
import { dirname } from '../../files/paths.ts';
import { type Dependencies, noDependencies, type SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import {
  cycleProblem,
  includeHole,
  MAX_DEPTH,
  MAX_DIRECTIVES,
  surroundingsHole,
  TOO_DEEP,
  templateHole,
  tooLarge,
  unseenInclude,
} from '../blocks/reading.ts';
import type { IncludeResult as BlockResult } from '../blocks/scope.ts';
import type { Environment } from '../language.ts';
import { type Dumped, inDump, type Named, onDisk } from './includes.ts';
import { type PathContext, prefixOf } from './paths.ts';
import type { Entry, Hole, IncludeSite, Scope, Vocabulary } from './scope.ts';
import { splitDump } from './syntax/dump.ts';
import type { Directive, SyntaxTree } from './syntax/tree.ts';
import { isTemplate, roleOf, treeOf } from './trees.ts';
import { type Asked, holdsUnits, namesTheSame, type Surroundings, sameList, type Unit } from './units.ts';

export interface ReadFile {
  readonly file: SourceFile;
  readonly trees: readonly SyntaxTree[];
  readonly template: boolean;
}

/** What an `include` brought in. */
export type IncludeResult = BlockResult<Directive>;

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
const NO_HOLES: readonly Hole[] = [];

/** A block while its directives are being read. */
interface GrowingScope extends Scope {
  entries: Entry[];
  holes: readonly Hole[];
}

/**
 * Reads a project. Of the reading `before` it takes over the units whose files have not changed, and the levels that hold
 * them as the same objects with other directives; so `before` must not be used any more.
 */
export function readProject(root: SourceFile, environment: Environment, before?: Reading): Reading {
  const dependencies = noDependencies();
  dependencies.files.add(root.id);
  const dump = splitDump(root.text);
  const dumped: Dumped = new Map();
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
      read = { file, trees: [], template: isTemplate(file) };
      files.set(file.id, read);
    }
    if (!read.trees.includes(tree)) read.trees.push(tree);
    return read.template;
  };

  const resolve = (pattern: string): Named =>
    dump === undefined ? onDisk(pattern, paths) : inDump(pattern, dumped, paths);

  /** The same object from reading to reading, because units that are taken over keep theirs. */
  const vocabulary: GrowingVocabulary = before?.vocabulary ?? { names: new Set(), hides: false };
  vocabulary.hides = role !== 'root';
  const hide = (scope: GrowingScope, hole: Hole): void => {
    vocabulary.hides = true;
    scope.holes = [...scope.holes, hole];
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
      return { vocabulary, name, opener, parent, entries: [], holes: NO_HOLES };
    same.entries = [];
    same.holes = NO_HOLES;
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
        : { vocabulary, name, opener, parent, entries: [], holes: NO_HOLES };
    const hole = holeOf(file);
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
    // A file that is included twice has each of its units twice, and each is an object of its own.
    earlier.delete(unit.directive);
    return unit.scope;
  };

  const readUnit = (directive: Directive, file: SourceFile, parent: Scope, keys: readonly string[]): Scope => {
    const marks = [scopes.length, includes.length, problems.length, unseen.length, directives] as const;
    const mine: Asked[] = [];
    asked = mine;
    const items = directive.block?.items ?? [];
    const scope = build(directive.wording.name, { directive, file }, parent, items, file, keys);
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
      const word = directive.wording.name;
      vocabulary.names.add(word);
      if (word === 'include' && directive.wording.values.length === 1 && directive.block === undefined) {
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
    const pattern = directive.wording.values[0] ?? '';
    const place = { file: from.id, span: directive.args[0]?.span ?? directive.span };
    if (keys.length > MAX_DEPTH) {
      const what = `${TOO_DEEP}; what is below here was not judged`;
      unseen.push({ place, what });
      problems.push({ rule: 'config-include-missing', place, message: `\`${pattern}\`: ${what}` });
      return;
    }
    const found = resolve(pattern);
    asked?.push({ pattern, parts: found.parts, why: found.why });
    const names: FileId[] = [];
    for (const part of found.parts) {
      if (keys.includes(part.key)) {
        const end = 'nginx reads it again and again until it runs out of open files or memory, and does not start';
        problems.push(cycleProblem(place, pattern, end, through, ({ span }) => span));
        continue;
      }
      names.push(part.file.id);
      if (note(part.file, part.tree)) hide(scope, templateHole(part.file));
      const site: IncludeSite = { file: from, directive, path: pattern };
      add(scope, part.tree.items, part.file, [...through, site], [...keys, part.key]);
    }
    const missed = found.why !== undefined && found.sure === true && !isPattern(pattern);
    const gone = missed && dump === undefined;
    includes.push({ file: from, directive, pattern, files: names, why: found.why, gone });
    if (found.why === undefined) return;
    const hole = includeHole(place, `include ${pattern}`, pattern, KNOWN_FILES);
    hide(scope, hole);
    if (hole.known) return;
    const end = missed ? ', and nginx does not start without it' : '';
    const said = unseenInclude(place, `include ${pattern}`, `${found.why}${end}`);
    unseen.push(said.unseen);
    problems.push(said.problem);
  };

  const holeOf = (file: SourceFile): Hole | undefined =>
    files.get(file.id)?.template === true ? templateHole(file) : undefined;

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
          holes: [surroundingsHole(root)],
        };
  const key = firstDumped?.path ?? environment.files.real(root.id);
  const main = build('main', undefined, surroundings, rootTree.items, root, [key]);
  if (directives > MAX_DIRECTIVES) {
    const said = tooLarge(root.id);
    problems.push(said.problem);
    unseen.push(said.unseen);
  }
  return { root, role, main, vocabulary, scopes, units, outer, files, includes, problems, unseen, dependencies, paths };
}
