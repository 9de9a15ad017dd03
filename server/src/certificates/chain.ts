/** Owns who issued whom among certificates at hand: by name, key identifier, kind of key and signature. */
import type { Certificate } from './certificate.ts';
import { hexOf } from './der.ts';
import { nameKey } from './name-key.ts';
import { checkSignature, type SignatureCheck } from './signature.ts';

/**
 * `signed`: the signature says so. `plausible`: names, key identifiers and kinds of keys fit, and the signature is of an
 * algorithm that not every runtime verifies. `no`: another certificate issued it.
 */
export type Issuance = 'signed' | 'plausible' | 'no';

/** How many certificates with the issuer's name are looked at: real files have one or two. */
const CANDIDATES = 64;
/** How many signatures are verified for one pool; what is over counts as plausible. */
const CHECKS = 1000;
/** Longer than any chain that a client follows (OpenSSL's limit is 100, Chromium's 20). */
const LENGTH = 40;

const checked = new WeakMap<Certificate, WeakMap<Certificate, SignatureCheck>>();

/** Whether `issuer` issued `certificate`. A signature is verified once for each pair of objects. */
export function issuance(issuer: Certificate, certificate: Certificate): Issuance {
  if (nameKey(issuer.subject) !== nameKey(certificate.issuer)) return 'no';
  if (!couldSign(issuer, certificate)) return 'no';
  const signature = signatureOf(issuer, certificate);
  if (signature !== 'unsupported') return signature === 'good' ? 'signed' : 'no';
  return keyIdsFit(issuer, certificate) === false ? 'no' : 'plausible';
}

/** Whether a certificate is signed with its own key: a root, or a certificate without an authority. */
export function isSelfSigned(certificate: Certificate): boolean {
  return issuance(certificate, certificate) !== 'no';
}

/** Certificates by subject. Building takes one pass; asking looks only at those with the wanted name. */
export interface IssuerPool {
  /** The issuers of a certificate, never itself: those with its key identifier first, otherwise in the pool's order. */
  issuersOf(certificate: Certificate): readonly Certificate[];
  /** The same by name alone, without a look at keys and signatures. */
  namedLikeIssuer(certificate: Certificate): Iterable<Certificate>;
}

/** Certificates of one subject, in the pool's order. */
interface Namesakes {
  readonly all: Certificate[];
  readonly byKeyId: Map<string, Certificate[]>;
}

export function createIssuerPool(certificates: Iterable<Certificate>): IssuerPool {
  const bySubject = new Map<string, Namesakes>();
  let checks = 0;
  for (const certificate of certificates) {
    const key = nameKey(certificate.subject);
    const namesakes: Namesakes = bySubject.get(key) ?? { all: [], byKeyId: new Map() };
    bySubject.set(key, namesakes);
    namesakes.all.push(certificate);
    const id = certificate.subjectKeyId;
    if (id === undefined) continue;
    const twins = namesakes.byKeyId.get(id);
    if (twins === undefined) namesakes.byKeyId.set(id, [certificate]);
    else twins.push(certificate);
  }

  function* namedLikeIssuer(certificate: Certificate): Iterable<Certificate> {
    const namesakes = bySubject.get(nameKey(certificate.issuer));
    const id = certificate.authorityKeyId;
    const first = id === undefined ? [] : (namesakes?.byKeyId.get(id) ?? []);
    yield* first;
    for (const other of namesakes?.all ?? []) {
      if (first.length === 0 || other.subjectKeyId !== id) yield other;
    }
  }

  function issuersOf(certificate: Certificate): readonly Certificate[] {
    const issuers: Certificate[] = [];
    let looked = 0;
    for (const issuer of namedLikeIssuer(certificate)) {
      if (++looked > CANDIDATES) break;
      if (sameCertificate(issuer, certificate)) continue;
      if (++checks > CHECKS || issuance(issuer, certificate) !== 'no') issuers.push(issuer);
    }
    return issuers;
  }
  return { issuersOf, namedLikeIssuer };
}

