/** Owns stunnel as a language: the one value through which the rest of wsslint uses it. */
import type { FileId } from '../../files/host.ts';
import { noDependencies } from '../../files/store.ts';
import type { Product } from '../../model/target.ts';
import { commentedTarget } from '../blocks/target.ts';
import type { Environment, Language, LoadedProject } from '../language.ts';
import { claim } from './claim.ts';
import { lower } from './lower/index.ts';
import { addressesOf } from './lower/sites.ts';
import { nameAt } from './names.ts';
import { readProject, treeOf } from './project.ts';
import { realize } from './realize/index.ts';
import { foldsOf, linksOf, spansAround, subjectAt, symbolsOf } from './subjects.ts';

const PRODUCTS: ReadonlyMap<string, Product> = new Map([
  ['stunnel', 'stunnel'],
  ['openssl', 'openssl'],
]);

function load(root: FileId, environment: Environment): LoadedProject | undefined {
  const opened = environment.files.open(root, noDependencies());
  if (!opened.ok) return undefined;
  const { file: first } = opened;
  const target = commentedTarget(first.text, () => treeOf(first).comments, PRODUCTS, environment.target);
  const project = readProject(first, { ...environment, target });
  const lowered = lower(project);
  const read = (file: FileId) => project.files.get(file);
  return {
    language: 'stunnel',
    root,
    model: lowered.model,
    files: [...project.files.values()].map(({ file }) => file),
    dependencies: project.dependencies,
    comments: (file) => read(file)?.tree.comments ?? [],
    realize: (remedy) => realize(remedy, lowered),
    addressesOf(route) {
      const scope = lowered.scopes.get(route);
      return scope === undefined ? undefined : addressesOf(scope);
    },
    subjectAt: (file, offset) => subjectAt(file, offset, lowered),
    nameAt: (file, offset) => nameAt(project, file, offset),
    foldsOf(file) {
      const one = read(file);
      return one === undefined ? [] : foldsOf(one.file, one.tree);
    },
    spansAround(file, offset) {
      const one = read(file);
      return one === undefined ? [] : spansAround(one.tree, offset);
    },
    links: (file) => linksOf(file, lowered),
    symbols(file) {
      const one = read(file);
      return one === undefined ? [] : symbolsOf(one.tree);
    },
    fileUses: () => lowered.files,
  };
}

export const stunnel: Language = { id: 'stunnel', claim, load };
