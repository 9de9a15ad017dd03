/** Owns the inventory of certificates and keys in a set of files: which there are, and which belong together. */
import type { FileId } from '../files/host.ts';
import type { Dependencies } from '../files/store.ts';
import type { Span } from '../text/span.ts';
import type { Certificate } from './certificate.ts';
import { bareCertificates, bareKeys, certificatesIn } from './contents.ts';
import type { PemFile } from './file.ts';
import { fingerprintOf, pinOf } from './fingerprint.ts';
import type { PrivateKey } from './key.ts';
import { asCertificateFile, asKeyFile } from './load.ts';
import { keyMatch } from './match.ts';
import { type PublicKey, publicKeyWord } from './public-key.ts';
import type { CertificateStore, ReadFile } from './store.ts';

/** A certificate with the block that holds it; a file in DER is one block. */
export interface HeldCertificate {
  readonly file: FileId;
  readonly span: Span;
  /** Counts the file's certificates from 0. */
  readonly index: number;
  readonly certificate: Certificate;
  /** SHA-256 of the DER, as lower-case hexadecimal digits. */
  readonly fingerprint: string;
  /** SHA-256 of the public key, in base64. */
  readonly pin: string;
}

export interface HeldKey {
  readonly file: FileId;
  readonly span: Span;
  readonly key: PrivateKey;
}

/** What one version of a file holds. */
export interface Holdings {
  readonly certificates: readonly HeldCertificate[];
  readonly keys: readonly HeldKey[];
  /** How many keys a container holds that did not open. */
  readonly closedKeys: number;
  /** What servers load from it: as a certificate, and as a key. */
  readonly leaf: HeldCertificate | undefined;
  readonly serverKey: HeldKey | undefined;
}

export interface Inventory {
  /** The files that could be read, in the order that was given. */
  readonly files: ReadonlyMap<FileId, Holdings>;
  /** The certificates that belong to a key. */
  certificatesOf(key: PublicKey): readonly HeldCertificate[];
  /** The keys that belong to a certificate. */
  keysOf(certificate: Certificate): readonly HeldKey[];
  /** The certificates that servers load and that have this very DNS name or IP address, in lower case. */
  leavesNamed(name: string): readonly HeldCertificate[];
}

/** Each version of a file is looked at once. */
const known = new WeakMap<PemFile, Holdings>();

/** The inventory of the same versions of the same files is made once. */
const made = new WeakMap<CertificateStore, { readonly versions: readonly PemFile[]; readonly inventory: Inventory }>();

/** The inventory of some files, which become dependencies; only what has changed is read. Never throws. */
export function inventoryOf(store: CertificateStore, files: Iterable<FileId>, dependencies: Dependencies): Inventory {
  const versions: PemFile[] = [];
  const holdings = new Map<FileId, Holdings>();
  for (const file of files) {
    const stored = store.read(file, dependencies);
    if (!stored.ok) continue;
    versions.push(stored.pem);
    holdings.set(file, holdingsOf(file, stored));
  }
  const last = made.get(store);
  if (last !== undefined && isSame(last.versions, versions)) return last.inventory;
  const inventory = createInventory(holdings);
  made.set(store, { versions, inventory });
  return inventory;
}

function isSame(a: readonly PemFile[], b: readonly PemFile[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

/** What a file holds. */
export function holdingsOf(file: FileId, stored: ReadFile): Holdings {
  const { pem } = stored;
  let found = known.get(pem);
  if (found === undefined) {
    found = pem.content === 'pem' ? heldInBlocks(file, pem) : heldBare(file, stored);
    known.set(pem, found);
  }
  return found;
}

function heldInBlocks(file: FileId, pem: PemFile): Holdings {
  const certificates: Held[] = [];
  for (const item of pem.items) {
    for (const certificate of certificatesIn(item)) {
      certificates.push(new Held(file, item.span, certificates.length, certificate));
    }
  }
  const keys = pem.keys.map(({ span, key }): HeldKey => ({ file, span, key }));
  const loaded = asCertificateFile(pem);
  const key = asKeyFile(pem);
  const leaf = loaded.kind === 'usable' ? loaded.leaf.certificate : undefined;
  return {
    certificates,
    keys,
    closedKeys: 0,
    leaf: leaf && certificates.find(({ certificate }) => certificate === leaf),
    serverKey: key.kind === 'usable' ? keys[pem.keys.indexOf(key.key)] : undefined,
  };
}

/** Servers that want PEM load nothing from such a file. */
function heldBare(file: FileId, stored: ReadFile): Holdings {
  const span = { start: 0, end: 0 };
  return {
    certificates: bareCertificates(stored).map((certificate, index) => new Held(file, span, index, certificate)),
    keys: bareKeys(stored).map((key) => ({ file, span, key })),
    closedKeys: stored.keystore?.closedKeys ?? 0,
    leaf: undefined,
    serverKey: undefined,
  };
}

/** The hashes are worked out when somebody asks. */
class Held implements HeldCertificate {
  readonly file: FileId;
  readonly span: Span;
  readonly index: number;
  readonly certificate: Certificate;
  #fingerprint: string | undefined;
  #pin: string | undefined;

  constructor(file: FileId, span: Span, index: number, certificate: Certificate) {
    this.file = file;
    this.span = span;
    this.index = index;
    this.certificate = certificate;
  }

  get fingerprint(): string {
    this.#fingerprint ??= fingerprintOf(this.certificate.der);
    return this.#fingerprint;
  }

  get pin(): string {
    this.#pin ??= pinOf(this.certificate.publicKey);
    return this.#pin;
  }
}

function createInventory(files: ReadonlyMap<FileId, Holdings>): Inventory {
  const all = <T>(pick: (one: Holdings) => readonly T[]): T[] => [...files.values()].flatMap(pick);
  const byKey = lookup(
    () => all((one) => one.certificates),
    ({ certificate }) => [publicKeyWord(certificate.publicKey)],
  );
  const keys = lookup(
    () => all((one) => one.keys),
    ({ key }) => (key.publicKey === undefined ? [] : [publicKeyWord(key.publicKey)]),
  );
  const byName = lookup(
    () => all(({ leaf }) => (leaf === undefined ? [] : [leaf])),
    ({ certificate: { san } }) => [...(san?.dns ?? []), ...(san?.ips ?? [])].map((name) => name.toLowerCase()),
  );
  return {
    files,
    certificatesOf: (key) =>
      byKey(publicKeyWord(key)).filter(({ certificate }) => certificate.publicKey.algorithm === key.algorithm),
    keysOf: (certificate) =>
      keys(publicKeyWord(certificate.publicKey)).filter(({ key }) => keyMatch(certificate, key) === 'match'),
    leavesNamed: byName,
  };
}

/** A map from words to what has them, made when it is first asked. */
function lookup<T>(list: () => readonly T[], wordsOf: (one: T) => readonly string[]): (word: string) => readonly T[] {
  let found: Map<string, T[]> | undefined;
  return (word) => {
    if (found === undefined) {
      found = new Map();
      for (const one of list()) {
        for (const each of wordsOf(one)) {
          const same = found.get(each);
          if (same === undefined) found.set(each, [one]);
          else if (same.at(-1) !== one) same.push(one);
        }
      }
    }
    return found.get(word) ?? [];
  };
}
