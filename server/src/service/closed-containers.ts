/** Owns which PKCS#12 containers of a run stay closed, as a whole or their keys. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import type { Keystore } from '../certificates/pkcs12.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';

export interface ClosedContainer {
  readonly file: FileId;
  readonly keystore: Keystore;
}

export function closedContainers(engine: Engine, { projects }: Run): ClosedContainer[] {
  return projects.flatMap(({ project: { language, root } }): ClosedContainer[] => {
    const stored = language === 'pem' ? engine.certificates.read(root, noDependencies()) : undefined;
    const keystore = stored?.ok === true ? stored.keystore : undefined;
    const isClosed = keystore !== undefined && (keystore.closed !== undefined || keystore.closedKeys > 0);
    return isClosed ? [{ file: root, keystore }] : [];
  });
}

/** What is closed, and why; `password` says so where one is missing. */
export function closedWord({ closed, closedKeys }: Keystore, password: string): string | undefined {
  if (closed === undefined && closedKeys === 0) return undefined;
  const what = closed === undefined ? 'its keys stay closed' : 'this PKCS#12 container stays closed';
  return `${what}: ${closed === 'cipher' ? CIPHER : password}`;
}

const CIPHER = 'its cipher is not known here, or wants more rounds than are tried';

/** The same in a few words, for a list of closed containers. */
export function closedReason({ closed }: Keystore): string {
  if (closed === 'cipher') return CIPHER;
  return closed === undefined ? 'its keys need a password' : 'needs a password';
}
