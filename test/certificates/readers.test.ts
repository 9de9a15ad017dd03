/** Owns the comparison of the certificate reader with @peculiar/x509 and node:crypto. */
import 'reflect-metadata';
import { X509Certificate as NodeCertificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { type Certificate, readCertificate } from '../../server/src/certificates/certificate.ts';
import { fingerprintOf, withColons } from '../../server/src/certificates/fingerprint.ts';
import { ipBytes, ipText } from '../../server/src/certificates/ip.ts';
import { EXTENSION, KEY_PURPOSES } from '../../server/src/certificates/oids.ts';
import { describeWith } from '../kit/required.ts';
import { certificateBlocks, corpusCertificates, type Sample } from './corpus.ts';
import { selfSigned } from './openssl.ts';
import { DER } from './samples.ts';

function hex(bytes: ArrayBuffer | Uint8Array): string {
  return Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)).toString('hex');
}

type Values = Readonly<Record<string, unknown>>;

/** The fields of `other` in which `own` is different. */
function differences(name: string, own: Values, other: Values): readonly Difference[] {
  const text = (value: unknown) => JSON.stringify(value) ?? 'undefined';
  return Object.keys(other)
    .map((field) => ({ name, field, own: text(own[field]), other: text(other[field]) }))
    .filter((difference) => difference.own !== difference.other);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** What node:crypto says, in our words; fields that it does not expose, or cannot read, are left out. */
function nodeValues(certificate: NodeCertificate): Values {
  const key = attempt(() => certificate.publicKey);
  const details = key?.asymmetricKeyDetails;
  const algorithm = KEY_TYPES.get(key?.asymmetricKeyType ?? '');
  const legacy = certificate.toLegacyObject() as unknown as { readonly subject?: NodeName; readonly issuer?: NodeName };
  return {
    fingerprint: certificate.fingerprint256,
    commonNames: [legacy.subject?.CN ?? []].flat(),
    issuerNames: [legacy.issuer?.CN ?? []].flat(),
    ...(certificate.subjectAltName ? nodeNames(certificate.subjectAltName) : {}),
    ...(certificate.infoAccess ? nodeAccess(certificate.infoAccess) : {}),
    ...(key === undefined ? {} : { keyBytes: hex(key.export({ type: 'spki', format: 'der' })) }),
    serial: certificate.serialNumber.toLowerCase().replace(/^0$/, '00'),
    // JavaScript reads year 1 as 2001.
    ...(/ 1 GMT$/.test(certificate.validFrom) ? {} : { notBefore: Date.parse(certificate.validFrom) }),
    notAfter: Date.parse(certificate.validTo),
    ca: certificate.ca,
    extendedKeyUsage: certificate.keyUsage?.map((oid) => KEY_PURPOSES.get(oid) ?? oid),
    ...(algorithm === undefined ? {} : { algorithm, modulus: details?.modulusLength, curve: details?.namedCurve }),
  };
}

type NodeName = Readonly<Record<string, string | readonly string[]>>;

/** The parts of `DNS:a, IP Address:b, …`; a part with a character that could mislead is a JSON string. */
function nodeParts(text: string): readonly string[] {
  return Array.from(text.matchAll(/([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g), ([, type = '', value = '']) =>
    [type, value.startsWith('"') ? JSON.parse(value) : value].join(':'),
  );
}

function nodeNames(text: string): Values {
  const parts = nodeParts(text);
  const all = (type: string) =>
    parts.filter((part) => part.startsWith(`${type}:`)).map((part) => part.slice(type.length + 1));
  return {
    dns: all('DNS'),
    ips: all('IP Address').map((value) => ipText(ipBytes(value) ?? []) ?? value),
    emails: all('email'),
    uris: all('URI'),
    directoryNames: all('DirName').length,
  };
}

/** Lines of `OCSP - URI:http://…`. */
function nodeAccess(text: string): Values {
  const lines = text.split('\n');
  const all = (method: string) => {
    const start = `${method} - URI:`;
    const values = lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
    return values.map((value) => (value.startsWith('"') ? JSON.parse(value) : value));
  };
  return { ocspUris: all('OCSP'), issuerUris: all('CA Issuers') };
}

const KEY_TYPES = new Map([
  ['rsa', 'RSA'],
  ['rsa-pss', 'RSA-PSS'],
  ['dsa', 'DSA'],
  ['ec', 'EC'],
  ['ed25519', 'Ed25519'],
  ['ed448', 'Ed448'],
]);

/** Extensions that make OpenSSL call a certificate invalid when they are malformed (`ossl_x509v3_cache_extensions`). */
const INVALIDATING: ReadonlySet<string> = new Set([
  EXTENSION.basicConstraints,
  EXTENSION.keyUsage,
  EXTENSION.extendedKeyUsage,
  EXTENSION.subjectKeyId,
  EXTENSION.authorityKeyId,
  EXTENSION.subjectAltName,
  EXTENSION.nameConstraints,
  EXTENSION.crlDistributionPoints,
]);

/** The same fields as `nodeValues` from our reader. */
function valuesForNode(own: Certificate): Values {
  const { keyUsage, publicKey } = own;
  const isModulus = ['RSA', 'RSA-PSS', 'DSA'].includes(publicKey.algorithm);
  return {
    ...own,
    fingerprint: withColons(fingerprintOf(own.der)),
    commonNames: own.subject.commonNames,
    issuerNames: own.issuer.commonNames,
    ...own.san,
    directoryNames: own.san?.directoryNames.length,
    keyBytes: hex(publicKey.spki),
    // X509_check_ca wants keyCertSign where key usages are given, and nothing that makes a certificate invalid.
    ca:
      own.isCA &&
      (keyUsage === undefined || keyUsage.includes('keyCertSign')) &&
      !own.malformed.some(({ oid }) => INVALIDATING.has(oid)),
    algorithm: publicKey.algorithm,
    modulus: isModulus ? publicKey.bits : undefined,
    curve: publicKey.curve,
  };
}

/** What @peculiar/x509 says, in our words; extensions that it cannot read are left out. */
function libraryValues(certificate: x509.X509Certificate): Values {
  const names = {
    subject: hex(certificate.subjectName.toArrayBuffer()),
    issuer: hex(certificate.issuerName.toArrayBuffer()),
    spki: hex(certificate.publicKey.rawData),
  };
  // One bad extension makes the library refuse them all.
  if (attempt(() => certificate.extensions) === undefined) return names;
  const find = <T extends x509.Extension>(type: new (raw: ArrayBuffer) => T) =>
    attempt(() => certificate.getExtension(type));
  const san = find(x509.SubjectAlternativeNameExtension)?.names.items;
  const constraints = find(x509.BasicConstraintsExtension);
  const usages = find(x509.KeyUsagesExtension)?.usages;
  const purposes = find(x509.ExtendedKeyUsageExtension)?.usages;
  return {
    ...names,
    dns: san?.filter(({ type }) => type === 'dns').map(({ value }) => value),
    ips: san?.filter(({ type }) => type === 'ip').map(({ value }) => ipText(ipBytes(value) ?? []) ?? value),
    emails: san?.filter(({ type }) => type === 'email').map(({ value }) => value),
    uris: san?.filter(({ type }) => type === 'url').map(({ value }) => value),
    pathLength: constraints?.pathLength,
    isCA: constraints?.ca ?? false,
    usages,
    extendedKeyUsage: purposes?.map((oid) => KEY_PURPOSES.get(String(oid)) ?? oid),
    subjectKeyId: find(x509.SubjectKeyIdentifierExtension)?.keyId,
    authorityKeyId: find(x509.AuthorityKeyIdentifierExtension)?.keyId,
    policies: find(x509.CertificatePolicyExtension)?.policies ?? [],
    ocspUris: urls(find(x509.AuthorityInfoAccessExtension)?.ocsp),
    issuerUris: urls(find(x509.AuthorityInfoAccessExtension)?.caIssuers),
    crlUris:
      find(x509.CRLDistributionPointsExtension)?.distributionPoints.flatMap(({ distributionPoint }) =>
        (distributionPoint?.fullName ?? []).flatMap((name) => name.uniformResourceIdentifier ?? []),
      ) ?? [],
    ids: certificate.extensions.map(({ type, critical }) => `${type} ${critical}`),
    signature: hex(certificate.signature),
  };
}

function urls(names: readonly x509.GeneralName[] = []): readonly string[] {
  return names.filter(({ type }) => type === 'url').map(({ value }) => value);
}

/** The same fields as `libraryValues` from our reader. */
function valuesForLibrary(own: Certificate): Values {
  return {
    ...own,
    subject: hex(own.subject.der),
    issuer: hex(own.issuer.der),
    spki: hex(own.publicKey.spki),
    ...own.san,
    ids: own.extensions.map(({ oid, critical }) => `${oid} ${critical}`),
    signature: hex(own.signed.signature),
    usages: own.keyUsage?.reduce((flags, usage) => flags | x509.KeyUsageFlags[usage], 0),
  };
}

interface Difference {
  readonly name: string;
  readonly field: string;
  readonly own: string;
  readonly other: string;
}

function compare(samples: readonly Sample[]): readonly Difference[] {
  return samples.flatMap(({ name, der }) => {
    const own = readCertificate(der);
    if (own.kind === 'unreadable') return [{ name, field: 'everything', own: own.message, other: 'is read' }];
    const node = attempt(() => new NodeCertificate(der));
    const library = attempt(() => new x509.X509Certificate(new Uint8Array(der)));
    return [
      ...(node === undefined ? [] : differences(name, valuesForNode(own), nodeValues(node))),
      ...(library === undefined ? [] : differences(name, valuesForLibrary(own), libraryValues(library))),
    ];
  });
}

/** Where the readers differ in the corpus, `name: fields`, and who is right. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['zlint/caMaxPathNegative.pem', 'pathLength isCA'], // a negative path length: OpenSSL calls the certificate invalid too
  // node:crypto writes the NULL of an RSA key's algorithm, or leaves parameters out, whatever stands in the certificate.
  ['zlint/publicKeyIsRSAExplicitNullMissing.pem', 'keyBytes'],
  ['zlint/rsaKeyWithParameters.pem', 'keyBytes'],
  ['pkilint/tls_br/dv_final_certificate/rsa_missing_null_param.crttest', 'keyBytes'],
  // Times without seconds or with an offset: X509_cmp_time refuses them as we do.
  ['zlint/generalizedNotZulu.pem', 'everything'],
  ['zlint/utcNoSeconds.pem', 'everything'],
  ['zlint/utcNotZulu.pem', 'everything'],
  ['pkilint/tls_br/root_ca/validity_period_no_seconds.crttest', 'everything'],
  ['pkilint/pkix/trailing_octet_in_ku_value.crttest', 'usages'],
  ['x509-limbo/rfc5280::nc::nc-permits-invalid-ip-san', 'dns ips emails uris directoryNames'], // an IP address of 8 bytes
  // Address ranges of wrong lengths: OpenSSL refuses those only when it compares an address with them.
  ['x509-limbo/rfc5280::nc::invalid-ipv4-address', 'ca'],
  ['x509-limbo/rfc5280::nc::invalid-ipv6-address', 'ca'],
  ['x509-limbo/rfc5280::root-inconsistent-ca-extensions', 'usages'], // no bit set: the library has no number for that
  ['x509-limbo/webpki::explicit-curve', 'curve'], // node:crypto names the curve that the written-out parameters are
]);

describe('one wrong byte', () => {
  it('is structural damage only where OpenSSL refuses the certificate too', () => {
    const falseAlarms: string[] = [];
    let refused = 0;
    for (const [at, right] of DER.entries()) {
      for (const wrong of [0x00, 0x30, 0x7f, 0xff].filter((byte) => byte !== right)) {
        const der = DER.with(at, wrong);
        const own = readCertificate(der);
        if (own.kind === 'certificate' || own.part === 'time') continue;
        refused++;
        if (attempt(() => new NodeCertificate(der)) !== undefined) falseAlarms.push(`${at}: ${own.message}`);
      }
    }
    expect(falseAlarms).toEqual([]);
    expect(refused).toBeGreaterThan(300);
  });
});

describeWith('corpus', 'published certificates', () => {
  it('are read as @peculiar/x509 and node:crypto read them, but for known faults', () => {
    const samples = corpusCertificates();
    expect(samples.length).toBeGreaterThan(1000);
    const found = new Map<string, Set<string>>();
    for (const { name, field } of compare(samples)) found.set(name, (found.get(name) ?? new Set()).add(field));
    expect(new Map([...found].map(([name, fields]) => [name, [...fields].join(' ')]))).toEqual(KNOWN);
  });
});

describeWith('openssl', 'certificates of the openssl command', () => {
  const ec = (curve: string, ...more: readonly string[]) => ['ec', '-pkeyopt', `ec_paramgen_curve:${curve}`, ...more];
  it.each([
    { key: ['rsa:1024'], expected: ['RSA', 1024, undefined] },
    { key: ['rsa:2048'], expected: ['RSA', 2048, undefined] },
    { key: ['rsa:3072'], expected: ['RSA', 3072, undefined] },
    { key: ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'], expected: ['RSA-PSS', 2048, undefined] },
    { key: ec('P-256'), expected: ['EC', 256, 'prime256v1'] },
    { key: ec('P-384'), expected: ['EC', 384, 'secp384r1'] },
    { key: ec('P-521'), expected: ['EC', 521, 'secp521r1'] },
    { key: ec('secp256k1'), expected: ['EC', 256, 'secp256k1'] },
    { key: ec('brainpoolP256r1'), expected: ['EC', 256, 'brainpoolP256r1'] },
    { key: ec('P-256', '-pkeyopt', 'ec_param_enc:explicit'), expected: ['EC', 256, 'explicit'] },
    { key: ['ed25519'], expected: ['Ed25519', 256, undefined] },
    { key: ['ed448'], expected: ['Ed448', 456, undefined] },
  ] as const)('$key', ({ key, expected }) => {
    const { certificate } = selfSigned(
      key,
      '-addext',
      'subjectAltName=DNS:example.com,IP:2001:db8::1,email:a@b.c,URI:x:y',
    );
    const der = certificateBlocks(certificate)[0] ?? new Uint8Array();
    const own = readCertificate(der);
    if (own.kind === 'unreadable') throw new Error(own.message);
    const { algorithm, bits, curve } = own.publicKey;
    expect([algorithm, bits, curve]).toEqual(expected);
    expect(own.selfIssued).toBe(true);
    const differing = compare([{ name: 'made', der }]).map(({ field }) => field);
    expect(differing).toEqual(curve === 'explicit' ? ['curve'] : []);
  });
});
