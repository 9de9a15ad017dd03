/** Owns the proof that ML-DSA certificates and keys (RFC 9881) are read in all forms, as OpenSSL 3.5 of Debian 13 writes them. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { readPemFile } from '../../server/src/certificates/file.ts';
import { keyMatch } from '../../server/src/certificates/match.ts';
import { summaryOf } from '../../server/src/certificates/summary.ts';
import { suiteRoot } from '../kit/generations.ts';
import { describeWith } from '../kit/required.ts';

/** Runs commands of openssl in Debian 13; all that is not certificates and keys goes to its standard error. */
function trixie(script: string): string {
  const root = suiteRoot('trixie') ?? '';
  const shell = `d=$(mktemp -d) && cd "$d" && { ${script}; }; code=$?; rm -r "$d"; exit $code`;
  const { stdout, stderr, status } = spawnSync('/usr/sbin/chroot', [root, '/bin/sh', '-c', shell], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

describeWith('trixie', 'ML-DSA', () => {
  it.each(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'])('%s', (algorithm) => {
    const text = trixie(
      `openssl genpkey -algorithm ${algorithm} -out k && openssl req -new -x509 -key k -subj /CN=pq.example && openssl req -new -key k -subj /CN=pq.example && openssl pkey -in k -pubout && cat k`,
    );
    const { items, damage, leaf, keys } = readPemFile(text);
    expect(damage).toEqual([]);
    expect(items.map((item) => `${item.kind}: ${summaryOf(item)}`)).toEqual([
      'certificate: CN=pq.example',
      'request: CN=pq.example',
      `public-key: ${algorithm}`,
      `key: ${algorithm}`,
    ]);
    expect(leaf?.certificate).toMatchObject({
      signatureAlgorithm: algorithm,
      publicKey: { algorithm, curve: undefined },
    });
    const [key] = keys;
    if (leaf === undefined || key === undefined) throw new Error('no certificate or key');
    // Whether it can be told depends on the runtime; what is told must be right.
    expect(['match', 'unknown']).toContain(keyMatch(leaf.certificate, key.key));
  });

  it.each(['seed-only', 'seed-priv', 'priv-only', 'bare-seed', 'bare-priv'])('a key as %s', (form) => {
    const text = trixie(`openssl genpkey -algorithm ML-DSA-65 -provparam ml-dsa.output_formats=${form}`);
    const { keys, damage } = readPemFile(text);
    expect([keys[0]?.key.algorithm, damage]).toEqual(['ML-DSA-65', []]);
  });

  it('an encrypted key, and SLH-DSA', () => {
    const text = trixie(
      'openssl genpkey -algorithm ML-DSA-44 -aes256 -pass pass:x && openssl genpkey -algorithm SLH-DSA-SHA2-128s',
    );
    expect(readPemFile(text).items.map((item) => summaryOf(item))).toEqual(['encrypted', 'SLH-DSA-SHA2-128s']);
  });
});
