/** Owns what the certificates of a file are to each other: the server's own, its chain, and whether they are for the public. */
import type { Certificate } from '../certificates/certificate.ts';
import { type Chain, chainOf, keyIdsFit } from '../certificates/chain.ts';
import type { CertificateItem, PemFile } from '../certificates/file.ts';
import { isPublic, publicIssuerOf, publicRootOf } from '../certificates/public.ts';

export interface Ordered {
  readonly leaf: CertificateItem;
  readonly chain: Chain;
}

/** Certificates keep their order as long as their file is the same version. */
const ordered = new WeakMap<PemFile, Ordered>();

/** The order of the certificates that a file presents; the first one, and those behind it. */
export function orderOf(pem: PemFile, first: CertificateItem, more: readonly CertificateItem[]): Ordered {
  let found = ordered.get(pem);
  if (found === undefined) {
    found = order(first, [first, ...more]);
    ordered.set(pem, found);
  }
  return found;
}

function order(first: CertificateItem, items: readonly CertificateItem[]): Ordered {
  const all = items.map(({ certificate }) => certificate);
  const chain = plainChain(all) ?? chainOf(first.certificate, all.slice(1));
  if (!first.certificate.isCA || items.length === 1) return { leaf: first, chain };
  // An authority's certificate stands first: it may be in front of what it signed, directly or not.
  const below = items.filter(({ certificate }) => !certificate.isCA);
  const [only, ...more] = below;
  if (only === undefined || more.length > 0) return { leaf: first, chain };
  const others = all.filter((one) => one !== only.certificate);
  const upwards = chainOf(only.certificate, others);
  return upwards.path.includes(first.certificate) ? { leaf: only, chain: upwards } : { leaf: first, chain };
}

/**
 * The chain of a file as nearly all are: each certificate names the next one and its key. No signature has to be verified
 * to see that; what is not so plain is looked at with all care.
 */
function plainChain(all: readonly Certificate[]): Chain | undefined {
  const last = all.at(-1);
  if (last === undefined || all.length > MOST_PLAIN) return undefined;
  const isPlain = all.every((certificate, at) => {
    const issuer = all[at + 1];
    if (issuer === undefined) return true;
    return (
      !certificate.selfIssued && issuer.isCA && isNamed(issuer, certificate) && keyIdsFit(issuer, certificate) === true
    );
  });
  if (!isPlain || (last.selfIssued && all.length === 1 && keyIdsFit(last, last) !== true)) return undefined;
  return { path: all, end: last.selfIssued ? 'self-signed' : 'issuer-missing', unrelated: [] };
}

/** Longer chains are looked at with care. */
const MOST_PLAIN = 5;

function isNamed(issuer: Certificate, certificate: Certificate): boolean {
  return Buffer.compare(issuer.subject.der, certificate.issuer.der) === 0;
}

const publics = new WeakMap<Certificate, boolean>();

/** Whether a certificate is for the public, by itself or by those of its file; asked by several rules, answered once. */
export function isForPublic(leaf: Certificate, along: readonly Certificate[]): boolean {
  let found = publics.get(leaf);
  if (found === undefined) {
    const leads = [leaf, ...along].some((one) => publicIssuerOf(one) ?? (one.isCA ? publicRootOf(one) : undefined));
    found = leads ? isPublic(leaf, along) : isPublic(leaf, []);
    publics.set(leaf, found);
  }
  return found;
}
