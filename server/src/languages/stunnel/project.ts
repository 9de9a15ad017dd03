/** Owns reading a stunnel configuration with the folders that it includes, into global options and services. */
import type { FileId } from '../../files/host.ts';
import { join } from '../../files/paths.ts';
import { type Dependencies, noDependencies, type SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import { MAX_DEPTH, unseenInclude } from '../blocks/reading.ts';
import type { Environment } from '../language.ts';
import { claim, isOpen, looksLikeTemplate } from './claim.ts';
import { candidates, type PathContext } from './paths.ts';
import { parse } from './syntax/parser.ts';
import type { Header, Option, Tree } from './syntax/tree.ts';

/** An option where it stands. */
export interface Entry {
  readonly file: SourceFile;
  readonly option: Option;
}

/** A service: its own options in their order, with those of included files among them. */
export interface Service {
  readonly name: string;
  readonly file: SourceFile;
  readonly header: Header;
  readonly own: readonly Entry[];
}

export interface Included {
  readonly entry: Entry;
  readonly files: readonly FileId[];
  readonly why: string | undefined;
}

export interface StunnelProject {
  readonly root: SourceFile;
  readonly role: 'root' | 'fragment';
  readonly target: Environment['target'];
  /** What stands before the first service: global options, and defaults for all services. */
  readonly globals: readonly Entry[];
  readonly services: readonly Service[];
  /** The first service of a name; case does not count. */
  named(name: string): Service | undefined;
  /** Why defaults may stand where they cannot be seen; undefined where all are seen. */
  readonly hidden: string | undefined;
  readonly files: ReadonlyMap<FileId, { readonly file: SourceFile; readonly tree: Tree }>;
  readonly includes: readonly Included[];
  readonly problems: readonly ConfigProblem[];
  readonly unseen: readonly Unseen[];
  readonly dependencies: Dependencies;
  readonly paths: PathContext;
}

const trees = new WeakMap<SourceFile, Tree>();

export function treeOf(file: SourceFile): Tree {
  let tree = trees.get(file);
  if (tree === undefined) {
    tree = parse(file.text);
    trees.set(file, tree);
  }
  return tree;
}

export function placeOf({ file, option }: Entry): Place {
  return { file: file.id, span: option.span };
}

export function placeOfValue({ file, option }: Entry): Place {
  return { file: file.id, span: option.value.value === '' ? option.span : option.value.span };
}

export function readProject(root: SourceFile, environment: Environment): StunnelProject {
  const dependencies = noDependencies();
  dependencies.files.add(root.id);
  const paths: PathContext = { environment, dependencies, located: new Map(), root: root.id };
  const reading = new Reading(paths);
  reading.read(root, []);
  const role = claim(root.id, () => root.text) === 'fragment' ? 'fragment' : 'root';
  const { globals, services, files, includes, problems, unseen } = reading;
  const hidden =
    reading.hidden ??
    (role === 'fragment' ? 'what stands before this part of a configuration is not known' : undefined);
  const { target } = environment;
  let byName: Map<string, Service> | undefined;
  const named = (name: string): Service | undefined => {
    byName ??= new Map(services.toReversed().map((service) => [service.name.toLowerCase(), service]));
    return byName.get(name.toLowerCase());
  };
  return {
    root,
    role,
    target,
    globals,
    services,
    named,
    hidden,
    files,
    includes,
    problems,
    unseen,
    dependencies,
    paths,
  };
}

/** A hostile workspace may have more; nobody else has. */
const MAX_SERVICES = 20_000;

class Reading {
  readonly globals: Entry[] = [];
  readonly services: (Service & { readonly own: Entry[] })[] = [];
  readonly files = new Map<FileId, { file: SourceFile; tree: Tree }>();
  readonly includes: Included[] = [];
  readonly problems: ConfigProblem[] = [];
  readonly unseen: Unseen[] = [];
  hidden: string | undefined;
  private readonly paths: PathContext;

  constructor(paths: PathContext) {
    this.paths = paths;
  }

  read(file: SourceFile, chain: readonly FileId[]): void {
    const tree = treeOf(file);
    this.files.set(file.id, { file, tree });
    if (looksLikeTemplate(file.text)) {
      this.hidden ??= 'the file is a template';
      this.unseen.push({ place: { file: file.id, span: { start: 0, end: 0 } }, what: 'what this template becomes' });
      return;
    }
    for (const item of tree.items) {
      if (item.kind === 'header') {
        if (this.services.length === MAX_SERVICES) {
          this.leaveRest(file, item);
          return;
        }
        this.services.push({ name: item.name.value, file, header: item, own: [] });
        continue;
      }
      const entry: Entry = { file, option: item };
      if (item.key === 'include') this.include(entry, [...chain, file.id]);
      else (this.services.at(-1)?.own ?? this.globals).push(entry);
    }
  }

  private leaveRest(file: SourceFile, { span }: Header): void {
    const message = `More than ${MAX_SERVICES} services; what comes after them was not judged`;
    const place = { file: file.id, span };
    this.problems.push({ rule: 'config-include-missing', place, message });
    this.unseen.push({ place, what: 'the rest of a very large configuration' });
    this.hidden ??= 'the configuration is very large';
  }

  /** All files of a folder, in the order of their names (manual, include). */
  private include(entry: Entry, chain: readonly FileId[]): void {
    const { value } = entry.option.value;
    const found = isOpen(value) ? { why: 'its name is filled in by somebody else' } : this.filesOf(value);
    if ('why' in found || chain.length > MAX_DEPTH) {
      const why = 'why' in found ? found.why : `includes are nested more than ${MAX_DEPTH} deep`;
      this.miss(entry, why);
      return;
    }
    this.includes.push({ entry, files: found.files.map(({ id }) => id), why: undefined });
    for (const file of found.files) {
      if (chain.includes(file.id)) {
        this.problems.push({
          rule: 'config-include-cycle',
          place: placeOf(entry),
          message: `\`include = ${value}\` brings in a file that is still being read, so stunnel reads in circles and does not start`,
        });
        return;
      }
      this.read(file, chain);
    }
  }

  private miss(entry: Entry, why: string): void {
    const { problem, unseen } = unseenInclude(placeOf(entry), `include = ${entry.option.value.value}`, why);
    this.includes.push({ entry, files: [], why });
    this.problems.push(problem);
    this.unseen.push(unseen);
    this.hidden ??= `\`include = ${entry.option.value.value}\` could not be followed`;
  }

  private filesOf(folder: string): { readonly files: readonly SourceFile[] } | { readonly why: string } {
    const { environment, dependencies } = this.paths;
    for (const { path } of candidates(folder, this.paths)) {
      const listed = environment.files.list(path, dependencies);
      if (listed === undefined) continue;
      const names = listed.filter(({ kind }) => kind === 'file').map(({ name }) => name);
      const opened = names.sort().map((name) => environment.files.open(join(path, name), dependencies));
      const files = opened.flatMap((one) => (one.ok ? [one.file] : []));
      return files.length === opened.length ? { files } : { why: 'not all of its files can be read' };
    }
    return { why: 'there is no such folder here' };
  }
}
