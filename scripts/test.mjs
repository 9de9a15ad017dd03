/** Owns `npm test`: every check that can run here, one after the other, and one summary of what ran and what did not at the end. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { buildAll, buildEndToEnd } from '../esbuild.mjs';

const root = path.resolve(import.meta.dirname, '..');
const outcomesFile = path.join(root, 'out', 'outcomes.ndjson');
await mkdir(path.dirname(outcomesFile), { recursive: true });
await rm(outcomesFile, { force: true });
await buildAll();
await buildEndToEnd();
const { closingSummary } = await import('../out/e2e/rig.mjs');

/** Runs a program of the project; resolves with its exit code. */
function run(title, script, args) {
  console.log(`\n== ${title}`);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(root, script), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, WSSLINT_OUTCOMES: outcomesFile },
    });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const outcomes = [];
/** A part that is one check: it passes or fails as a whole. */
async function check(title, script, args) {
  const code = await run(title, script, args);
  outcomes.push({ area: 'static', title, state: code === 0 ? 'passed' : 'failed' });
}

await check('lint and format', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']);
await check('types', 'node_modules/typescript/bin/tsc', ['-b']);
const codes = [
  await run('tests', 'node_modules/vitest/vitest.mjs', ['run']),
  await run('end to end', 'scripts/e2e.mjs', []),
];
const told = await readFile(outcomesFile, 'utf8').catch(() => '');
outcomes.push(
  ...told
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line)),
);
// A part that ended badly without saying which test it was still failed.
if (codes.some((code) => code !== 0) && outcomes.every(({ state }) => state !== 'failed')) {
  outcomes.push({ area: 'run', title: 'a part ended with an error', state: 'failed' });
}
console.log('\n== Summary');
console.log(closingSummary(outcomes));
process.exitCode = outcomes.some(({ state }) => state === 'failed') ? 1 : 0;
