/** Owns which certificate of a file is the server's own: the first, except where its authorities stand in front of it. */
import { type Chain, chainOf } from '../certificates/chain.ts';
import type { CertificateItem, PemFile } from '../certificates/file.ts';

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
  const chain = chainOf(first.certificate, all.slice(1));
  if (!first.certificate.isCA || items.length === 1) return { leaf: first, chain };
  // An authority's certificate stands first: it may be in front of what it signed, directly or not.
  const below = items.filter(({ certificate }) => !certificate.isCA);
  const [only, ...more] = below;
  if (only === undefined || more.length > 0) return { leaf: first, chain };
  const others = all.filter((one) => one !== only.certificate);
  const upwards = chainOf(only.certificate, others);
  return upwards.path.includes(first.certificate) ? { leaf: only, chain: upwards } : { leaf: first, chain };
}
