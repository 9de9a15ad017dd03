/** Owns what every certificate of a path must be, whatever its place: in its time, readable, of sound algorithms. */
import type { Certificate } from '../certificate.ts';
import { EXTENSION } from '../oids.ts';
import { type Complain, moment } from './reason.ts';

/** Extensions that are understood here, or that ask nothing of who understands them. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.subjectKeyId,
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  EXTENSION.nameConstraints,
  EXTENSION.crlDistributionPoints,
  EXTENSION.policies,
  EXTENSION.policyMappings,
  EXTENSION.authorityKeyId,
  EXTENSION.policyConstraints,
  EXTENSION.extendedKeyUsage,
  EXTENSION.inhibitAnyPolicy,
  EXTENSION.tlsFeature,
]);

/** Extensions that decide about paths: one that cannot be read makes a certificate invalid for clients. */
const DECISIVE: ReadonlySet<string> = new Set([...UNDERSTOOD].filter((oid) => oid !== EXTENSION.tlsFeature));

/** Where RFC 5280 has another name than the table of identifiers. */
const LONG_NAMES: ReadonlyMap<string, string> = new Map([
  ['subjectKeyId', 'subjectKeyIdentifier'],
  ['authorityKeyId', 'authorityKeyIdentifier'],
  ['policies', 'certificatePolicies'],
]);
const EXTENSION_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(EXTENSION).map(([name, oid]) => [oid, LONG_NAMES.get(name) ?? name]),
);

/** Weaker than 112 bits, where OpenSSL draws the line by default since 3.0 on Debian (security level 2). */
const RSA_BITS = 2048;
const CURVE_BITS = 224;

export function extensionName(oid: string): string {
  return EXTENSION_NAMES.get(oid) ?? oid;
}

/** Judges a certificate by itself at a moment; an anchor's own signature and serial number do not count. */
export function judgeAny(certificate: Certificate, nowMs: number, isAnchor: boolean, complain: Complain): void {
  judgeTime(certificate, nowMs, complain);
  judgeExtensions(certificate, complain);
  judgeKey(certificate, complain);
  const { serial, signatureAgrees, signatureAlgorithm, version } = certificate;
  if (!signatureAgrees) {
    complain.refused(
      'algorithm-mismatch',
      'It names one signature algorithm inside and another one beside its signature.',
    );
  }
  if (!isAnchor && /^(md|sha1|dsaWithSHA1$|ecdsa-with-SHA1$)/i.test(signatureAlgorithm)) {
    complain.refused('weak-signature', `It is signed with ${signatureAlgorithm}, which can be forged.`);
  }
  if (version !== 3) complain.profile('version', `It is of version ${version || 'unknown'}, and must be of version 3.`);
  if (!isAnchor) judgeSerial(serial, complain);
  if (certificate.issuer.text === '') complain.profile('empty-name', 'Its issuer has no name.');
}

function judgeSerial(serial: string, complain: Complain): void {
  if (serial.startsWith('-') || /^0*$/.test(serial)) {
    complain.profile('serial-number', 'Its serial number is not positive.');
  } else if (serial.length > 40) complain.profile('serial-number', 'Its serial number has more than 20 bytes.');
}

/** Certificates know seconds, so a fraction of the moment does not count. */
function judgeTime({ notBefore, notAfter }: Certificate, nowMs: number, complain: Complain): void {
  const now = Math.floor(nowMs / 1000) * 1000;
  if (now < notBefore) complain.refused('not-yet-valid', `It is valid only from ${moment(notBefore)} on.`);
  if (now > notAfter) complain.refused('expired', `It expired on ${moment(notAfter)}.`);
}

function judgeExtensions({ extensions, malformed }: Certificate, complain: Complain): void {
  for (const { oid, message } of malformed) {
    const text = `Its extension ${extensionName(oid)} cannot be read: ${message}.`;
    if (DECISIVE.has(oid) || message.includes('twice')) complain.refused('extension-unreadable', text);
    else complain.profile('extension-unreadable', text);
  }
  for (const { oid, critical, value } of extensions) {
    if (critical && !UNDERSTOOD.has(oid)) {
      complain.refused(
        'critical-extension',
        `It has a critical extension that is not understood, ${extensionName(oid)}.`,
      );
    }
    const needless = oid === EXTENSION.subjectKeyId || oid === EXTENSION.authorityKeyId;
    if (critical && needless)
      complain.profile('criticality', `Its ${extensionName(oid)} is critical, and must not be.`);
    if (!critical && oid === EXTENSION.policyConstraints) {
      complain.profile('criticality', 'Its policyConstraints are not critical, and must be.');
    }
    if (oid === EXTENSION.authorityInfoAccess && value.length <= 2) {
      complain.profile('extension-unreadable', 'Its authorityInfoAccess is empty.');
    }
  }
}

function judgeKey({ publicKey }: Certificate, complain: Complain): void {
  const { algorithm, bits, curve } = publicKey;
  const tooShort = (least: number) => bits !== undefined && bits < least;
  if (algorithm === 'RSA' || algorithm === 'RSA-PSS') {
    if (bits === undefined) complain.refused('weak-key', 'Its RSA key cannot be read.');
    else if (tooShort(RSA_BITS)) complain.refused('weak-key', `Its RSA key has only ${bits} bits.`);
    else if (bits % 8 !== 0) complain.profile('weak-key', `Its RSA key has ${bits} bits, no multiple of 8.`);
  } else if (algorithm === 'EC') {
    if (curve === 'explicit') {
      complain.refused('weak-key', 'It writes its curve out instead of naming it, which most clients do not read.');
    } else if (tooShort(CURVE_BITS)) complain.refused('weak-key', `Its key is on ${curve}, which is too small.`);
    else if (curve === undefined || !['prime256v1', 'secp384r1', 'secp521r1'].includes(curve)) {
      complain.profile(
        'weak-key',
        `Its key is on ${curve ?? 'an unknown curve'}; browsers take P-256, P-384 and P-521.`,
      );
    }
  } else if (algorithm === 'DSA') {
    complain.refused('weak-key', 'Its key is for DSA, which TLS clients no longer accept.');
  }
}
