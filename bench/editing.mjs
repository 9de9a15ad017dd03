/** Owns the benchmark of the language server: from an edit to the published diagnostics, in a project of 200 files. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { median, p95, takeTurns } from './measure.mjs';
import { milliseconds, row } from './report.mjs';
import { makeCertificates, manyFiles, writeAll } from './texts.mjs';

const FILES = 200;
const EDITS = 200;
const WARM_UP = 20;
/** Files that are open in the editor and edited in turn. */
const OPEN = 8;
const GOAL_MS = 16;
/** The rule that the edits break and keep in turn; other rules may speak all the time. */
const FAULT = 'websocket-upgrade-dropped';

/** The client that the server's tests use. */
async function editorModule({ root }) {
  const outfile = path.join(root, 'out/bench/editor.mjs');
  const entryPoints = [path.join(root, 'test/lsp/client.ts')];
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
  return import(outfile);
}

export async function editing(setting) {
  const { startEditor } = await editorModule(setting);
  const home = path.join(setting.folder, 'editing');
  writeAll(home, manyFiles(FILES, 8));
  makeCertificates(home, 8);
  const command = [path.join(setting.root, 'dist/server.js'), '--stdio'];
  const editor = await startEditor({ folders: [home], options: { trusted: true }, command });

  const open = Array.from({ length: OPEN }, (_, i) => path.join(home, `conf.d/app-00${i + 1}.conf`));
  const texts = new Map(open.map((file) => [file, readFileSync(file, 'utf8')]));
  const broken = new Set();
  for (const [file, text] of texts) await editor.open(file, text);
  await editor.connection.sendRequest('wsslint/effective', { uri: `file://${open[0]}` });

  /** Writes a fault into a file or takes it away again, and waits for the findings. */
  let turn = 0;
  const edit = async () => {
    const file = open[turn++ % OPEN];
    const text = texts.get(file);
    const breaks = !broken.has(file);
    if (breaks) broken.add(file);
    else broken.delete(file);
    const started = performance.now();
    await editor.change(file, breaks ? text.replace('proxy_set_header Upgrade', '# proxy_set_header Upgrade') : text);
    await editor.until(() => editor.diagnostics(file).some(({ code }) => code === FAULT) === breaks);
    return performance.now() - started;
  };
  /** The way there and back alone. */
  const ask = async () => {
    const started = performance.now();
    await editor.connection.sendRequest('wsslint/explain', { rule: 'websocket-upgrade-dropped' });
    return performance.now() - started;
  };
  const times = await takeTurns({ edit, ask }, EDITS, WARM_UP);
  await editor.shutdown();
  const own = p95(times.edit);
  return [
    row(
      `An edit in a project of ${FILES} files`,
      `published after ${milliseconds(own)} (p95 of ${EDITS}), ${milliseconds(median(times.edit))} (median)`,
      `p95 at most ${milliseconds(GOAL_MS)}`,
      own <= GOAL_MS,
    ),
    row(
      '',
      `a question that needs no linting: ${milliseconds(p95(times.ask))} (p95), ${milliseconds(median(times.ask))} (median)`,
    ),
  ];
}
