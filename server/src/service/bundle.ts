/** Owns putting bundles in order: a file for each certificate, and the order in which servers present them. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import type { Certificate } from '../certificates/certificate.ts';
import { isSelfSigned, issuance } from '../certificates/chain.ts';
import type { HeldCertificate, Holdings } from '../certificates/inventory.ts';
import { keyMatch } from '../certificates/match.ts';
import type { FileId } from '../files/host.ts';
import { basename, dirname, join } from '../files/paths.ts';
import { noDependencies } from '../files/store.ts';
import type { FileEdits } from '../model/remedy.ts';
import { lineEndOf } from '../text/edits.ts';
import { inventoryOfRun } from './certificate-overview.ts';
import { titleOf } from './certificate-words.ts';

/** More certificates than these are a trust store, which nobody wants as files or in an order. */
const LARGEST = 50;

/** A new file. Keys are in none: they stay where their permissions protect them. */
export interface NewFile {
  readonly file: FileId;
  readonly text: string;
}

/** What comes of it, or why nothing does. */
export type Split =
  | { readonly ok: true; readonly files: readonly NewFile[] }
  | { readonly ok: false; readonly why: string };
export type Reordered = { readonly ok: true; readonly edits: FileEdits } | { readonly ok: false; readonly why: string };

/** A file beside the bundle for each of its certificates, with a name that is free; the bundle stays as it is. */
export function splitBundle(engine: Engine, run: Run, file: FileId): Split {
  const opened = engine.files.open(file, noDependencies());
  const certificates = inventoryOfRun(engine, run).files.get(file)?.certificates ?? [];
  if (!opened.ok || !areBlocks(certificates)) return { ok: false, why: NOT_SEVERAL };
  if (certificates.length > LARGEST) return { ok: false, why: TOO_MANY };
  const { text } = opened.file;
  const taken = new Set<FileId>();
  const files = certificates.map(({ certificate, span, index }): NewFile => {
    const name = freeName(engine, file, `${index + 1}-${slug(titleOf(certificate))}`, taken);
    taken.add(name);
    return { file: name, text: text.slice(span.start, span.end) + lineEndOf(text) };
  });
  return { ok: true, files };
}

/** Several, each in a block of its own: those of a PKCS#7 bundle share one. */
function areBlocks(certificates: readonly HeldCertificate[]): boolean {
  return certificates.length > 1 && new Set(certificates.map(({ span }) => span.start)).size === certificates.length;
}

const NOT_SEVERAL = 'This file does not hold several certificates in PEM';
const TOO_MANY = `This file holds more than ${LARGEST} certificates`;

function slug(title: string): string {
  return (
    title
      .replace(/^\*\./, 'wildcard.')
      .replace(/[^A-Za-z0-9.-]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '')
      .slice(0, 60) || 'certificate'
  );
}

function freeName({ files }: Engine, bundle: FileId, part: string, taken: ReadonlySet<FileId>): FileId {
  const [, stem = '', ending = '.pem'] = /^(.*?)(\.[A-Za-z0-9]+)?$/.exec(basename(bundle)) ?? [];
  for (let n = 1; ; n++) {
    const path = join(dirname(bundle), `${stem}-${part}${n === 1 ? '' : `-${n}`}${ending}`);
    const isTaken = files.list(dirname(bundle), noDependencies())?.some(({ name }) => name === basename(path)) === true;
    if (!isTaken && !taken.has(path)) return path;
  }
}

/**
 * The certificates of a bundle in the order in which a server presents them: the leaf, then the issuer of each, then
 * what belongs to none of them. Keys and all text between the blocks stay where they are.
 */
export function reorderBundle(engine: Engine, run: Run, file: FileId): Reordered {
  const opened = engine.files.open(file, noDependencies());
  const holdings = inventoryOfRun(engine, run).files.get(file);
  if (!opened.ok || holdings === undefined || !areBlocks(holdings.certificates)) return { ok: false, why: NOT_SEVERAL };
  const { certificates } = holdings;
  if (certificates.length > LARGEST) return { ok: false, why: TOO_MANY };
  const leaf = leafOf(holdings);
  if (leaf === undefined) return { ok: false, why: 'It cannot be told which of these certificates the leaf is' };
  const order = presented(leaf, certificates);
  const { text } = opened.file;
  const edits = certificates.flatMap((present, i) => {
    const wanted = order[i] ?? present;
    return wanted === present ? [] : [{ span: present.span, newText: text.slice(wanted.span.start, wanted.span.end) }];
  });
  return edits.length === 0
    ? { ok: false, why: 'The certificates are in order' }
    : { ok: true, edits: { file, edits } };
}

/** The one that has issued none of the others: the one that belongs to the file's key, where there are several. */
function leafOf({ certificates, keys }: Holdings): HeldCertificate | undefined {
  const ends = certificates.filter(
    (one) => !certificates.some((other) => other !== one && issued(one.certificate, other.certificate)),
  );
  const withKey = ends.filter(({ certificate }) => keys.some(({ key }) => keyMatch(certificate, key) === 'match'));
  const leaves = withKey.length > 0 ? withKey : ends.filter(({ certificate }) => !certificate.isCA);
  // Copies of one leaf are one.
  const [first, ...more] = leaves;
  return more.every(({ fingerprint }) => fingerprint === first?.fingerprint) ? first : undefined;
}

function presented(leaf: HeldCertificate, all: readonly HeldCertificate[]): readonly HeldCertificate[] {
  const order = [leaf];
  let rest = all.filter((one) => one !== leaf);
  for (let last = leaf; !isSelfSigned(last.certificate); ) {
    const next = rest.find((one) => issued(one.certificate, last.certificate));
    if (next === undefined) break;
    order.push(next);
    rest = rest.filter((one) => one !== next);
    last = next;
  }
  return [...order, ...rest];
}

function issued(issuer: Certificate, certificate: Certificate): boolean {
  return issuance(issuer, certificate) !== 'no';
}
