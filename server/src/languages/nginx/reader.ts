/** Owns reading an nginx configuration with all its includes into nested scopes. */
import { KNOWN_FILES } from '../../facts/nginx.ts';
import { isPattern } from '../../files/glob.ts';
import type { FileId } from '../../files/host.ts';
import { dirname } from '../../files/paths.ts';
import { noDependencies, type SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
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
import type { Environment } from '../language.ts';
import { type Dumped, inDump, type Named, onDisk } from './includes.ts';
import { type PathContext, prefixOf } from './paths.ts';
import type { GrowingVocabulary, IncludeResult, Reading } from './project.ts';
import type { Entry, Hole, IncludeSite, Scope } from './scope.ts';
import { splitDump } from './syntax/dump.ts';
import { type Directive, type SyntaxTree, TABLES } from './syntax/tree.ts';
import { isTemplate, roleOf, treeOf } from './trees.ts';
import { type Asked, holdsUnits, namesTheSame, sameList, type Unit } from './units.ts';

/** A directive that no include brought to its block. */
const HERE: readonly IncludeSite[] = [];
const NO_HOLES: readonly Hole[] = [];
const NO_ITEMS: readonly Directive[] = [];

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
  return new Reader(root, environment, before).read();
}

/** The units of a reading by their directives; none for those that are there twice, in a file that is included twice. */
function unitsOf(before: Reading | undefined): Map<Directive, Unit | undefined> {
  const found = new Map<Directive, Unit | undefined>();
  for (const unit of before?.units ?? []) found.set(unit.directive, found.has(unit.directive) ? undefined : unit);
  return found;
}

/** What is around a part of a configuration: a level that could hold anything. */
function surroundingsOf(root: SourceFile, vocabulary: GrowingVocabulary): Scope {
  const holes = [surroundingsHole(root)];
  return { vocabulary, name: 'surroundings', opener: undefined, parent: undefined, entries: [], holes };
}

/** One reading, with all that it has found so far. */
class Reader {
  private readonly files = new Map<FileId, { file: SourceFile; trees: SyntaxTree[]; template: boolean }>();
  private readonly includes: IncludeResult[] = [];
  private readonly problems: ConfigProblem[] = [];
  private readonly unseen: Unseen[] = [];
  private readonly scopes: Scope[] = [];
  private readonly outer: Scope[] = [];
  private readonly units: Unit[] = [];
  private directives = 0;

  private readonly role: Reading['role'];
  private readonly rootTree: SyntaxTree;
  private readonly rootKey: string;
  private readonly paths: PathContext;
  /** The files that a dump of `nginx -T` holds, by their paths; none where the files lie on the disk. */
  private readonly dumped: Dumped | undefined;
  /** The same object from reading to reading, because units that are taken over keep theirs. */
  private readonly vocabulary: GrowingVocabulary;
  /** Whether there will be another reading, for which units are kept. */
  private readonly keeps: boolean;
  private readonly earlier: Map<Directive, Unit | undefined>;
  /** What the includes of the unit that is being read have named. */
  private asked: Asked[] | undefined;

  constructor(
    private readonly root: SourceFile,
    environment: Environment,
    private readonly before: Reading | undefined,
  ) {
    const dump = splitDump(root.text);
    const first = dump?.[0];
    this.dumped = dump && new Map(dump.map((part) => [part.path, { file: root, span: part.span }]));
    this.rootTree = treeOf(root, first?.span);
    this.role = dump === undefined ? roleOf(this.rootTree) : 'root';
    this.rootKey = first?.path ?? environment.files.real(root.id);
    const dependencies = noDependencies();
    dependencies.files.add(root.id);
    this.paths = {
      environment,
      role: this.role,
      dependencies,
      prefix: first === undefined ? prefixOf(root.id, this.role) : dirname(first.path),
      located: new Map(),
    };
    this.vocabulary = before?.vocabulary ?? { names: new Set(), hides: false };
    this.vocabulary.hides = this.role !== 'root';
    this.keeps = environment.changed !== undefined;
    this.earlier = unitsOf(before);
  }

