/** Owns `npm run e2e`: builds all, packs the extension, and runs the end-to-end tests. `--screenshots` also takes the README's pictures. */
import path from 'node:path';
import { buildAll, buildEndToEnd } from '../esbuild.mjs';
import { packageExtension } from './package.mjs';

const root = path.resolve(import.meta.dirname, '..');
await buildAll();
await buildEndToEnd();
const { endToEnd } = await import('../out/e2e/rig.mjs');
const screenshots = process.argv.includes('--screenshots') ? { screenshots: path.join(root, 'docs', 'media') } : {};
const passed = await endToEnd({ root, vsix: await packageExtension(root), ...screenshots });
process.exitCode = passed ? 0 : 1;
