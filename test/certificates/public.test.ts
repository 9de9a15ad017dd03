/** Owns the proof that public and private certificates are told apart, by the certificate itself and by the snapshot of roots. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Certificate, readCertificate } from '../../server/src/certificates/certificate.ts';
import {
  isPublic,
  publicIssuerOf,
  publicRootOf,
  publicRoots,
  SNAPSHOT_DATE,
} from '../../server/src/certificates/public.ts';
import { createAuthority } from '../kit/authority.ts';
import { corpusRoot, itWith } from '../kit/required.ts';

function read(pem: string): Certificate {
  const certificate = readCertificate(new Uint8Array(new X509Certificate(pem).raw));
  if (certificate.kind === 'unreadable') throw new Error(certificate.message);
  return certificate;
}

it('the snapshot is whole and dated', () => {
  expect(SNAPSHOT_DATE).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(publicRoots().length).toBeGreaterThan(100);
  for (const { keyHash, keyId, name } of publicRoots()) {
    expect(Buffer.from(keyHash, 'base64')).toHaveLength(32);
    if (keyId !== undefined) expect(keyId).toMatch(/^[0-9a-f]{40}$/);
    expect(name).toMatch(/(^|, )(CN|OU|O)=/);
  }
  expect(new Set(publicRoots().map(({ keyHash }) => keyHash)).size).toBe(publicRoots().length);
});

it('a private authority and its certificates are private', async () => {
  const root = await createAuthority();
  const leaf = read((await root.issue({ names: ['a.example'] })).certificate);
  expect(isPublic(leaf, [read(root.certificate)])).toBe(false);
  expect(isPublic(leaf, [])).toBe(false);
  expect(publicRootOf(leaf)).toBeUndefined();
  expect(publicIssuerOf({ ...leaf, authorityKeyId: publicRoots()[0]?.keyId })).toBeUndefined();
});

itWith('corpus', 'certificates of well-known sites are public, with and without what they say themselves', () => {
  const { testcases } = JSON.parse(readFileSync(join(corpusRoot() ?? '', 'x509-limbo/limbo-207.json'), 'utf8'));
  const sites = testcases.filter(({ id }: { id: string }) => id.startsWith('online::'));
  expect(sites.length).toBe(14);
  let byChain = 0;
  let inSnapshot = 0;
  for (const { peer_certificate, untrusted_intermediates, trusted_certs } of sites) {
    const leaf = read(peer_certificate);
    const silent = { ...leaf, scts: 0 };
    const above = untrusted_intermediates.map(read);
    expect(isPublic(leaf, [])).toBe(true);
    expect(isPublic(silent, [])).toBe(false);
    if (isPublic(silent, above)) byChain++;
    const [root] = trusted_certs.map(read);
    if (publicRootOf(root)?.name === root.subject.text) inSnapshot++;
  }
  expect({ byChain, inSnapshot }).toEqual({ byChain: 14, inSnapshot: 14 });
});