  read(): Reading {
    const { root, role, rootTree, vocabulary, paths } = this;
    this.note(root, rootTree);
    const around = role === 'root' ? undefined : surroundingsOf(root, vocabulary);
    const main = this.build('main', undefined, around, rootTree.items, root, [this.rootKey]);
    if (this.directives > MAX_DIRECTIVES) {
      const said = tooLarge(root.id);
      this.problems.push(said.problem);
      this.unseen.push(said.unseen);
    }
    const { scopes, units, outer, files, includes, problems, unseen } = this;
    const { dependencies } = paths;
    return {
      root,
      role,
      main,
      vocabulary,
      scopes,
      units,
      outer,
      files,
      includes,
      problems,
      unseen,
      dependencies,
      paths,
    };
  }

  /** Writes down that a file was read; says whether it is a template. */
  private note(file: SourceFile, tree: SyntaxTree): boolean {
    let read = this.files.get(file.id);
    if (read === undefined) {
      read = { file, trees: [], template: isTemplate(file) };
      this.files.set(file.id, read);
    }
    if (!read.trees.includes(tree)) read.trees.push(tree);
    return read.template;
  }

  private resolve(pattern: string): Named {
    return this.dumped === undefined ? onDisk(pattern, this.paths) : inDump(pattern, this.dumped, this.paths);
  }

  private hide(scope: GrowingScope, hole: Hole): void {
    this.vocabulary.hides = true;
    scope.holes = [...scope.holes, hole];
  }

  private emptyScope(name: string, opener: Scope['opener'], parent: Scope | undefined): GrowingScope {
    return { vocabulary: this.vocabulary, name, opener, parent, entries: [], holes: NO_HOLES };
  }

  /** A level that holds units stays the same object, so that the units that are taken over are in it. */
  private levelOf(name: string, opener: Scope['opener'], parent: Scope | undefined): GrowingScope {
    const same = this.before?.outer.find(
      (one) => one.name === name && one.opener?.directive === opener?.directive && one.opener?.file === opener?.file,
    ) as GrowingScope | undefined;
    if (same === undefined || same.parent !== parent || this.outer.includes(same))
      return this.emptyScope(name, opener, parent);
    same.entries = [];
    same.holes = NO_HOLES;
    return same;
  }

  private build(
    name: string,
    opener: Scope['opener'],
    parent: Scope | undefined,
    items: readonly Directive[],
    file: SourceFile,
    keys: readonly string[],
  ): Scope {
    const isOuter = this.asked === undefined;
    const scope = isOuter ? this.levelOf(name, opener, parent) : this.emptyScope(name, opener, parent);
    if (this.files.get(file.id)?.template === true) this.hide(scope, templateHole(file));
    this.scopes.push(scope);
    if (isOuter) this.outer.push(scope);
    this.add(scope, items, file, HERE, keys);
    // A list that grew keeps room for more.
    scope.entries = scope.entries.slice();
    return scope;
  }

  private add(
    scope: GrowingScope,
    list: readonly Directive[],
    from: SourceFile,
    through: readonly IncludeSite[],
    keys: readonly string[],
  ): void {
    const { names } = this.vocabulary;
    const isTable = TABLES.has(scope.name);
    for (const directive of list) {
      this.directives++;
      if (this.directives > MAX_DIRECTIVES) return;
      const word = directive.wording.name;
      if (!isTable) names.add(word);
      if (word === 'include' && directive.wording.values.length === 1 && directive.block === undefined) {
        this.include(scope, directive, from, through, keys);
        continue;
      }
      const inner =
        directive.block === undefined || directive.block.body === 'lua'
          ? undefined
          : this.block(scope, directive, directive.block.items, from, keys);
      scope.entries.push({ name: word, directive, file: from, via: through, scope: inner });
    }
  }

  private block(
    scope: Scope,
    directive: Directive,
    items: readonly Directive[],
    file: SourceFile,
    keys: readonly string[],
  ): Scope {
    if (this.keeps && this.asked === undefined && holdsUnits(scope))
      return (
        this.takeOver(this.earlier.get(directive), file, scope, keys) ?? this.readUnit(directive, file, scope, keys)
      );
    return this.build(directive.wording.name, { directive, file }, scope, items, file, keys);
  }

