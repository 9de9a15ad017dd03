/** Owns what certificates are to be made like: the sections of extensions that OpenSSL's commands put into them. */
import type { Fact, Place } from './origin.ts';

/** An alternative name as it is written: `DNS`, `shop.example.com`. */
export interface WrittenName {
  readonly type: string;
  readonly value: string;
  readonly place: Place;
  /** The line that follows under the same key, so that this one does not count. */
  readonly replacedBy?: Place;
}

/** What one section puts into a certificate or a request. Observed by: the certificate that `openssl x509 -extfile` makes. */
export interface ExtensionSection {
  /** Undefined for what stands before the first section. */
  readonly name: string | undefined;
  /** Its name in brackets, or its first extension. */
  readonly place: Place;
  /** Whether certificates of this section sign themselves, as the file says it (`x509_extensions` of `[ req ]`). */
  readonly selfSigned: boolean;
  /** Whether names may come from a request (`copy_extensions`). */
  readonly copiesRequest: boolean;
  /** Whether `CA:TRUE` is in it. */
  readonly authority: Fact<boolean>;
  /** Undefined where there is none. */
  readonly usages: Fact<readonly string[] | undefined>;
  readonly keyUsages: Fact<readonly string[] | undefined>;
  /** Undefined where there are none. */
  readonly names: Fact<readonly WrittenName[] | undefined>;
}
