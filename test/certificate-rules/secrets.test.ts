/** Owns the proof that nothing the command line prints of certificate rules holds key material, whatever is wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FORMATS } from '../../server/src/cli/arguments.ts';
import { core } from '../../server/src/node/cli-core.ts';
import { run } from '../cli/kit.ts';
import { createAuthority } from '../kit/authority.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { haproxy, nginx, server } from './bench.ts';

/** Parts of a key that are secret: not its beginning, which only names the algorithm. */
function secretsOf(key: string): string[] {
  const text = key.replaceAll(/-----.*-----|\s/g, '');
  const pieces: string[] = [];
  for (let at = 48; at + 12 <= text.length; at += 4) pieces.push(text.slice(at, at + 12));
  return pieces;
}

it('in any format, with and without fixes', async () => {
  const root = await createAuthority();
  const names = ['shop.example.com'];
  const [one, other, rsa] = await Promise.all([
    root.issue({ names }),
    root.issue({ names }),
    root.issue({ names, key: 'rsa2048' }),
  ]);
  const keys = {
    'fits.key': one.key,
    'foreign.key': other.key,
    'rsa.key': rsa.key,
    'indented.key': other.key.replace(/^(?=.)/gm, '  '),
    'dashes.key': rsa.key.replace('-----END', '----END'),
    'character.key': rsa.key.replace(/\n(.)/, '\n!'),
    'text.key': `"${other.key.trimEnd().replaceAll('\n', '\\n')}"\n`,
    'label.key': other.key.replaceAll('PRIVATE KEY', 'CERTIFICATE'),
    'bare.key': other.key.replaceAll(/-----.*-----\n?/g, ''),
  };
  const folder = temporaryFolder();
  const lines = Object.keys(keys).map((key) => server('shop.example.com', 'a.pem', key));
  folder.write('nginx.conf', nginx(...lines, server('x.example.com', 'foreign.key', 'a.pem')));
  folder.write(
    'haproxy.cfg',
    haproxy(`:443 ssl crt ${folder.path}/bundle.pem`, `:444 ssl crt ${folder.path}/wrong.pem`),
  );
  folder.write('a.pem', one.chain);
  folder.write('bundle.pem', one.chain + other.key);
  folder.write('wrong.pem', `${one.chain}${keys['dashes.key']}`);
  for (const [name, text] of Object.entries(keys)) folder.write(name, text);

  // All RSA keys of 2048 bits have these bytes, the exponent and how long the next number is; rule pages show such keys.
  const common = new Set(['AgMBAAECggEA', 'AgMBAAECggEB', 'AwEAAQKCAQEA']);
  const runs = [
    ...FORMATS.map((format) => ['--format', format, '.']),
    ['--fix', '--dry-run', '.'],
    ['--fix=behaviour', '--dry-run', '.'],
  ];
  for (const argv of runs) {
    const { code, out, err } = await run(folder.path, argv, { core: async () => core });
    expect([argv, code]).toEqual([argv, 1]);
    expect(err).toMatch(argv.includes('--dry-run') ? /^(wsslint: .* may hold keys\n)+$/ : /^$/);
    expect(out).toContain(argv.includes('--dry-run') ? 'nginx.conf' : 'certificate-key-mismatch');
    const said = secretsOf(other.key)
      .concat(secretsOf(rsa.key), secretsOf(one.key))
      .filter((secret) => !common.has(secret))
      .filter((secret) => (out + err).includes(secret));
    expect([argv, said]).toEqual([argv, []]);
  }
  await run(folder.path, ['--fix', '.'], { core: async () => core });
  expect(readFileSync(join(folder.path, 'indented.key'), 'utf8')).toBe(other.key);
  folder.remove();
});
