/** Owns reading certificate and key files: each version of a file is decoded once. */
import type { FileId, ReadFailure } from '../files/host.ts';
import type { Dependencies, FileStore, SourceFile } from '../files/store.ts';
import { type PemFile, readPemFile } from './file.ts';

export type StoredFile =
  | { readonly ok: true; readonly source: SourceFile; readonly pem: PemFile }
  | { readonly ok: false; readonly reason: ReadFailure; readonly detail: string };

export interface CertificateStore {
  /** Reads a file of certificates or keys and notes it among the dependencies. Never throws. */
  read(path: FileId, dependencies: Dependencies): StoredFile;
}

export function createCertificateStore(files: FileStore): CertificateStore {
  const decoded = new WeakMap<SourceFile, PemFile>();
  return {
    read(path, dependencies) {
      const opened = files.open(path, dependencies);
      if (!opened.ok) return opened;
      let pem = decoded.get(opened.file);
      if (pem === undefined) {
        pem = readPemFile(opened.file.text, () => opened.file.bytes);
        decoded.set(opened.file, pem);
      }
      return { ok: true, source: opened.file, pem };
    },
  };
}
