/** Owns the tests of `--password-file`: what it opens, what it says where nothing fits, and that no password is ever printed. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { core } from '../../server/src/node/cli-core.ts';
import { openssl } from '../certificates/openssl.ts';
import { createAuthority, type Issued } from '../kit/authority.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { leaksIn, secretsOf } from '../kit/secrets.ts';
import { run } from './kit.ts';

const PASSWORD = 'Löwe mit 3 Zähnen';
const WRONG = 'this-one-does-not-fit';

describeWith('openssl', '--password-file', () => {
  const folder = temporaryFolder();
  let issued: Issued;
  beforeAll(async () => {
    const root = await createAuthority({ commonName: 'our root' });
    issued = await root.issue({ names: ['alice.example.com'], usages: ['client'], commonName: 'alice' });
    folder.write('ca.pem', root.certificate);
    folder.write('p12/README', '');
    folder.write('in/crt', issued.certificate);
    folder.write('in/key', issued.key);
    folder.write('right', `${WRONG}\r\n\r\n${PASSWORD}\r\n`);
    folder.write('own', PASSWORD);
    folder.write('wrong', WRONG);
    folder.write('empty', '\n');
    openssl(
      folder,
      ...'pkcs12 -export -in in/crt -inkey in/key -certfile ca.pem -out p12/alice.p12'.split(' '),
      '-passout',
      'file:own',
    );
  });
  afterAll(() => folder.remove());
  const wsslint = (...argv: string[]) => run(folder.path, argv, { core: async () => core });

  it('opens containers for the list, for verification and for the rules', async () => {
    const listed = await wsslint('certs', 'p12', '--format', 'json', '--password-file', 'right');
    expect(listed).toMatchObject({ code: 0, err: '' });
    const { certificates, closed } = JSON.parse(listed.out);
    expect(certificates).toMatchObject([
      { file: 'p12/alice.p12', names: ['alice.example.com'], key: { state: 'found', files: ['p12/alice.p12'] } },
      { file: 'p12/alice.p12', subject: 'CN=our root', key: { state: 'none' } },
    ]);
    expect(closed).toEqual([]);
    const verified = await wsslint(
      ...'verify p12/alice.p12 --ca ca.pem --usage client --password-file right'.split(' '),
    );
    expect(verified).toMatchObject({ code: 0, err: '' });
    const judged = await wsslint('p12', '--now', '2060-01-01', '--password-file', 'right');
    expect(judged).toMatchObject({ code: 1, out: expect.stringContaining('certificate-expired') });
  });

  it('says which containers stay closed, and why', async () => {
    const closed = 'wsslint: p12/alice.p12: this PKCS#12 container stays closed: ';
    const needed = `${closed}its password is needed (--password-file)\n`;
    expect(await wsslint('certs', 'p12')).toEqual({ code: 0, out: 'no certificates found\n', err: needed });
    const none = `${closed}no password of --password-file fits\n`;
    const listed = await wsslint('certs', 'p12', '--format', 'json', '--password-file', 'wrong');
    expect(listed).toMatchObject({ code: 0, err: none });
    expect(JSON.parse(listed.out)).toMatchObject({
      certificates: [],
      closed: [{ file: 'p12/alice.p12', why: 'password' }],
    });
    expect(await wsslint('verify', 'p12/alice.p12')).toEqual({ code: 2, out: '', err: needed });
    expect(await wsslint('verify', 'p12/alice.p12', '--password-file', 'wrong')).toMatchObject({ code: 2, err: none });
    expect(await wsslint('p12', '--password-file', 'wrong')).toMatchObject({ code: 0, err: none });
    expect(await wsslint('p12')).toMatchObject({ code: 0, err: '' });
  });

  it('complains about a file of passwords that is none', async () => {
    for (const [file, detail] of [
      ['empty', 'holds no password'],
      ['nowhere', 'no such file'],
      ['in', 'is a folder'],
    ] as const) {
      const err = `wsslint: --password-file ${file}: ${detail}\n`;
      for (const command of [['certs'], ['verify'], []])
        expect(await wsslint(...command, 'p12/alice.p12', '--password-file', file)).toEqual({ code: 2, out: '', err });
    }
  });

  it('prints neither passwords nor keys', async () => {
    const secrets = [...secretsOf(issued.key), Buffer.from(PASSWORD), Buffer.from(WRONG)];
    for (const file of ['right', 'wrong']) {
      for (const argv of [
        ...['table', 'json', 'csv'].map((format) => ['certs', 'p12', '--format', format]),
        ...['pretty', 'json'].map((format) => ['verify', 'p12/alice.p12', '--usage', 'client', '--format', format]),
        ...['pretty', 'json', 'sarif', 'github'].map((format) => ['p12', '--now', '2060-01-01', '--format', format]),
        ['certs', 'p12', '--password-file', file],
      ]) {
        const { code, err, out } = await wsslint(...argv, '--password-file', file);
        expect([argv, code]).not.toEqual([argv, 3]);
        expect((err + out).length).toBeGreaterThan(40);
        expect(leaksIn(err + out, secrets)).toEqual([]);
        expect(err + out).not.toContain(PASSWORD.slice(0, 8));
      }
    }
  });

  it('reads a pipe, which leaves no file behind', () => {
    const program = join(import.meta.dirname, '../../dist/cli.js');
    const script = `exec node "$1" verify p12/alice.p12 --ca ca.pem --usage client --password-file <(cat own)`;
    const out = execFileSync('bash', ['-c', script, 'bash', program], { cwd: folder.path, encoding: 'utf8' });
    expect(out).toContain('valid as a certificate of a TLS client');
    expect(readFileSync(join(folder.path, 'own'), 'utf8')).toBe(PASSWORD);
  });
});
