/** Owns the proof that signatures of every usual algorithm are verified, and that a changed byte is noticed. */
import { expect, it } from 'vitest';
import { DER, derElement } from '../../server/src/certificates/der.ts';
import { readPemFile } from '../../server/src/certificates/file.ts';
import { publicKeyOf } from '../../server/src/certificates/public-key.ts';
import { checkSignature } from '../../server/src/certificates/signature.ts';
import { describeWith } from '../kit/required.ts';
import { selfSigned } from './openssl.ts';

const PSS = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'];

describeWith('openssl', 'signatures that openssl makes', () => {
  const certificate = (keyOptions: readonly string[], ...more: string[]) => {
    const leaf = readPemFile(selfSigned(keyOptions, ...more).certificate).leaf?.certificate;
    if (leaf === undefined) throw new Error('openssl made no certificate');
    return leaf;
  };

  it.each<[string, readonly string[], ...string[]]>([
    ['RSA with SHA-256', ['rsa:2048']],
    ['RSA with SHA-512', ['rsa:2048'], '-sha512'],
    ['RSA with SHA-1', ['rsa:2048'], '-sha1'],
    ['RSA-PSS with an RSA key', ['rsa:2048'], ...PSS],
    ['RSA-PSS with SHA-384', ['rsa:2048'], '-sha384', ...PSS],
    ['RSA-PSS with a key for nothing else', ['rsa-pss'], '-sha256'],
    ['P-256', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ['P-384 with SHA-384', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], '-sha384'],
    ['P-521 with SHA-512', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521'], '-sha512'],
    ['Ed25519', ['ed25519']],
  ])('%s', (_, keyOptions, ...more) => {
    const { publicKey, signed } = certificate(keyOptions, ...more);
    expect(checkSignature(signed, publicKey)).toBe('good');
    const content = Uint8Array.from(signed.content);
    content[content.length - 1] = (content[content.length - 1] ?? 0) ^ 1;
    expect(checkSignature({ content, algorithm: signed.algorithm, signature: signed.signature }, publicKey)).toBe(
      'bad',
    );
  });

  it('are left open where not every runtime verifies them', () => {
    const ed448 = certificate(['ed448']);
    expect(checkSignature(ed448.signed, ed448.publicKey)).toBe('unsupported');
    expect(checkSignature(ed448.signed, ed448.publicKey, true)).toBe('good');
    const koblitz = certificate(['ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1']);
    expect(checkSignature(koblitz.signed, koblitz.publicKey, true)).toBe('unsupported');
    const md5 = certificate(['rsa:2048'], '-md5');
    expect(checkSignature(md5.signed, md5.publicKey, true)).toBe('unsupported');
    const oneHash = certificate(['rsa:2048'], ...PSS, '-sigopt', 'rsa_mgf1_md:sha512');
    expect(checkSignature(oneHash.signed, oneHash.publicKey, true)).toBe('unsupported');
  });

  it('are left open with keys that BoringSSL does not take', () => {
    const { signed } = certificate(['rsa:2048']);
    const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex');
    const rsa = (modulusBytes: number, ...exponent: number[]) => {
      const modulus = derElement(DER.integer, Uint8Array.of(0), new Uint8Array(modulusBytes).fill(0xc5));
      const numbers = derElement(DER.sequence, modulus, derElement(DER.integer, Uint8Array.from(exponent)));
      const key = publicKeyOf(
        derElement(DER.sequence, algorithm, derElement(DER.bitString, Uint8Array.of(0), numbers)),
      );
      if (key === undefined) throw new Error('no key');
      return checkSignature(
        { content: signed.content, algorithm: signed.algorithm, signature: new Uint8Array(modulusBytes) },
        key,
      );
    };
    expect(rsa(256, 1, 0, 1)).toBe('bad');
    expect(rsa(256, 3)).toBe('bad');
    expect(rsa(256, 1, 0xff, 0xff, 0xff, 0xff)).toBe('bad');
    for (const exponent of [[1], [4], [2, 0, 0, 0, 1]]) expect(rsa(256, ...exponent)).toBe('unsupported');
    expect(rsa(63, 1, 0, 1)).toBe('unsupported');
    expect(rsa(2049, 1, 0, 1)).toBe('unsupported');

    const ec = certificate(['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
    const spki = Buffer.from(ec.publicKey.spki);
    const [head, point] = [spki.subarray(0, -65), spki.subarray(-65)];
    const parity = (point[64] ?? 0) & 1;
    expect(checkSignature(ec.signed, { ...ec.publicKey, spki: Buffer.concat([head, point]) })).toBe('good');
    const hybrid = Buffer.concat([head, Buffer.of(6 + parity), point.subarray(1)]);
    expect(checkSignature(ec.signed, { ...ec.publicKey, spki: hybrid })).toBe('unsupported');
  });

  it('are not looked at with a key of another kind', () => {
    const rsa = certificate(['rsa:2048']);
    const ec = certificate(['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
    expect(checkSignature(rsa.signed, ec.publicKey)).toBe('unsupported');
    expect(checkSignature(ec.signed, rsa.publicKey)).toBe('unsupported');
  });
});
