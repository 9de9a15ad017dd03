/** Owns nginx as a language: the one value through which the rest of wsslint uses it. */
import type { FileId } from '../../files/host.ts';
import type { FileStore, SourceFile } from '../../files/store.ts';
import type { Product } from '../../model/target.ts';
import { linksOf } from '../blocks/subjects.ts';
import { commentedTarget } from '../blocks/target.ts';
import type { Claim, Environment, Language, LoadedProject } from '../language.ts';
import { claimNginx } from './claim.ts';
import { standingAt } from './directives-at.ts';
import { routeAddresses } from './lower/addresses.ts';
import { lower } from './lower/index.ts';
import { nameAt } from './names/index.ts';
import type { ReadFile } from './project.ts';
import { readProject } from './reader.ts';
import { realize } from './realize/index.ts';
import { foldsOf, spansAround } from './shape.ts';
import { subjectAt, symbolsOf } from './subjects.ts';
import { type Surrounded, surround } from './surroundings.ts';
import { splitDump } from './syntax/dump.ts';
import { treeOf } from './trees.ts';

/** Cheap and nearly right; reading the project decides by the tree. */
const ROOT_BLOCK = /^[ \t]*(?:http|events|stream|mail)\s*\{/m;

const PRODUCTS: ReadonlyMap<string, Product> = new Map([
  ['nginx', 'nginx'],
  ['openssl', 'openssl'],
]);

function claim(path: string, text: () => string): Claim {
  if (!claimNginx(path, text)) return undefined;
  const whole = text();
  return splitDump(whole) !== undefined || ROOT_BLOCK.test(whole) ? 'root' : 'fragment';
}

/** The last reading of each root, by the store that its files are from. */
const readings = new WeakMap<FileStore, Map<FileId, Surrounded>>();

/** Reads a root again, with what can be taken over from its last reading. */
function read(root: SourceFile, environment: Environment): Surrounded {
  const { changed } = environment;
  if (changed === undefined) return surround(readProject(root, environment), undefined, false);
  let ofStore = readings.get(environment.files);
  if (ofStore === undefined) {
    ofStore = new Map();
    readings.set(environment.files, ofStore);
  }
  const before = ofStore.get(root.id);
  const unchanged = before !== undefined && [...changed].every((path) => before.project.files.has(path));
  const project = readProject(root, environment, before?.project);
  const surrounded = surround(project, before, unchanged);
  if (project.role === 'root') ofStore.set(root.id, surrounded);
  else ofStore.delete(root.id);
  return surrounded;
}

function load(root: string, environment: Environment): LoadedProject | undefined {
  const opened = environment.files.open(root, { files: new Set(), missing: new Set(), directories: new Set() });
  if (!opened.ok) return undefined;
  const { project, variables } = read(opened.file, {
    ...environment,
    target: commentedTarget(opened.file.text, () => treeOf(opened.file).comments, PRODUCTS, environment.target),
  });
  const { model, realizing, fileUses } = lower(project, variables);
  const inFile = <T>(file: FileId, find: (read: ReadFile) => readonly T[]): readonly T[] => {
    const read = project.files.get(file);
    return read === undefined ? [] : find(read);
  };
  return {
    language: 'nginx',
    root,
    model,
    files: [...project.files.values()].map(({ file }) => file),
    dependencies: project.dependencies,
    comments: (file) => project.files.get(file)?.trees.flatMap((tree) => [...tree.comments]) ?? [],
    realize: (remedy) => realize(remedy, realizing),
    addressesOf(route) {
      const source = realizing.routeSource(route);
      return source === undefined ? undefined : routeAddresses(source, project);
    },
    subjectAt: (file, offset) => subjectAt(file, offset, project, model, fileUses),
    standingAt: (file, offset) => standingAt(project, file, offset),
    nameAt: (file, offset) => nameAt(project, file, offset),
    foldsOf: (file) => inFile(file, foldsOf),
    spansAround: (file, offset) => inFile(file, (read) => spansAround(read, offset)),
    links: (file) => linksOf(file, project, fileUses),
    symbols: (file) => symbolsOf(project.files.get(file)?.file, project),
    fileUses: () => fileUses,
  };
}

export const nginx: Language = { id: 'nginx', claim, load };
