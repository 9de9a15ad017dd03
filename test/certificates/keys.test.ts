/** Owns the proof that private keys are recognised in all their forms, matched to certificates, and never kept. */
import { createPublicKey } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { describeCertificate } from '../../server/src/certificates/details.ts';
import { type PemFile, readPemFile } from '../../server/src/certificates/file.ts';
import type { PrivateKey } from '../../server/src/certificates/key.ts';
import { asCertificateFile, asKeyFile } from '../../server/src/certificates/load.ts';
import { keyMatch, matchSets } from '../../server/src/certificates/match.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { openssl, selfSigned } from './openssl.ts';
import { CERTIFICATE, PRIVATE_KEY } from './samples.ts';

function certificateOf(text: string) {
  const { leaf } = readPemFile(text);
  if (leaf === undefined) throw new Error('no certificate');
  return leaf.certificate;
}

function keyOf(text: string): PrivateKey {
  const file = readPemFile(text);
  const [item] = file.keys;
  if (item === undefined) throw new Error(`no key: ${JSON.stringify(file.damage)}`);
  return item.key;
}

describe('matching', () => {
  const certificate = certificateOf(CERTIFICATE);

  it('knows the key of the sample', () => {
    const key = keyOf(PRIVATE_KEY);
    expect(key).toMatchObject({ encrypted: false, algorithm: 'EC', bits: 256, curve: 'prime256v1' });
    expect(keyMatch(certificate, key)).toBe('match');
  });

  it('sees through a compressed point', () => {
    const { spki } = certificate.publicKey;
    const point = spki.subarray(-65);
    const compressed = Uint8Array.from([2 + ((point[64] ?? 0) & 1), ...point.subarray(1, 33)]);
    const head = spki.subarray(2, spki.length - 68);
    const short = Uint8Array.from([0x30, head.length + 36, ...head, 0x03, 34, 0, ...compressed]);
    const publicKey = { ...certificate.publicKey, spki: short };
    expect(keyMatch({ publicKey }, keyOf(PRIVATE_KEY))).toBe('match');
    const other = Uint8Array.from(short);
    other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
    expect(keyMatch({ publicKey: { ...publicKey, spki: other } }, keyOf(PRIVATE_KEY))).toBe('mismatch');
  });

  it('says nothing about a key that it cannot read', () => {
    const hidden = { ...keyOf(PRIVATE_KEY), publicKey: undefined };
    expect(keyMatch(certificate, hidden)).toBe('unknown');
    expect(keyMatch(certificate, { ...hidden, algorithm: 'RSA' })).toBe('other-type');
    expect(keyMatch(certificate, { ...hidden, algorithm: undefined })).toBe('unknown');
  });
});

