/** Owns `crt-store` sections: which files a `bind` line gets from them, what HAProxy refuses, and what handshakes show. */
import { describe, expect, it } from 'vitest';
import { sharedAuthority } from '../kit/authority.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { haproxyCheck, startHaproxy } from '../kit/haproxy.ts';
import { keeper } from '../kit/keeper.ts';
import { describeWith } from '../kit/required.ts';
import { clientTls } from './client-tls.ts';
import { load } from './project.ts';

const CERTS = '/etc/haproxy/certs';
const store = (lines: readonly string[], name = ' web') =>
  `crt-store${name}\n${lines.map((line) => `    ${line}\n`).join('')}`;
const config = (stores: string, bind: string, global = '') =>
  `global\n    maxconn 10\n${global}defaults\n    mode http\n    timeout connect 1s\n    timeout client 5s\n    timeout server 5s\n${stores}frontend web\n    bind 127.0.0.1:443 ssl ${bind}\n    http-request return status 200\n`;

const BASES = [`crt-base ${CERTS}`, `key-base ${CERTS}`];

async function files() {
  const authority = await sharedAuthority();
  const [one, two] = [
    await authority.issue({ names: ['one.example'] }),
    await authority.issue({ names: ['two.example'] }),
  ];
  return {
    [`${CERTS}/one.crt`]: one.certificate,
    [`${CERTS}/one.key`]: one.key,
    [`${CERTS}/two.crt`]: two.certificate,
    [`${CERTS}/two.key`]: two.key,
    [`${CERTS}/two.pem`]: two.bundle,
    [`${CERTS}/one.crt.key`]: one.key,
    [`${CERTS}/list`]: '@web/one [ssl-min-ver TLSv1.3] one.example\n@web/two.crt\n',
  };
}

/** A configuration; the certificates that its listener has, as file and key; whether HAProxy starts. */
const CASES: readonly (readonly [string, string, readonly string[], boolean])[] = [
  [
    'an alias',
    config(store([...BASES, 'load crt one.crt key one.key alias one']), 'crt @web/one'),
    ['one.crt one.key'],
    true,
  ],
  [
    'a file as it is written',
    config(store([...BASES, 'load crt one.crt key one.key']), 'crt @web/one.crt'),
    ['one.crt one.key'],
    true,
  ],
  [
    'a store without a name',
    config(store([...BASES, 'load key one.key crt one.crt alias one'], ''), 'crt @/one'),
    ['one.crt one.key'],
    true,
  ],
  ['a bundle', config(store([...BASES, 'load crt two.pem alias two']), 'crt @web/two'), ['two.pem two.pem'], true],
  [
    'two',
    config(
      store([...BASES, 'load crt two.pem alias two', 'load crt one.crt key one.key']),
      'crt @web/one.crt crt @web/two',
    ),
    ['one.crt one.key', 'two.pem two.pem'],
    true,
  ],
  [
    'folders of `global`',
    config(
      store(['load crt one.crt key one.key alias one']),
      'crt @web/one',
      `    crt-base ${CERTS}\n    key-base ${CERTS}\n`,
    ),
    ['one.crt one.key'],
    true,
  ],
  [
    'a list',
    config(
      store([...BASES, 'load crt one.crt key one.key alias one', 'load crt two.crt key two.key']),
      `crt-list ${CERTS}/list`,
    ),
    ['two.crt two.key', 'one.crt one.key'],
    true,
  ],
  ['a file beside', config(store([...BASES, 'load crt one.crt alias one']), 'crt @web/one'), ['one.crt -'], false],
  [
    'a file by its name that has an alias',
    config(store([...BASES, 'load crt two.pem alias two']), 'crt @web/two.pem'),
    [],
    false,
  ],
  ['a store that is not there', config('', 'crt @web/two'), [], false],
  [
    'a missing file that nobody uses',
    config(store([...BASES, 'load crt gone.crt key one.key alias gone', 'load crt two.pem alias two']), 'crt @web/two'),
    ['two.pem two.pem'],
    false,
  ],
  [
    'a store below',
    `${config('', 'crt @web/two')}${store([...BASES, 'load crt two.pem alias two'])}`,
    ['two.pem two.pem'],
    false,
  ],
];

const isThere = (path: string | undefined, all: Readonly<Record<string, string>>) =>
  path !== undefined && all[path] !== undefined;

function onEach(generation: Generation): void {
  it.each(CASES)('%s', (_, text, expected, starts) =>
    onGeneration(generation, async () => {
      const all = await files();
      const main = '/etc/haproxy/haproxy.cfg';
      const project = load(text, {
        root: main,
        files: all,
        together: [main],
        target: { haproxy: '3.0', openssl: '3.5' },
        workspaces: ['/etc/haproxy'],
      });
      const short = (path: string) => path.slice(CERTS.length + 1);
      const uses = project.model.sites.flatMap(({ endpoint }) => endpoint?.certificates ?? []);
      const written = uses.map(({ certificate, key }) =>
        [certificate, key].map((use) => (use?.file.known === true ? short(use.file.value) : '-')).join(' '),
      );
      expect(written).toEqual(expected);
      const verdict = await haproxyCheck({ files: { ...all, 'haproxy.cfg': text } });
      expect(verdict.ok, verdict.output).toBe(starts);
      // Each reason not to start is said by one rule or another.
      const missing = project.fileUses().some(({ file }) => file.known && !isThere(file.value, all));
      const keyless = uses.some((use) => use.keyless !== undefined);
      expect(project.model.problems.length > 0 || missing || keyless).toBe(!starts);
      if (!starts) return;
      const { keep, stopAll } = keeper();
      try {
        const server = await keep(startHaproxy({ files: { ...all, 'haproxy.cfg': text } }));
        const names = new Set(expected.map((pair) => `${pair.slice(0, 3)}.example`));
        for (const name of names) expect(await clientTls(server.port('127.0.0.1:443'), name)).toBe(name);
      } finally {
        await stopAll();
      }
    }),
  );
}

describe('on real HAProxys', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});

it('`ocsp-update` of the line that brings the certificate', async () => {
  const stapling = async (more: string) => {
    const text = config(
      store([...BASES, `load crt one.crt key one.key alias one ${more}`]),
      'crt @web/one',
      '    ocsp-update.mode on\n',
    );
    const project = load(text, {
      root: '/etc/haproxy/haproxy.cfg',
      files: await files(),
      workspaces: ['/etc/haproxy'],
    });
    const fact = project.model.sites[0]?.endpoint?.stapling;
    return fact?.known === true ? fact.value?.written : fact?.why;
  };
  expect([await stapling(''), await stapling('ocsp-update on'), await stapling('ocsp-update off')]).toEqual([
    'ocsp-update.mode on',
    'ocsp-update on',
    undefined,
  ]);
});