  /** Takes a unit over from the reading before; undefined where something of it is not as it was. */
  private takeOver(
    unit: Unit | undefined,
    file: SourceFile,
    parent: Scope,
    keys: readonly string[],
  ): Scope | undefined {
    if (unit === undefined || unit.file !== file || unit.scope.parent !== parent || !sameList(unit.keys, keys))
      return undefined;
    if (this.directives + unit.directives > MAX_DIRECTIVES) return undefined;
    const now = unit.asked.map(({ pattern }) => this.resolve(pattern));
    if (!unit.asked.every((one, i) => namesTheSame(one, now[i] ?? { parts: [] }))) return undefined;
    for (const { parts } of unit.asked) for (const part of parts) this.note(part.file, part.tree);
    this.scopes.push(...unit.scopes);
    this.vocabulary.hides ||= unit.hides;
    this.includes.push(...unit.includes);
    this.problems.push(...unit.problems);
    this.unseen.push(...unit.unseen);
    this.directives += unit.directives;
    this.units.push(unit);
    // A file that is included twice has each of its units twice, and each is an object of its own.
    this.earlier.delete(unit.directive);
    return unit.scope;
  }

  private readUnit(directive: Directive, file: SourceFile, parent: Scope, keys: readonly string[]): Scope {
    const { scopes, includes, problems, unseen, directives } = this;
    const firstScope = scopes.length;
    const firstInclude = includes.length;
    const firstProblem = problems.length;
    const firstUnseen = unseen.length;
    const mine: Asked[] = [];
    this.asked = mine;
    const items = directive.block?.items ?? NO_ITEMS;
    const scope = this.build(directive.wording.name, { directive, file }, parent, items, file, keys);
    this.asked = undefined;
    const ofUnit = scopes.slice(firstScope);
    this.units.push({
      directive,
      file,
      keys,
      scope,
      scopes: ofUnit,
      hides: ofUnit.some(({ holes }) => holes.length > 0),
      asked: mine,
      includes: includes.slice(firstInclude),
      problems: problems.slice(firstProblem),
      unseen: unseen.slice(firstUnseen),
      directives: this.directives - directives,
      around: undefined,
      found: undefined,
    });
    return scope;
  }

  private include(
    scope: GrowingScope,
    directive: Directive,
    from: SourceFile,
    through: readonly IncludeSite[],
    keys: readonly string[],
  ): void {
    const pattern = directive.wording.values[0] ?? '';
    const place = { file: from.id, span: directive.args[0]?.span ?? directive.span };
    if (keys.length > MAX_DEPTH) {
      const what = `${TOO_DEEP}; what is below here was not judged`;
      this.unseen.push({ place, what });
      this.problems.push({ rule: 'config-include-missing', place, message: `\`${pattern}\`: ${what}` });
      return;
    }
    const found = this.resolve(pattern);
    this.asked?.push({ pattern, parts: found.parts, why: found.why });
    const names: FileId[] = [];
    for (const part of found.parts) {
      if (keys.includes(part.key)) {
        const end = 'nginx reads it again and again until it runs out of open files or memory, and does not start';
        this.problems.push(cycleProblem(place, pattern, end, through, ({ span }) => span));
        continue;
      }
      names.push(part.file.id);
      if (this.note(part.file, part.tree)) this.hide(scope, templateHole(part.file));
      const site: IncludeSite = { file: from, directive, path: pattern };
      this.add(scope, part.tree.items, part.file, [...through, site], [...keys, part.key]);
    }
    const missed = found.why !== undefined && found.sure === true && !isPattern(pattern);
    const gone = missed && this.dumped === undefined;
    this.includes.push({ file: from, directive, pattern, files: names, why: found.why, gone });
    if (found.why !== undefined) this.missing(scope, place, pattern, `${found.why}${missed ? NEEDED : ''}`);
  }

  /** A level goes on without what an include names, and could have it. */
  private missing(scope: GrowingScope, place: Place, pattern: string, why: string): void {
    const hole = includeHole(place, `include ${pattern}`, pattern, KNOWN_FILES);
    this.hide(scope, hole);
    if (hole.known) return;
    const said = unseenInclude(place, `include ${pattern}`, why);
    this.unseen.push(said.unseen);
    this.problems.push(said.problem);
  }
}

const NEEDED = ', and nginx does not start without it';
