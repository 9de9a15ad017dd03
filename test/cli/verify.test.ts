/** Owns the tests of `wsslint verify`: verdicts, exit codes, both formats, and what it admits not to have checked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { make, makeList, NOW, newKey } from '../certificates/maker.ts';
import { pem } from '../certificates/samples.ts';
import { createAuthority } from '../kit/authority.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { corpusRoot, itWith } from '../kit/required.ts';
import { run } from './kit.ts';

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const verify = (...argv: string[]) => run(folder.path, ['verify', ...argv]);

describe('verify', () => {
  it('prints the path of a private chain', async () => {
    const root = await createAuthority({ commonName: 'our root' });
    const inner = await root.intermediate({ commonName: 'our inner', key: 'rsa2048' });
    folder.write('root.pem', root.certificate);
    folder.write('fullchain.pem', (await inner.issue({ names: ['api.corp.internal', '10.0.0.5'] })).bundle);
    const { code, err, out } = await verify('fullchain.pem', '--ca', 'root.pem', '--name', '10.0.0.5');
    expect(err).toBe('');
    expect(out.replace(/20\d\d-\d\d-\d\dT[\d:.]+Z/g, 'DATE')).toBe(
      [
        'fullchain.pem: valid for 10.0.0.5 as a certificate of a TLS server',
        '  1  CN=api.corp.internal until DATE',
        '  2  CN=our inner until DATE',
        '  3  CN=our root until DATE',
        '  trusted: the last certificate, from root.pem',
        '  not checked: whether a certificate is revoked: there is no revocation list of its issuer among the files',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
  });

  it('says why a chain is not valid, and exits with 1', async () => {
    const root = await createAuthority({ commonName: 'our root' });
    const inner = await root.intermediate({ commonName: 'our inner' });
    folder.write('root.pem', root.certificate);
    folder.write('leaf.pem', (await inner.issue({ names: ['a.example'] })).certificate);
    const { code, out } = await verify('leaf.pem', '--ca', 'root.pem', '--name', 'b.example');
    expect(code).toBe(1);
    expect(out).toContain('leaf.pem: not valid for b.example');
    expect(out).toContain('refused: It is not for b.example, but for a.example. [name-mismatch]');
    expect(out).toContain(
      'refused: Its issuer, CN=our inner, is neither among the certificates beside it nor among the trusted ones. [issuer-missing]',
    );
  });

  it('judges as of --now, for --usage, with --strict', async () => {
    const root = await createAuthority({ commonName: 'our root' });
    folder.write('root.pem', root.certificate);
    folder.write('client.pem', (await root.issue({ usages: ['client'], names: ['x.example'] })).chain);
    folder.write('open.pem', (await root.issue({ usages: [], names: ['x.example'] })).chain);
    const usual = ['--ca', 'root.pem'];
    expect((await verify('client.pem', ...usual)).out).toContain('without serverAuth. [usage]');
    expect((await verify('client.pem', ...usual, '--usage', 'client')).code).toBe(0);
    expect((await verify('client.pem', ...usual, '--usage', 'client', '--now', '2001-01-01')).out).toContain(
      '[not-yet-valid]',
    );
    expect(await verify('open.pem', ...usual)).toMatchObject({
      code: 0,
      out: expect.stringContaining('remark: It does'),
    });
    expect((await verify('open.pem', ...usual, '--strict')).code).toBe(1);
  });

  it('gives JSON that programs can rely on', async () => {
    const root = await createAuthority({ commonName: 'our root' });
    folder.write('root.pem', root.certificate);
    folder.write('a.pem', (await root.issue({ names: ['a.example'] })).chain);
    const { code, out } = await verify('a.pem', '--ca', 'root.pem', '--format', 'json', '--name', 'b.example');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      files: [
        {
          file: 'a.pem',
          valid: false,
          verified: false,
          usage: 'server',
          name: 'b.example',
          path: [{ subject: 'CN=a.example', issuer: 'CN=our root' }, { subject: 'CN=our root' }],
          reasons: [{ code: 'name-mismatch', weight: 'refused', certificate: 0 }],
          remarks: [],
        },
      ],
    });
  });

  it('reads revocation lists and binary certificates', async () => {
    const [rootKey, leafKey] = [newKey(), newKey()];
    const ca = { ca: true, keyUsage: 0x06 };
    const root = make({ subject: 'our root', issuer: 'our root', key: rootKey, signer: rootKey, ...ca });
    const place = { subject: 'x', issuer: 'our root', key: leafKey, signer: rootKey, serial: 77 };
    const leaf = make({ ...place, names: ['x.example'], purposes: [1] });
    folder.write('leaf.cer', leaf.certificate.der);
    folder.write('root.pem', root.pem);
    const revoked = pem('X509 CRL', makeList('our root', rootKey, [77]));
    folder.write('revoked.pem', root.pem + revoked);
    folder.write('fine.pem', root.pem + pem('X509 CRL', makeList('our root', rootKey, [78])));
    const at = ['--now', new Date(NOW).toISOString(), '--name', 'x.example'];
    expect(await verify('leaf.cer', '--ca', 'root.pem', ...at)).toMatchObject({ code: 0 });
    expect((await verify('leaf.cer', '--ca', 'revoked.pem', ...at)).out).toContain('Its issuer revoked it on');
    const fine = await verify('leaf.cer', '--ca', 'fine.pem', ...at);
    expect(fine).toMatchObject({ code: 0 });
    expect(fine.out).not.toContain('not checked');
  });

  it('exits with 2 for what it cannot read, and still judges the rest', async () => {
    const root = await createAuthority();
    folder.write('root.pem', root.certificate);
    folder.write('a.pem', (await root.issue({ names: ['a.example'] })).chain);
    folder.write('key.pem', root.key);
    folder.write('cut.pem', root.certificate.slice(0, 300));
    const { code, err, out } = await verify('a.pem', 'key.pem', 'cut.pem', 'none.pem', '--ca', 'root.pem');
    expect(code).toBe(2);
    expect(out).toContain('a.pem: valid');
    expect(err.split('\n').map((line) => line.split(':').slice(0, 2).join(':'))).toEqual([
      'wsslint: key.pem',
      'wsslint: cut.pem',
      'wsslint: none.pem',
      '',
    ]);
    expect(await verify('a.pem', '--ca', 'none.pem')).toMatchObject({ code: 2, out: '' });
    expect(await verify('--ca', 'root.pem')).toMatchObject({ code: 2, out: '' });
  });

  it('tells who is trusted, and nothing of keys', async () => {
    const root = await createAuthority({ commonName: 'our root' });
    const { bundle, key } = await root.issue({ names: ['a.example'] });
    folder.write('haproxy.pem', bundle);
    const pretty = await verify('haproxy.pem');
    expect(pretty.code).toBe(1);
    expect(pretty.out).toMatch(/trusted are the public roots \(list of 20\d\d-\d\d-\d\d\); --ca FILE names others/);
    const json = await verify('haproxy.pem', '--format', 'json');
    const secret = key.split('\n').slice(1, -2);
    expect(secret.length).toBeGreaterThan(1);
    for (const line of secret) for (const { out, err } of [pretty, json]) expect(out + err).not.toContain(line);
  });

  it('shows no harmful characters of a name', async () => {
    const root = await createAuthority({ commonName: 'our\u202Eroot' });
    folder.write('a.pem', (await root.issue({ names: ['a.example'] })).chain);
    const { out } = await verify('a.pem', '--name', '\u001B[31m');
    expect(out).not.toMatch(/[\u001B\u202E]/);
  });

  itWith('corpus', 'says of a public chain that a signature was not checked, unless the root is given', async () => {
    const file = join(corpusRoot() ?? '', 'x509-limbo/limbo-207.json');
    const { testcases } = JSON.parse(readFileSync(file, 'utf8'));
    const site = testcases.find(({ id }: { id: string }) => id === 'online::google.com');
    folder.write('chain.pem', site.peer_certificate + site.untrusted_intermediates.join(''));
    folder.write('root.pem', site.trusted_certs.join(''));
    const usual = ['chain.pem', '--name', 'google.com', '--now', '2026-02-03'];
    const hashes = await verify(...usual);
    expect(hashes.code).toBe(0);
    expect(hashes.out).toContain('chain.pem: valid but for what was not checked, for google.com');
    expect(hashes.out).toContain('trusted: issued in the name of the public root CN=GTS Root R1');
    expect(hashes.out).toContain('not checked: the signature of CN=WR2');
    const whole = await verify(...usual, '--ca', 'root.pem');
    expect(whole.out).toContain('chain.pem: valid for google.com');
    expect(whole.out).not.toContain('not checked: the signature');
  });
});
