/** Owns reading certificate and key files: each version of a file is decoded once, each container with all passwords that are known. */
import type { FileId, ReadFailure } from '../files/host.ts';
import type { Dependencies, FileStore, SourceFile } from '../files/store.ts';
import { type PemFile, readPemFile } from './file.ts';
import { type Keystore, readKeystore } from './pkcs12.ts';

/** A file that could be read. */
export interface ReadFile {
  readonly ok: true;
  readonly source: SourceFile;
  readonly pem: PemFile;
  /** A PKCS#12 container as far as it opens, which can take some seconds once; undefined for other files, and for what is none inside. */
  readonly keystore: Keystore | undefined;
}

export type StoredFile = ReadFile | { readonly ok: false; readonly reason: ReadFailure; readonly detail: string };

export interface CertificateStore {
  /** Reads a file of certificates or keys and notes it among the dependencies. Never throws. */
  read(path: FileId, dependencies: Dependencies): StoredFile;
  /**
   * Takes passwords to try on PKCS#12 containers besides the empty one. They stay in memory; what they open is another
   * version of its file.
   */
  unlock(passwords: readonly string[]): void;
}

export function createCertificateStore(files: FileStore): CertificateStore {
  const decoded = new WeakMap<SourceFile, Decoded>();
  const known = new Set<string>();
  return {
    read(path, dependencies) {
      const opened = files.open(path, dependencies);
      if (!opened.ok) return opened;
      let found = decoded.get(opened.file);
      if (found === undefined || found.mayOpenNow(known.size)) {
        found = new Decoded(opened.file, [...known]);
        decoded.set(opened.file, found);
      }
      return found;
    },
    unlock(passwords) {
      for (const password of passwords) known.add(password);
    },
  };
}

class Decoded implements ReadFile {
  readonly ok = true;
  readonly source: SourceFile;
  readonly pem: PemFile;
  readonly #passwords: readonly string[];
  #opened: { readonly keystore: Keystore | undefined } | undefined;

  constructor(source: SourceFile, passwords: readonly string[]) {
    this.source = source;
    this.pem = readPemFile(source.text, () => source.bytes);
    this.#passwords = passwords;
  }

  get keystore(): Keystore | undefined {
    if (this.pem.content !== 'pkcs12') return undefined;
    if (this.#opened === undefined) {
      const read = readKeystore(this.source.bytes, this.#passwords);
      this.#opened = { keystore: 'kind' in read ? undefined : read };
    }
    return this.#opened.keystore;
  }

  /** Whether there are more passwords than were tried on a container. */
  mayOpenNow(passwords: number): boolean {
    if (this.pem.content !== 'pkcs12' || passwords === this.#passwords.length) return false;
    const { keystore } = this;
    return keystore !== undefined && (keystore.closed === 'password' || keystore.closedKeys > 0);
  }
}
