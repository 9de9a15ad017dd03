/** Owns the run of all certificate situations: wsslint says what the table says, the servers what was recorded of their versions. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apacheOpenssl, apacheVersion } from '../kit/apache.ts';
import { onGeneration, SUITES } from '../kit/generations.ts';
import { haproxyVersion } from '../kit/haproxy.ts';
import { nginxOpenssl, nginxVersion } from '../kit/nginx.ts';
import { describeWith } from '../kit/required.ts';
import { repositoryRoot } from '../kit/root.ts';
import { type Outcome, outcomeOf, PRODUCTS, type Product, rulesFor } from './judges.ts';
import { SITUATIONS } from './situations.ts';
import { createWorld, type World } from './world.ts';

/** By product and version, then by situation; titles and rules come from the table. */
interface Recorded {
  readonly situations: readonly { readonly id: string; readonly title: string; readonly rules: readonly string[] }[];
  readonly servers: Record<string, Record<string, Outcome>>;
}

const path = join(repositoryRoot, 'docs/certificates.json');
const isRecording = process.env.WSSLINT_RECORD === '1';
const recorded = JSON.parse(readFileSync(path, 'utf8')) as Recorded;
const measured = new Map<string, Record<string, Outcome>>();
let world: World;

beforeAll(async () => {
  world = await createWorld();
});

describeWith('openssl', 'wsslint', () => {
  it.each(SITUATIONS)('$id', async ({ files, rules }) => {
    expect(rulesFor(await files(world))).toEqual([...rules].sort());
  });

  it('has the situations that are published', () => {
    if (!isRecording)
      expect(recorded.situations).toEqual(SITUATIONS.map(({ id, title, rules }) => ({ id, title, rules })));
  });
});

/** The name under which outcomes are kept; the words are those of OpenSSL as much as of the server. */
async function serverName(product: Product): Promise<string> {
  switch (product) {
    case 'nginx':
      return `nginx ${await nginxVersion()} with OpenSSL ${await nginxOpenssl()}`;
    case 'haproxy':
      return `HAProxy ${await haproxyVersion()}`;
    case 'apache':
      return `Apache ${await apacheVersion()} with OpenSSL ${await apacheOpenssl()}`;
  }
}

for (const generation of ['installed', ...SUITES] as const) {
  for (const product of PRODUCTS) {
    const needs = generation === 'installed' ? ([product, 'openssl'] as const) : ([generation, 'openssl'] as const);
    describeWith(needs, `${product}, ${generation}`, () => {
      let name = '';
      beforeAll(async () => {
        name = await onGeneration(generation, () => serverName(product));
        measured.set(name, {});
      });
      const mine = SITUATIONS.filter(({ only }) => only === undefined || only.includes(product));
      it.each(mine)('$id', async ({ id, files }) => {
        const outcome = await onGeneration(generation, async () => outcomeOf(await files(world), product, world));
        Object.assign(measured.get(name) ?? {}, { [id]: outcome });
        const before = recorded.servers[name]?.[id];
        // What a version that nobody has recorded says is not known.
        if (!isRecording && before !== undefined) expect(outcome).toEqual(before);
      });
    });
  }
}

describe('the record', () => {
  it('knows the servers of three generations', () => {
    if (!isRecording) expect(Object.keys(recorded.servers).length).toBeGreaterThanOrEqual(9);
  });
});

if (isRecording) {
  afterAll(() => {
    const situations = SITUATIONS.map(({ id, title, rules }) => ({ id, title, rules }));
    const text = JSON.stringify({ situations, servers: Object.fromEntries(measured) }, null, 2);
    // Lists of words on one line, as the formatter has them.
    const formatted = text.replace(
      /\[\n\s+("[^\]]*")\n\s+\]/g,
      (_, words: string) => `[${words.replace(/\n\s+/g, ' ')}]`,
    );
    writeFileSync(path, `${formatted}\n`);
  });
}
