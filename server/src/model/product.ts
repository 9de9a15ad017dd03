/** Owns what rules have to know of the product that reads a configuration: how it takes certificate files, and its own words. */
import type { TlsVersion } from './model.ts';
import { atLeast, type Product, type Target } from './target.ts';

/** Whether something holds: for each version, for none, or from one on. */
export type Holds = boolean | { readonly product: Product; readonly since: string };

/** Undefined where it depends on a version that the target does not say. */
export function holdsFor(holds: Holds, target: Target): boolean | undefined {
  return typeof holds === 'boolean' ? holds : atLeast(target, holds.product, holds.since);
}

/** A kind of file, besides certificates with their keys, that is named for TLS. */
export type OtherFile = 'authorities' | 'revocation-lists' | 'dh-parameters';

/** One constant for each language, which its models carry. */
export interface ProductFacts {
  /** As messages call it: `HAProxy`. */
  readonly name: string;
  /** Its versions; left out where they change nothing that is looked at. */
  readonly versions?: ProductVersions;
  /** How its settings spell versions that they do not call as OpenSSL does (`TLSv1`). */
  readonly versionWords: Partial<Readonly<Record<TlsVersion, string>>>;
  /** A certificate's file has the key in it, too. */
  readonly bundles: boolean;
  /** The key may lie beside the certificate's file, under its name with `.key` behind it; then the model has it as `CertificateUse.key`. */
  readonly keyBeside: boolean;
  /** The path of a certificate may be that of a folder. */
  readonly folders: boolean;
  /** A key's file may be DER. */
  readonly derKeys: boolean;
  /** It does not start with a damaged chain; where it does, it takes what stands before the damage. */
  readonly strictChains: Holds;
  /** What becomes of a damaged block behind a whole certificate, where files are no bundles; either by versions that are not known well enough. */
  readonly damagedBehind: 'refused' | 'passed-over' | 'either';
  /** Blank lines within a block of a certificate are nothing to it. */
  readonly blankLines: boolean;
  /** It starts with keys of kinds that clients do not take; else it may not. */
  readonly loadsAnyKey: boolean;
  /** Other files that it does not start with when they are damaged. What is not here has not been looked at. */
  readonly refusedDamaged: ReadonlySet<OtherFile>;
  /** It does not start with a file of revocation lists that has none. */
  readonly listsNeeded: Holds;
  /** An endpoint's keys are kept by type and fit any of its certificates, whatever their order; else each certificate has its own. */
  readonly keysByType: boolean;
  /** Why the password of a key is not known, where it is not told: a clause in its own words. */
  readonly passwordUntold: string;
  /** It asks for it at a terminal then; else it has no use for an encrypted key. */
  readonly asksPassword: boolean;
  /** What it does where a listener with TLS has no certificate: a verb with its object. */
  readonly withoutCertificate: string;
  /** What it says itself, so that it can be found again in a log. */
  readonly says: ProductWords;
}

export interface ProductVersions {
  readonly product: Product;
  /** As it stands before a version: `Apache httpd`. */
  readonly name: string;
  /** The oldest version that distributions still support; with no target known, what holds for it holds. */
  readonly oldest: string;
}

export interface ProductWords {
  /** Of damaged files it says OpenSSL's reason, where it has no words of its own. */
  readonly opensslReasons: boolean;
  /** When it refuses a damaged certificate, chain or key; undefined where it says OpenSSL's reason, or now this and now that. */
  readonly damaged: { readonly certificate: string; readonly chain: string; readonly key: string } | undefined;
  /** When a key does not belong to its certificate, as it stands in brackets, with its quotation marks. */
  readonly mismatch: string;
  /** When the key is not even of the certificate's type; undefined where it starts all the same. */
  readonly otherType: string | undefined;
}

/** What OpenSSL's own functions do, on which most products stand; of files that no product reads, it is all there is to say. */
export const OPENSSL: ProductFacts = {
  name: 'OpenSSL',
  versionWords: {},
  bundles: false,
  keyBeside: false,
  folders: false,
  derKeys: false,
  strictChains: true,
  damagedBehind: 'refused',
  blankLines: false,
  loadsAnyKey: true,
  refusedDamaged: new Set(),
  listsNeeded: false,
  keysByType: true,
  passwordUntold: 'nothing tells it',
  asksPassword: true,
  withoutCertificate: 'does not start',
  says: { opensslReasons: true, damaged: undefined, mismatch: '"key values mismatch"', otherType: undefined },
};