/** The chain that certificates form above a leaf. */
export interface Chain {
  /** The leaf, its issuer, that one's issuer, and so on; no certificate twice. */
  readonly path: readonly Certificate[];
  /**
   * Why the path ends: its last certificate is signed with its own key; its issuer is not at hand; its issuer is on the
   * path already; the path is longer than any client follows.
   */
  readonly end: 'self-signed' | 'issuer-missing' | 'cycle' | 'too-long';
  /** Those at hand that are no ancestors of the leaf in any way, in their order. Other copies of ancestors are not among them. */
  readonly unrelated: readonly Certificate[];
}

/**
 * Follows issuers upwards. Where several certificates at hand issued one (cross-signing), the path takes the first in
 * `others` that is not on it yet, so that a file in a good order gives back its own order.
 */
export function chainOf(leaf: Certificate, others: readonly Certificate[]): Chain {
  const pool = createIssuerPool(others);
  const path = [leaf];
  const onPath = new Set([hexOf(leaf.der)]);
  let end: Chain['end'] | undefined;
  while (end === undefined) {
    const last = path[path.length - 1] ?? leaf;
    const issuers = pool.issuersOf(last);
    const next = issuers.find((issuer) => !onPath.has(hexOf(issuer.der)));
    if (isSelfSigned(last)) end = 'self-signed';
    else if (next === undefined) end = issuers.length > 0 ? 'cycle' : 'issuer-missing';
    else if (path.length === LENGTH) end = 'too-long';
    else {
      path.push(next);
      onPath.add(hexOf(next.der));
    }
  }
  const related = ancestors(leaf, pool);
  return { path, end, unrelated: others.filter((other) => !related.has(hexOf(other.der))) };
}

/** The encodings of a leaf and all that issued it, directly or not. */
function ancestors(leaf: Certificate, pool: IssuerPool): ReadonlySet<string> {
  const found = new Set([hexOf(leaf.der)]);
  const waiting = [leaf];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const issuer of pool.issuersOf(next)) {
      const key = hexOf(issuer.der);
      if (found.has(key)) continue;
      found.add(key);
      waiting.push(issuer);
    }
  }
  return found;
}

/** Whether two certificates are the same bytes. */
export function sameCertificate(a: Certificate, b: Certificate): boolean {
  return a === b || (a.der.length === b.der.length && Buffer.compare(a.der, b.der) === 0);
}

/** Whether the identifiers of keys agree; undefined where one of them is absent. */
export function keyIdsFit(issuer: Certificate, certificate: Certificate): boolean | undefined {
  if (issuer.subjectKeyId === undefined || certificate.authorityKeyId === undefined) return undefined;
  return issuer.subjectKeyId === certificate.authorityKeyId;
}

/** Whether the kind of key can make a signature of the certificate's kind at all. */
function couldSign({ publicKey }: Certificate, { signatureAlgorithm }: Certificate): boolean {
  // What has no name here may be any key's.
  if (/^\d/.test(publicKey.algorithm) || /^\d/.test(signatureAlgorithm)) return true;
  switch (publicKey.algorithm) {
    case 'RSA':
      return /RSA|^rsassaPss$/.test(signatureAlgorithm);
    case 'RSA-PSS':
      return signatureAlgorithm === 'rsassaPss';
    case 'EC':
      return signatureAlgorithm.startsWith('ecdsa');
    case 'DSA':
      return signatureAlgorithm.startsWith('dsa');
    default:
      return publicKey.algorithm === signatureAlgorithm;
  }
}

function signatureOf(issuer: Certificate, certificate: Certificate): SignatureCheck {
  let results = checked.get(issuer);
  if (results === undefined) {
    results = new WeakMap();
    checked.set(issuer, results);
  }
  let result = results.get(certificate);
  if (result === undefined) {
    result = checkSignature(certificate.signed, issuer.publicKey);
    results.set(certificate, result);
  }
  return result;
}
