/** Owns the proof that the extensions which paths are judged by are read as the openssl command wrote them. */
import { expect, it } from 'vitest';
import { type Certificate, readCertificate } from '../../server/src/certificates/certificate.ts';
import { attributesOf } from '../../server/src/certificates/distinguished-name.ts';
import { signatureHash } from '../../server/src/certificates/signed.ts';
import { describeWith } from '../kit/required.ts';
import { certificateBlocks } from './corpus.ts';
import { selfSigned } from './openssl.ts';

const EC = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

function made(...options: readonly string[]): Certificate {
  const { certificate } = selfSigned(EC, ...options);
  const read = readCertificate(certificateBlocks(certificate)[0] ?? new Uint8Array());
  if (read.kind === 'unreadable') throw new Error(read.message);
  return read;
}

function extended(...extensions: readonly string[]): Certificate {
  return made(...extensions.flatMap((extension) => ['-addext', extension]));
}

describeWith('openssl', 'extensions of the openssl command', () => {
  it('name constraints', () => {
    const { nameConstraints, malformed } = extended(
      'nameConstraints=critical,permitted;DNS:example.com,permitted;IP:10.0.0.0/255.0.0.0,excluded;email:.example.org,excluded;URI:.example.net,permitted;IP:2001:db8::/ffff:ffff::',
    );
    expect(malformed).toEqual([]);
    expect(nameConstraints?.permitted).toMatchObject({ dns: ['example.com'], emails: [], hasDistances: false });
    expect(nameConstraints?.permitted?.ips.map(({ address, mask }) => [...address, ...mask].join(' '))).toEqual([
      '10 0 0 0 255 0 0 0',
      `32 1 13 184 ${'0 '.repeat(12)}255 255 255 255 ${'0 '.repeat(12)}`.trim(),
    ]);
    expect(nameConstraints?.excluded).toMatchObject({ dns: [], emails: ['.example.org'], uris: ['.example.net'] });
  });

  it('policies', () => {
    const read = extended(
      'certificatePolicies=2.5.29.32.0,1.2.3.4',
      'policyConstraints=critical,requireExplicitPolicy:3,inhibitPolicyMapping:0',
      'policyMappings=1.2.3.4:1.2.3.5',
      'inhibitAnyPolicy=2',
    );
    expect(read).toMatchObject({
      policies: ['2.5.29.32.0', '1.2.3.4'],
      policyConstraints: { requireExplicitPolicy: 3, inhibitPolicyMapping: 0 },
      policyMappings: [{ issuer: '1.2.3.4', subject: '1.2.3.5' }],
      inhibitAnyPolicy: 2,
      malformed: [],
    });
    expect(read.extensions.filter(({ critical }) => critical).map(({ oid }) => oid)).toContain('2.5.29.36');
  });

  it('addresses, the issuer by name, and a promise to staple', () => {
    const read = extended(
      'authorityKeyIdentifier=keyid,issuer:always',
      'crlDistributionPoints=URI:http://crl.example.com/a.crl,URI:http://crl.example.com/b.crl',
      'authorityInfoAccess=caIssuers;URI:http://ca.example.com/ca.der,OCSP;URI:http://ocsp.example.com',
      'tlsfeature=status_request',
      'subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@b,RID:1.2.3',
    );
    expect(read).toMatchObject({
      crlUris: ['http://crl.example.com/a.crl', 'http://crl.example.com/b.crl'],
      issuerUris: ['http://ca.example.com/ca.der'],
      ocspUris: ['http://ocsp.example.com'],
      tlsFeatures: [5],
      authoritySerial: read.serial,
      malformed: [],
    });
    expect(read.authorityIssuer?.map(({ text }) => text)).toEqual([read.issuer.text]);
    expect(read.san?.others).toEqual([0, 8]);
  });

  it('attributes of names', () => {
    const { subject } = made('-subj', '/C=DE/CN=one/emailAddress=a@example.com');
    expect(attributesOf(subject).map((set) => set.map(({ oid, value }) => `${oid} ${value}`))).toEqual([
      ['2.5.4.6 DE'],
      ['2.5.4.3 one'],
      ['1.2.840.113549.1.9.1 a@example.com'],
    ]);
  });

  it.each([
    { options: ['-sha384'], key: EC, hash: 'SHA-384' },
    { options: ['-sha1'], key: ['rsa:2048'], hash: 'SHA-1' },
    { options: ['-sha256', '-sigopt', 'rsa_padding_mode:pss'], key: ['rsa:2048'], hash: 'SHA-256' },
    { options: ['-sha1', '-sigopt', 'rsa_padding_mode:pss'], key: ['rsa:2048'], hash: 'SHA-1' },
    { options: [], key: ['ed25519'], hash: undefined },
  ])('the hash of a signature: $options', ({ options, key, hash }) => {
    const { certificate } = selfSigned(key, ...options);
    const read = readCertificate(certificateBlocks(certificate)[0] ?? new Uint8Array());
    expect(read.kind === 'certificate' && [read.signatureAgrees, signatureHash(read.signed.algorithm)]).toEqual([
      true,
      hash,
    ]);
  });
});
