/** Owns the chain above a certificate, over all files at hand: who issued it, and in which file each issuer is. */

import type { Certificate } from '../certificates/certificate.ts';
import { createIssuerPool, type IssuerPool, isSelfSigned } from '../certificates/chain.ts';
import type { HeldCertificate, Inventory } from '../certificates/inventory.ts';
import { publicIssuerOf } from '../certificates/public.ts';

export interface ChainAbove {
  /** The issuers, from that of the certificate on; of several copies the one in the certificate's own file. */
  readonly issuers: readonly HeldCertificate[];
  /**
   * How it ends: with a certificate that is signed with its own key; with a public root that clients have, by name; or
   * with an issuer that is in no file.
   */
  readonly end:
    | { readonly kind: 'self-signed' }
    | { readonly kind: 'public-root'; readonly name: string }
    | { readonly kind: 'missing'; readonly name: string };
}

interface Pool {
  readonly issuers: IssuerPool;
  readonly heldAs: ReadonlyMap<Certificate, HeldCertificate>;
}

/** Longer than chains of real certificates are. */
const LENGTH = 10;

const pools = new WeakMap<Inventory, Pool>();

function poolOf(inventory: Inventory): Pool {
  let pool = pools.get(inventory);
  if (pool === undefined) {
    const all = [...inventory.files.values()].flatMap(({ certificates }) => certificates);
    pool = {
      issuers: createIssuerPool(all.map(({ certificate }) => certificate)),
      heldAs: new Map(all.map((held) => [held.certificate, held])),
    };
    pools.set(inventory, pool);
  }
  return pool;
}

export function chainAbove(inventory: Inventory, leaf: HeldCertificate): ChainAbove {
  const { issuers: pool, heldAs } = poolOf(inventory);
  const issuers: HeldCertificate[] = [];
  const seen = new Set([leaf.fingerprint]);
  for (let last = leaf; ; ) {
    if (isSelfSigned(last.certificate)) return { issuers, end: { kind: 'self-signed' } };
    const found = pool.issuersOf(last.certificate).flatMap((one) => heldAs.get(one) ?? []);
    const fresh = found.filter(({ fingerprint }) => !seen.has(fingerprint));
    const next = fresh.find(({ file }) => file === leaf.file) ?? fresh[0];
    if (next === undefined || issuers.length === LENGTH) {
      const root = publicIssuerOf(last.certificate);
      const name = last.certificate.issuer.text;
      return { issuers, end: root === undefined ? { kind: 'missing', name } : { kind: 'public-root', name } };
    }
    issuers.push(next);
    seen.add(next.fingerprint);
    last = next;
  }
}
