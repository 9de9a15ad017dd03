/**
 * Owns the score of `wsslint verify --strict` on the x509-limbo cases below ../shared/corpus or WSSLINT_CORPUS: what differs,
 * and why. The last line is the score. Fails where a case differs that test/limbo/known.ts does not explain.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const contents = `
  export { BY_ACCIDENT, DIFFERENCES } from './test/limbo/known.ts';
  export { readCases, runCase } from './test/limbo/score.ts';
`;
const { outputFiles } = await build({
  stdin: { contents, resolveDir: root, loader: 'ts' },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});
const source = Buffer.from(outputFiles[0].text).toString('base64');
const { BY_ACCIDENT, DIFFERENCES, readCases, runCase } = await import(`data:text/javascript;base64,${source}`);

const file = path.join(
  process.env.WSSLINT_CORPUS ?? path.resolve(root, '../shared/corpus'),
  'x509-limbo/limbo-207.json',
);
if (!existsSync(file)) {
  console.error(`limbo: not run: ${file} is missing; WSSLINT_CORPUS names the folder of the corpus`);
  process.exit(2);
}
const cases = readCases(file);
const score = { strict: 0, usual: 0 };
for (const one of cases) {
  if (runCase(one, false).actual === one.expected_result) score.usual++;
  const { id, expected, actual, reasons, milliseconds } = runCase(one, true);
  if (milliseconds >= 1000) {
    console.log(`${id}: took ${Math.round(milliseconds)} ms`);
    process.exitCode = 1;
  }
  if (actual === expected) {
    score.strict++;
    if (BY_ACCIDENT.has(id)) console.log(`${id}: ${expected} as expected. ${BY_ACCIDENT.get(id)}`);
    continue;
  }
  const explanation = DIFFERENCES.get(id);
  if (explanation === undefined) process.exitCode = 1;
  console.log(`${id}: ${actual}, expected ${expected}. ${explanation ?? 'NOT EXPLAINED'}`);
  for (const { code, text } of reasons) console.log(`    ${code}: ${text}`);
}
console.log(`without --strict: ${score.usual} of ${cases.length}`);
console.log(`limbo: ${score.strict} conformant of ${cases.length}`);
