/** Owns the proof that certificates in DER, PKCS#7 and PKCS#12 files are judged and listed like those in PEM files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { inventoryOf } from '../../server/src/certificates/inventory.ts';
import { noDependencies } from '../../server/src/files/store.ts';
import { openssl } from '../certificates/openssl.ts';
import { createAuthority } from '../kit/authority.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { bench, inDays } from './bench.ts';

describeWith('openssl', 'certificates in containers', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const run = (command: string) => openssl(folder, ...command.split(' '));
  const bytes = (name: string) => new Uint8Array(readFileSync(join(folder.path, name)));

  it('are judged, and listed with their key where it lies in the open', async () => {
    const authority = await createAuthority({ notBefore: inDays(-400) });
    const old = { names: ['old.example.com'], notBefore: inDays(-90), notAfter: inDays(-3) };
    const { certificate, chain, key } = await authority.issue(old);
    folder.write('crt', certificate);
    folder.write('chain', chain + authority.certificate);
    folder.write('key', key);
    run('x509 -in crt -outform DER -out a.der');
    run('pkey -in key -outform DER -out k.der');
    run('crl2pkcs7 -nocrl -certfile chain -outform DER -out a.p7b');
    run('pkcs12 -export -in chain -inkey key -passout pass: -out open.p12');
    run('pkcs12 -export -in chain -inkey key -passout pass:geheim -out closed.pfx');
    const names = ['a.der', 'k.der', 'a.p7b', 'open.p12', 'closed.pfx'];
    const files = Object.fromEntries(names.map((name) => [`/w/${name}`, bytes(name)]));
    const made = bench(files);
    expect(made.findings('certificate-expired').map(({ at }) => `${at.file}:${at.span.start}`)).toEqual([
      '/w/a.der:0',
      '/w/a.p7b:0',
      '/w/open.p12:0',
    ]);
    expect(made.findings('certificate-file-damaged')).toEqual([]);

    const inventory = inventoryOf(made.engine.certificates, Object.keys(files), noDependencies());
    const held = [...inventory.files].map(([file, { certificates, keys }]) => [file, certificates.length, keys.length]);
    expect(held).toEqual([
      ['/w/a.der', 1, 0],
      ['/w/k.der', 0, 1],
      ['/w/a.p7b', 2, 0],
      ['/w/open.p12', 2, 1],
      ['/w/closed.pfx', 0, 0],
    ]);
  });
});
