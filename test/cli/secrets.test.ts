/** Owns the proof that no command prints any part of a private key, whatever form it has and however it is damaged. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CERTIFICATE_FORMATS, FORMATS } from '../../server/src/cli/arguments.ts';
import { core } from '../../server/src/node/cli-core.ts';
import { createAuthority } from '../kit/authority.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { leaksIn, plantKeys, secretsOf } from '../kit/secrets.ts';
import { run } from './kit.ts';

const { files, secrets } = plantKeys();
let folder: Folder;
let own: Buffer[];

beforeAll(async () => {
  const { chain, key } = await (await createAuthority()).issue({ names: ['shop.example.com'] });
  own = [...secrets, ...secretsOf(key)];
  folder = temporaryFolder();
  for (const [name, content] of files) folder.write(name, content);
  folder.write('shop.pem', chain + key);
  const servers = [...files.keys()].map(
    (
      name,
      n,
    ) => `server { listen ${1000 + n} ssl; ssl_certificate shop.pem; ssl_certificate_key ${name}; ssl_crl ${name}; }
server { listen ${2000 + n} ssl; ssl_certificate ${name}; ssl_certificate_key shop.pem; ssl_dhparam ${name}; }`,
  );
  const inline = `server { listen 3000 ssl; ssl_certificate_key "data:${key}"; }`;
  folder.write('nginx.conf', `events {}\nhttp {\n${servers.join('\n')}\n${inline}\n}\n`);
  folder.write(
    'haproxy.cfg',
    `frontend web\n${[...files.keys()].map((name, n) => `    bind :${4000 + n} ssl crt ${folder.path}/${name}\n`).join('')}`,
  );
});
afterAll(() => folder.remove());

const commands: readonly (readonly string[])[] = [
  ...FORMATS.map((format) => ['check', '--format', format, '.']),
  ['check', '--fix', '--dry-run', '.'],
  ['check', '--fix=behaviour', '--dry-run', '.'],
  ...CERTIFICATE_FORMATS.map((format) => ['certs', '--format', format, '.']),
  ['show', 'nginx.conf'],
  ['show', 'haproxy.cfg'],
  ...[...files.keys()].flatMap((name) => [
    ['check', name],
    ['certs', name],
    ['show', name],
    ['verify', name],
    ['verify', '--ca', name, 'shop.pem'],
  ]),
  ['verify', 'shop.pem'],
];

it('no command prints any part of a key', async () => {
  const said: string[] = [];
  for (const argv of commands) {
    const { code, out, err } = await run(folder.path, argv, { core: async () => core });
    expect([argv, code === 3]).toEqual([argv, false]);
    expect([argv, leaksIn(`${out}\n${err}`, own)]).toEqual([argv, []]);
    said.push(out, err);
  }
  const all = said.join('\n');
  for (const word of ['certificate-key-mismatch', 'certificate-file-damaged', 'shop.example.com'])
    expect(all).toContain(word);
});
