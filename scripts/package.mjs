/** Owns `npm run package`: the extension package out/wsslint.vsix, from a fresh build. */
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { buildAll } from '../esbuild.mjs';

const relativeLink = /\[([^\]]+)\]\((?!https?:)[^)]+\)/g;

/**
 * Packs what is built; resolves with the path. Everything is bundled, so no dependencies are packed. The package has a README of its
 * own: that of the repository leads to files which are not in it.
 */
export async function packageExtension(root, packagePath = path.join(root, 'out', 'wsslint.vsix')) {
  const staged = `${packagePath}.files`;
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  for (const file of [...files, '.vscodeignore']) {
    await cp(path.join(root, file), path.join(staged, file), { recursive: true });
  }
  await cp(path.join(root, 'client', 'README.md'), path.join(staged, 'README.md'));
  const changes = await readFile(path.join(root, 'CHANGELOG.md'), 'utf8');
  await writeFile(path.join(staged, 'CHANGELOG.md'), changes.replace(relativeLink, '$1'));
  // vsce refuses links that lead out of the package.
  await createVSIX({ cwd: staged, packagePath, dependencies: false, allowMissingRepository: true });
  await rm(staged, { recursive: true });
  return packagePath;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildAll();
  const file = await packageExtension(path.resolve(import.meta.dirname, '..'));
  console.log(`${file}: ${((await stat(file)).size / 1000).toFixed(0)} kB`);
}
