/** Owns Apache httpd as a language: the one value through which the rest of wsslint uses it. */
import type { FileId } from '../../files/host.ts';
import { noDependencies, type SourceFile } from '../../files/store.ts';
import { layer, type Product, parseVersion, type Target, type TargetVersion } from '../../model/target.ts';
import type { Environment, Language, LoadedProject } from '../language.ts';
import { claim } from './claim.ts';
import { lower } from './lower/index.ts';
import { readProject, treeOf } from './project.ts';
import { realize } from './realize/index.ts';
import { linksOf, subjectAt, symbolsOf } from './subjects.ts';

const VERSION_COMMENT = /^[ \t]*(apache|httpd|openssl)-version:[ \t]*(\S+)/;

/** The versions that comments of the root file name: `# apache-version: 2.4.57`. They are nearer than the settings. */
function targetOf(root: SourceFile, base: Target): Target {
  if (!root.text.includes('-version:')) return base;
  const target = new Map<Product, TargetVersion>();
  for (const comment of treeOf(root).comments) {
    const [, product, text] = VERSION_COMMENT.exec(comment.text) ?? [];
    const version = text === undefined ? undefined : parseVersion(text);
    if (text === undefined || version === undefined) continue;
    target.set(product === 'openssl' ? 'openssl' : 'apache', {
      version,
      text,
      from: `the comment \`# ${product}-version\``,
    });
  }
  return layer(base, target);
}

function load(root: FileId, environment: Environment): LoadedProject | undefined {
  const opened = environment.files.open(root, noDependencies());
  if (!opened.ok) return undefined;
  const project = readProject(opened.file, { ...environment, target: targetOf(opened.file, environment.target) });
  const { model, realizing, fileUses } = lower(project);
  return {
    language: 'apache',
    root,
    model,
    files: [...project.files.values()].map(({ file }) => file),
    dependencies: project.dependencies,
    comments: (file) => project.files.get(file)?.tree.comments ?? [],
    realize: (remedy) => realize(remedy, realizing),
    subjectAt: (file, offset) => subjectAt(file, offset, project, model, fileUses),
    links: (file) => linksOf(file, project, fileUses),
    symbols: (file) => symbolsOf(project.files.get(file)?.file, project),
    fileUses: () => fileUses,
  };
}

export const apache: Language = { id: 'apache', claim, load };
