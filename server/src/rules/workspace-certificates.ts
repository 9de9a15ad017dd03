/** Owns what lies in the workspace: certificates by name and by key, keys by what they belong to. Read once for a rule. */
import type { Certificate } from '../certificates/certificate.ts';
import { asCertificateFile, asKeyFile } from '../certificates/load.ts';
import { keyMatch } from '../certificates/match.ts';
import type { PublicKey } from '../certificates/public-key.ts';
import type { FileId } from '../files/host.ts';
import { dirname } from '../files/paths.ts';
import type { RuleContext } from './rule.ts';

/** A file of the workspace that servers can load as a certificate. */
export interface Candidate {
  readonly file: FileId;
  readonly leaf: Certificate;
}

interface Index {
  readonly byName: ReadonlyMap<string, readonly Candidate[]>;
  readonly byKey: ReadonlyMap<string, readonly Candidate[]>;
  readonly keys: ReadonlyMap<string, readonly FileId[]>;
  readonly certificateFiles: readonly FileId[];
  readonly keyFiles: readonly FileId[];
}

/** More files than these are not compared with one finding: any of them would do. */
const CONSIDERED = 50;

const indexes = new WeakMap<RuleContext, Index>();

function indexOf(context: RuleContext): Index {
  let index = indexes.get(context);
  if (index === undefined) {
    index = read(context);
    indexes.set(context, index);
  }
  return index;
}

function read({ candidates, certificates, project }: RuleContext): Index {
  const byName = new Map<string, Candidate[]>();
  const byKey = new Map<string, Candidate[]>();
  const keys = new Map<string, FileId[]>();
  const certificateFiles: FileId[] = [];
  const keyFiles: FileId[] = [];
  for (const file of candidates()) {
    const stored = certificates.read(file, project.dependencies);
    if (!stored.ok) continue;
    const loaded = asCertificateFile(stored.pem);
    if (loaded.kind === 'usable') {
      const leaf = loaded.leaf.certificate;
      certificateFiles.push(file);
      push(byKey, identity(leaf.publicKey), { file, leaf });
      for (const name of [...(leaf.san?.dns ?? []), ...(leaf.san?.ips ?? [])])
        push(byName, name.toLowerCase(), { file, leaf });
    }
    const key = asKeyFile(stored.pem);
    if (key.kind !== 'usable') continue;
    keyFiles.push(file);
    const { publicKey } = key.key.key;
    if (publicKey !== undefined) push(keys, identity(publicKey), file);
  }
  return { byName, byKey, keys, certificateFiles, keyFiles };
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function identity({ spki }: PublicKey): string {
  return Buffer.from(spki).toString('base64');
}

/** Those beside a file first, and no more than anybody would look at. */
function nearest<T>(all: readonly T[], fileOf: (one: T) => FileId, file: FileId): T[] {
  const folder = dirname(file);
  const near = all.filter((one) => dirname(fileOf(one)) === folder);
  const far = all.filter((one) => dirname(fileOf(one)) !== folder);
  return [...near, ...far].slice(0, CONSIDERED);
}

/** The certificates that have a name, or the wildcard that stands for it; those beside `file` first. */
export function certificatesNamed(name: string, file: FileId, context: RuleContext): Candidate[] {
  const { byName } = indexOf(context);
  const plain = name.toLowerCase().replace(/^\./, '').replace(/\.$/, '');
  const wildcard = plain.replace(/^[^.]*/, '*');
  const found = [...(byName.get(plain) ?? []), ...(wildcard === plain ? [] : (byName.get(wildcard) ?? []))];
  return nearest(found, (one) => one.file, file);
}

/** The certificates that a key belongs to. */
export function certificatesWith(key: PublicKey, file: FileId, context: RuleContext): Candidate[] {
  return nearest(indexOf(context).byKey.get(identity(key)) ?? [], (one) => one.file, file);
}

/** The files that servers load as the key of a certificate. */
export function keysOf(certificate: Certificate, file: FileId, context: RuleContext): FileId[] {
  return nearest(indexOf(context).keys.get(identity(certificate.publicKey)) ?? [], (one) => one, file);
}

/** All files that servers can load as a certificate, or as a key. */
export function filesOfKind(kind: 'certificate' | 'key', context: RuleContext): readonly FileId[] {
  const { certificateFiles, keyFiles } = indexOf(context);
  return kind === 'key' ? keyFiles : certificateFiles;
}

/** Whether a file is one that servers load as the key of a certificate. */
export function holdsKeyOf(certificate: Certificate, file: FileId, { certificates, project }: RuleContext): boolean {
  const stored = certificates.read(file, project.dependencies);
  const loaded = stored.ok ? asKeyFile(stored.pem) : undefined;
  return loaded?.kind === 'usable' && keyMatch(certificate, loaded.key.key) === 'match';
}
