/** Owns what rules find in the workspace: certificates by name and by key, and the keys that belong to them. */
import type { Certificate } from '../certificates/certificate.ts';
import { createIssuerPool, type IssuerPool } from '../certificates/chain.ts';
import { type HeldCertificate, type Inventory, inventoryOf } from '../certificates/inventory.ts';
import { asKeyFile } from '../certificates/load.ts';
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

/** More files than these are not compared with one finding: any of them would do. */
const CONSIDERED = 50;

/** Who asks for one file of the workspace depends on all of them. */
const inventories = new WeakMap<RuleContext, Inventory>();

function inventory(context: RuleContext): Inventory {
  let found = inventories.get(context);
  if (found === undefined) {
    found = inventoryOf(context.certificates, context.candidates(), context.project.dependencies);
    inventories.set(context, found);
  }
  return found;
}

function candidate({ file, certificate }: HeldCertificate): Candidate {
  return { file, leaf: certificate };
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
  const { leavesNamed } = inventory(context);
  const plain = name.toLowerCase().replace(/^\./, '').replace(/\.$/, '');
  const wildcard = plain.replace(/^[^.]*/, '*');
  const found = [...leavesNamed(plain), ...(wildcard === plain ? [] : leavesNamed(wildcard))];
  return nearest(found.map(candidate), (one) => one.file, file);
}

/** The certificates that a key belongs to. */
export function certificatesWith(key: PublicKey, file: FileId, context: RuleContext): Candidate[] {
  const { certificatesOf, files } = inventory(context);
  const leaves = certificatesOf(key).filter((held) => files.get(held.file)?.leaf === held);
  return nearest(leaves.map(candidate), (one) => one.file, file);
}

/** The files that servers load as the key of a certificate. */
export function keysOf(certificate: Certificate, file: FileId, context: RuleContext): FileId[] {
  const { keysOf: heldKeysOf, files } = inventory(context);
  const keys = heldKeysOf(certificate).filter((held) => files.get(held.file)?.serverKey === held);
  return nearest(
    keys.map((one) => one.file),
    (one) => one,
    file,
  );
}

/** All files that servers can load as a certificate, or as a key. */
export function filesOfKind(kind: 'certificate' | 'key', context: RuleContext): readonly FileId[] {
  const wanted = kind === 'key' ? 'serverKey' : 'leaf';
  return [...inventory(context).files].flatMap(([file, holdings]) => (holdings[wanted] === undefined ? [] : [file]));
}

/** Whether a file is one that servers load as the key of a certificate. */
export function holdsKeyOf(certificate: Certificate, file: FileId, { certificates, project }: RuleContext): boolean {
  const stored = certificates.read(file, project.dependencies);
  const loaded = stored.ok ? asKeyFile(stored.pem) : undefined;
  return loaded?.kind === 'usable' && keyMatch(certificate, loaded.key.key) === 'match';
}

const pools = new WeakMap<Inventory, IssuerPool>();

/** Those who issued a certificate, among all certificates of the workspace. */
export function issuersOf(certificate: Certificate, context: RuleContext): readonly Certificate[] {
  const found = inventory(context);
  let pool = pools.get(found);
  if (pool === undefined) {
    pool = createIssuerPool(allOf(found).map((held) => held.certificate));
    pools.set(found, pool);
  }
  return pool.issuersOf(certificate);
}

/** Where a certificate of the workspace lies; the same object may be in one file only. */
function holderOf(certificate: Certificate, context: RuleContext): HeldCertificate | undefined {
  return allOf(inventory(context)).find((held) => held.certificate === certificate);
}

/** The text of a certificate's block where it lies. */
export function blockText(certificate: Certificate, context: RuleContext): string | undefined {
  const held = holderOf(certificate, context);
  const stored = held && context.certificates.read(held.file, context.project.dependencies);
  if (held === undefined || stored?.ok !== true) return undefined;
  const text = stored.source.text.slice(held.span.start, held.span.end);
  if (text !== '') return text;
  const base64 = Buffer.from(certificate.der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function allOf({ files }: Inventory): HeldCertificate[] {
  return [...files.values()].flatMap(({ certificates }) => certificates);
}
