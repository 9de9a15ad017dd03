/** Owns Caddy as a language: the one value through which the rest of wsslint uses it. */
import type { FileId } from '../../files/host.ts';
import { noDependencies, type SourceFile } from '../../files/store.ts';
import type { Product, Target } from '../../model/target.ts';
import { linksOf } from '../blocks/subjects.ts';
import { commentedTarget } from '../blocks/target.ts';
import type { Environment, Language, LoadedProject } from '../language.ts';
import { claim } from './claim.ts';
import { isJson, readJson } from './json/index.ts';
import { lower } from './lower/index.ts';
import { addressesOfLine } from './lower/proxies.ts';
import { readProject } from './reader.ts';
import { realize } from './realize/index.ts';
import { foldsOf, spansAround } from './shape.ts';
import { nameAt, subjectAt, symbolsOf } from './subjects.ts';
import { treeOf } from './trees.ts';

const PRODUCTS: ReadonlyMap<string, Product> = new Map([['caddy', 'caddy']]);

/** The version that a comment of the root file names: `# caddy-version: 2.6.2`. */
const targetOf = (root: SourceFile, base: Target): Target =>
  commentedTarget(root.text, () => treeOf(root, 'top').comments, PRODUCTS, base);

function load(root: FileId, environment: Environment): LoadedProject | undefined {
  const opened = environment.files.open(root, noDependencies());
  if (!opened.ok) return undefined;
  const project = isJson(root)
    ? readJson(opened.file, environment)
    : readProject(opened.file, { ...environment, target: targetOf(opened.file, environment.target) });
  const { model, realizing, fileUses } = lower(project);
  const readOf = (file: FileId) => project.files.get(file);
  return {
    language: 'caddy',
    root,
    model,
    files: [...project.files.values()].map(({ file }) => file),
    dependencies: project.dependencies,
    comments: (file) => readOf(file)?.tree.comments ?? [],
    realize: (remedy) => realize(remedy, realizing),
    addressesOf: (route) => {
      const line = realizing.proxyOf(route);
      return line === undefined ? undefined : addressesOfLine(line);
    },
    subjectAt: (file, offset) => subjectAt(file, offset, project, model, fileUses),
    nameAt: (file, offset) => nameAt(file, offset, project),
    foldsOf: (file) => foldsOf(readOf(file)),
    spansAround: (file, offset) => spansAround(readOf(file), offset),
    links: (file) => linksOf(file, project, fileUses),
    symbols: (file) => symbolsOf(readOf(file)),
    fileUses: () => fileUses,
  };
}

export const caddy: Language = { id: 'caddy', claim, load };