describeWith('openssl', 'keys of the openssl command', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const kinds = [
    { name: 'RSA', options: ['rsa:2048'] },
    { name: 'RSA-PSS', options: ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'] },
    { name: 'EC P-256', options: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] },
    { name: 'EC P-384', options: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'] },
    {
      name: 'EC explicit',
      options: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit'],
    },
    { name: 'Ed25519', options: ['ed25519'] },
    { name: 'Ed448', options: ['ed448'] },
  ].map((kind) => ({ ...kind, ...selfSigned(kind.options), other: selfSigned(kind.options) }));

  /** All forms in which one key can be written, as texts by name. */
  function forms(kind: (typeof kinds)[number]): ReadonlyMap<string, string> {
    const found = new Map([['PKCS#8', kind.key]]);
    folder.write('k8', kind.key);
    if (kind.name === 'RSA' || kind.name.startsWith('EC')) {
      found.set('traditional', openssl(folder, 'pkey', '-in', 'k8', '-traditional'));
    }
    if (kind.name.startsWith('EC')) {
      found.set('without public point', openssl(folder, 'ec', '-in', 'k8', '-no_public'));
      found.set('with a compressed point', openssl(folder, 'pkey', '-in', 'k8', '-ec_conv_form', 'compressed'));
      const parameters = openssl(folder, 'ecparam', '-name', 'prime256v1');
      found.set('behind its parameters', `${parameters}${kind.key}`);
    }
    return found;
  }

  /** The numbers of a private key that must stay secret, at least one. */
  function secretsOf(text: string): readonly Uint8Array[] {
    folder.write('secret', text);
    const shown = openssl(folder, 'pkey', '-in', 'secret', '-noout', '-text');
    const numbers = shown.matchAll(/^(?:priv|privateExponent|prime.|exponent.|coefficient):((?:\s+[0-9a-f:]+)+)$/gm);
    const secrets = Array.from(
      numbers,
      ([, hex = '']) => new Uint8Array(Buffer.from(hex.replace(/[\s:]/g, ''), 'hex')),
    );
    expect(secrets.length).toBeGreaterThan(0);
    return secrets;
  }

  it.each(kinds)('$name: every form belongs to its certificate, and to no other', (kind) => {
    const own = certificateOf(kind.certificate);
    const other = certificateOf(kind.other.certificate);
    const spki = new Uint8Array(createPublicKey(kind.key).export({ type: 'spki', format: 'der' }));
    for (const [form, text] of forms(kind)) {
      const key = keyOf(text);
      expect([form, key.encrypted, key.algorithm]).toEqual([form, false, own.publicKey.algorithm]);
      expect([form, keyMatch(own, key), keyMatch(other, key)]).toEqual([form, 'match', 'mismatch']);
      expect(key.publicKey?.bits).toBe(own.publicKey.bits);
    }
    expect(keyOf(kind.key).publicKey?.spki).toEqual(spki);
    for (const stranger of kinds) {
      if (stranger.name.slice(0, 2) === kind.name.slice(0, 2) && stranger.name !== 'RSA-PSS' && kind.name !== 'RSA-PSS')
        continue;
      if (stranger === kind) continue;
      expect([stranger.name, keyMatch(certificateOf(stranger.certificate), keyOf(kind.key))]).toEqual([
        stranger.name,
        'other-type',
      ]);
    }
  });

  it('encrypted keys are recognised and fit perhaps', () => {
    const rsa = kinds[0];
    const ec = kinds[2];
    if (rsa === undefined || ec === undefined) throw new Error('no keys');
    folder.write('k', rsa.key);
    const pkcs8 = openssl(folder, 'pkcs8', '-topk8', '-in', 'k', '-passout', 'pass:secret');
    const older = openssl(folder, 'rsa', '-in', 'k', '-traditional', '-aes128', '-passout', 'pass:secret');
    expect(keyOf(pkcs8)).toEqual({
      kind: 'key',
      encrypted: true,
      algorithm: undefined,
      bits: undefined,
      curve: undefined,
      publicKey: undefined,
    });
    expect(keyOf(older)).toMatchObject({ encrypted: true, algorithm: 'RSA', publicKey: undefined });
    expect(keyMatch(certificateOf(ec.certificate), keyOf(pkcs8))).toBe('unknown');
    expect(keyMatch(certificateOf(ec.certificate), keyOf(older))).toBe('other-type');
    expect(keyMatch(certificateOf(rsa.certificate), keyOf(older))).toBe('unknown');
  });

  it('several certificates find their keys in any order', () => {
    const certificates = kinds.map((kind) => certificateOf(kind.certificate));
    const keys = kinds.map((kind) => keyOf(kind.key)).reverse();
    const last = kinds.length - 1;
    expect(matchSets(certificates, keys)).toEqual(kinds.map((_, index) => ({ result: 'match', key: last - index })));
    expect(matchSets(certificates.slice(0, 1), keys.slice(0, 1))).toEqual([{ result: 'other-type', key: undefined }]);
    expect(matchSets(certificates.slice(0, 1), [])).toEqual([{ result: 'unknown', key: undefined }]);
    const foreign = keyOf(kinds[0]?.other.key ?? '');
    expect(matchSets(certificates.slice(0, 1), [...keys.slice(0, 1), foreign])).toEqual([
      { result: 'mismatch', key: undefined },
    ]);
  });

  it('nothing that is returned holds a byte of a private number', async () => {
    for (const kind of kinds) {
      for (const [form, text] of forms(kind)) {
        const file: PemFile = readPemFile(`${text}${kind.certificate}${kind.other.certificate}`);
        const damaged = readPemFile(text.replace(/.(?=\n-----END)/, '!')); // the key's block cannot be read
        const details = await describeCertificate(certificateOf(kind.certificate).der);
        const keys = file.keys.map(({ key }) => key);
        const returned = [file, damaged, asKeyFile(file), asCertificateFile(file), asKeyFile(damaged), keys, details];
        for (const secret of secretsOf(text)) expect([form, holds(returned, secret)]).toEqual([form, false]);
      }
      // The search itself finds what it looks for.
      const [secret = new Uint8Array()] = secretsOf(kind.key);
      expect(holds({ a: [{ b: Buffer.from(kind.key.split('\n').slice(1, -2).join(''), 'base64') }] }, secret)).toBe(
        true,
      );
      expect(holds({ a: Buffer.from(secret).toString('hex') }, secret)).toBe(true);
    }
  });
});

/** Whether any text or bytes reachable from a value hold 12 bytes of a secret in a row, raw, hexadecimal or base64. */
function holds(value: unknown, secret: Uint8Array, seen = new Set<unknown>()): boolean {
  const part = Buffer.from(secret.subarray(4, 16));
  if (typeof value === 'string') {
    const bytes = Buffer.from(value.replace(/\s/g, ''), 'base64');
    return value.toLowerCase().includes(part.toString('hex')) || bytes.includes(part);
  }
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  // Also what lies in the same memory as a view.
  if (value instanceof Uint8Array) return Buffer.from(value.buffer).includes(part);
  return Object.values(value).some((inner) => holds(inner, secret, seen));
}
