/** Owns Apache httpd as a language: the one value through which the rest of wsslint uses it. */
import type { FileId } from '../../files/host.ts';
import { noDependencies } from '../../files/store.ts';
import type { Product } from '../../model/target.ts';
import { linksOf } from '../blocks/subjects.ts';
import { commentedTarget } from '../blocks/target.ts';
import type { Environment, Language, LoadedProject } from '../language.ts';
import { claim } from './claim.ts';
import { apacheStandingAt } from './directives-at.ts';
import { lower } from './lower/index.ts';
import { nameAt } from './names.ts';
import { type ReadFile, readProject } from './project.ts';
import { realize } from './realize/index.ts';
import { foldsOf, spansAround } from './shape.ts';
import { subjectAt, symbolsOf } from './subjects.ts';
import { treeOf } from './trees.ts';

const PRODUCTS: ReadonlyMap<string, Product> = new Map([
  ['apache', 'apache'],
  ['httpd', 'apache'],
  ['openssl', 'openssl'],
]);

function load(root: FileId, environment: Environment): LoadedProject | undefined {
  const opened = environment.files.open(root, noDependencies());
  if (!opened.ok) return undefined;
  const { file: first } = opened;
  const target = commentedTarget(first.text, () => treeOf(first).comments, PRODUCTS, environment.target);
  const project = readProject(first, { ...environment, target });
  const { model, realizing, fileUses } = lower(project);
  const inFile = <T>(file: FileId, find: (read: ReadFile) => readonly T[]): readonly T[] => {
    const read = project.files.get(file);
    return read === undefined ? [] : find(read);
  };
  return {
    language: 'apache',
    root,
    model,
    files: [...project.files.values()].map(({ file }) => file),
    dependencies: project.dependencies,
    comments: (file) => project.files.get(file)?.tree.comments ?? [],
    realize: (remedy) => realize(remedy, realizing),
    subjectAt: (file, offset) => subjectAt(file, offset, project, model, fileUses),
    apacheStandingAt: (file, offset) => apacheStandingAt(project, file, offset),
    nameAt: (file, offset) => nameAt(project, file, offset),
    foldsOf: (file) => inFile(file, foldsOf),
    spansAround: (file, offset) => inFile(file, (read) => spansAround(read, offset)),
    links: (file) => linksOf(file, project, fileUses),
    symbols: (file) => symbolsOf(project.files.get(file)?.file, project),
    fileUses: () => fileUses,
  };
}

export const apache: Language = { id: 'apache', claim, load };
