/** Owns the benchmark of the inventory of certificates, beside node:crypto constructing a quarter of them. */
import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { build } from 'esbuild';
import { makeLeaves } from './certificates.mjs';
import { median, takeTurns, timed } from './measure.mjs';
import { milliseconds, ratio, row } from './report.mjs';

const COUNT = 2000;
const GOAL = 1;

/** Our store and inventory as they are in the sources, bundled. */
async function ownModules({ root, folder }) {
  const outfile = path.join(folder, 'inventory.mjs');
  const contents = `
    export { inventoryOf } from './server/src/certificates/inventory.ts';
    export { createCertificateStore } from './server/src/certificates/store.ts';
    export { createFileStore, noDependencies } from './server/src/files/store.ts';
  `;
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  await build({ stdin, outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20' });
  return import(outfile);
}

export async function indexing(setting) {
  const { inventoryOf, createCertificateStore, createFileStore, noDependencies } = await ownModules(setting);
  const texts = new Map((await makeLeaves(COUNT)).map((text, n) => [`/certs/${n}.pem`, Buffer.from(text)]));
  const host = {
    readFile: (file) => ({ ok: true, bytes: texts.get(file) }),
    list: () => undefined,
    realPath: (file) => file,
    now: () => 0,
  };
  const own = () => {
    const store = createCertificateStore(createFileStore(host));
    const fingerprints = new Set();
    const time = timed(() => {
      for (const { certificates } of inventoryOf(store, texts.keys(), noDependencies()).files.values())
        for (const { fingerprint } of certificates) fingerprints.add(fingerprint);
    });
    if (fingerprints.size !== COUNT) throw new Error(`${fingerprints.size} certificates were found`);
    return time;
  };
  const quarter = [...texts.values()].slice(0, COUNT / 4);
  const node = () =>
    timed(() => {
      for (const text of quarter) new X509Certificate(text);
    });
  const times = await takeTurns({ own, node }, setting.rounds, 2);
  const share = median(times.own.map((time, i) => time / times.node[i]));
  return [
    row(
      `Indexing ${COUNT} certificates: scan, fields, fingerprint`,
      `${ratio(share)} the time of node:crypto for ${quarter.length}: ${milliseconds(median(times.own))} to ${milliseconds(median(times.node))}`,
      `at most ${ratio(GOAL)}`,
      share <= GOAL,
    ),
  ];
}
