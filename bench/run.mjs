/**
 * Owns `npm run bench`: builds, measures, prints a table, and fails where a goal is missed. Names of benchmarks choose some
 * of them; `--write` puts the results into docs/benchmarks.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildAll } from '../esbuild.mjs';
import { editing } from './editing.mjs';
import { indexing } from './indexing.mjs';
import { large } from './large.mjs';
import { parsing } from './parsing.mjs';
import { printTable, writePage } from './report.mjs';
import { size } from './size.mjs';
import { starting } from './starting.mjs';

const BENCHMARKS = { parsing, starting, large, editing, index: indexing, size };
const ROUNDS = 9;

const root = path.resolve(import.meta.dirname, '..');
const chosen = process.argv.slice(2).filter((word) => word !== '--write');
const unknown = chosen.filter((name) => !Object.hasOwn(BENCHMARKS, name));
const writes = process.argv.includes('--write');
if (unknown.length > 0 || (writes && chosen.length > 0)) {
  console.error(`usage: node bench/run.mjs [--write | ${Object.keys(BENCHMARKS).join(' | ')}…]`);
  process.exit(2);
}

await buildAll();
const folder = mkdtempSync(path.join(tmpdir(), 'wsslint-bench-'));
const corpus = process.env.WSSLINT_CORPUS ?? path.resolve(root, '../shared/corpus');
const rows = [];
try {
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    console.error(`measuring ${name} …`);
    rows.push(...(await run({ root, folder, corpus, rounds: ROUNDS })));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printTable(rows);
if (writes) writePage(path.join(root, 'docs/benchmarks.md'), rows, new Date().toISOString().slice(0, 10));
process.exitCode = rows.some(({ met }) => met === false) ? 1 : 0;
