/** Owns `npm start`: builds, and opens VS Code with the extension on `examples/`. */
import path from 'node:path';
import { buildAll, buildEndToEnd } from '../esbuild.mjs';

await buildAll();
await buildEndToEnd();
const { startExamples } = await import('../out/e2e/rig.mjs');
await startExamples(path.resolve(import.meta.dirname, '..'));
