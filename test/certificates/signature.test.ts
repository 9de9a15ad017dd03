/** Owns the proof that signatures of every usual algorithm are verified, and that a changed byte is noticed. */
import { expect, it } from 'vitest';
import { readPemFile } from '../../server/src/certificates/file.ts';
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
    expect(checkSignature({ ...signed, content }, publicKey)).toBe('bad');
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

  it('are not looked at with a key of another kind', () => {
    const rsa = certificate(['rsa:2048']);
    const ec = certificate(['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
    expect(checkSignature(rsa.signed, ec.publicKey)).toBe('unsupported');
    expect(checkSignature(ec.signed, rsa.publicKey)).toBe('unsupported');
  });
});
