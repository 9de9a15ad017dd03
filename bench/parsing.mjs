/** Owns the benchmark of the nginx parser: beside nginx-conf, and beside only reading the files. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { NginxParser } from 'nginx-conf';
import { median, takeTurns, timed } from './measure.mjs';
import { ratio, row } from './report.mjs';
import { manyFiles, wholeFile, writeAll } from './texts.mjs';

const GOAL = 1.5;

/** Our parser as it is in the sources, bundled. */
async function ownParser({ root, folder }) {
  const outfile = path.join(folder, 'parser.mjs');
  const entry = path.join(root, 'server/src/languages/nginx/syntax/parser.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20' });
  return (await import(outfile)).parse;
}

/** Throws where nginx-conf cannot read the text. */
function readSecond(text) {
  new NginxParser().parse(text, (error) => {
    if (error) throw error;
  });
}

function canBeRead(text) {
  try {
    readSecond(text);
    return true;
  } catch {
    return false;
  }
}

/** The files of a folder that nginx-conf can read; it is not asked about the others. */
function corpusFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.conf(\.sample)?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => canBeRead(readFileSync(file, 'utf8')));
}

async function compare(name, files, parse, rounds) {
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  // A round takes long enough for the clock, whatever the size.
  const repeats = Math.max(1, Math.round(4_000_000 / size));
  const each = (list, run) => () =>
    timed(() => {
      for (let i = 0; i < repeats; i++) for (const one of list) run(one);
    });
  const times = await takeTurns(
    {
      own: each(texts, parse),
      second: each(texts, readSecond),
      reading: each(files, (file) => readFileSync(file, 'utf8')),
    },
    rounds,
    2,
  );
  const faster = median(times.second.map((time, i) => time / times.own[i]));
  const slower = median(times.own.map((time, i) => time / times.reading[i]));
  const speed = (size * repeats) / 1e6 / (median(times.own) / 1000);
  const what = `Parsing ${name} (${files.length} ${files.length === 1 ? 'file' : 'files'}, ${(size / 1e6).toFixed(1)} MB)`;
  return [
    row(what, `${ratio(faster)} as fast as nginx-conf`, `at least ${ratio(GOAL)}`, faster >= GOAL),
    row('', `${ratio(slower)} the time of only reading the files; ${speed.toFixed(0)} MB/s`),
  ];
}

export async function parsing(setting) {
  const { folder, corpus, rounds } = setting;
  const parse = await ownParser(setting);
  const own = path.join(folder, 'parsing');
  mkdirSync(own, { recursive: true });
  const generated = manyFiles(200, 8);
  generated.set('large.conf', wholeFile(1000, 8));
  writeAll(own, generated);
  const rows = await compare(
    'generated files',
    [...generated.keys()].map((name) => path.join(own, name)),
    parse,
    rounds,
  );
  const published = path.join(corpus, 'nginx');
  if (!existsSync(published)) return [...rows, row('Parsing published files', 'not run: the corpus is not here')];
  return [...rows, ...(await compare('published files', corpusFiles(published), parse, rounds))];
}
