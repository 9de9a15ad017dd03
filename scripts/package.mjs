/** Owns `npm run package`: the extension package out/wsslint.vsix, from a fresh build. */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { buildAll } from '../esbuild.mjs';

/** Packs what is built; resolves with the path. Everything is bundled, so no dependencies are packed. */
export async function packageExtension(root, packagePath = path.join(root, 'out', 'wsslint.vsix')) {
  await mkdir(path.dirname(packagePath), { recursive: true });
  // The links in README.md stay as they are: without a published repository there is nothing to rewrite them to.
  await createVSIX({
    cwd: root,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildAll();
  const file = await packageExtension(path.resolve(import.meta.dirname, '..'));
  console.log(`${file}: ${((await stat(file)).size / 1000).toFixed(0)} kB`);
}
