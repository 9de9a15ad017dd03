/** Owns the lines above the blocks of a PEM file: what a block is, until when it is good, and who uses it. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import type { HeldCertificate, Inventory } from '../certificates/inventory.ts';
import type { PrivateKey } from '../certificates/key.ts';
import { OBJECT_NAMES } from '../certificates/objects.ts';
import { keyKind, summaryOf } from '../certificates/summary.ts';
import type { FileId } from '../files/host.ts';
import { basename } from '../files/paths.ts';
import type { Place } from '../model/origin.ts';
import type { Span } from '../text/span.ts';
import { type CertificateRecord, inventoryOfRun, recordsIn } from './certificate-overview.ts';
import { type Mention, usesOf } from './certificate-uses.ts';
import { daysWord, dayWord, oneLine, titleOf, usersWord } from './certificate-words.ts';
import { pemItems } from './outline.ts';

export interface Lens {
  /** The block. */
  readonly span: Span;
  readonly title: string;
  /** Where the block's file is used. */
  readonly users: readonly Place[];
  /** Undefined for keys. */
  readonly certificate: HeldCertificate | undefined;
}

/** One line for each certificate, each key and every other block of a file, in its order. */
export function lensesOf(engine: Engine, run: Run, file: FileId): Lens[] {
  const inventory = inventoryOfRun(engine, run);
  const records = recordsIn(engine, run, file);
  const users = usesOf(engine, run.projects).mentionsOf(file);
  const places = users.map(({ place }) => place);
  const plainLens = (span: Span, words: readonly string[]): Lens => ({
    span,
    title: [...words.filter((word) => word !== '').map(oneLine), useWord(users)].join(' · '),
    users: places,
    certificate: undefined,
  });
  const certificates = records.map((record): Lens => {
    const { held } = record;
    return { span: held.span, title: certificateTitle(record), users: places, certificate: held };
  });
  const keys = (inventory.files.get(records[0]?.held.file ?? file)?.keys ?? []).map(({ span, key }): Lens => {
    const owners = key.publicKey === undefined ? [] : inventory.certificatesOf(key.publicKey);
    return plainLens(span, [keyTitle(key), ownersWord(owners, file, inventory)]);
  });
  const others = (pemItems(engine, file) ?? []).flatMap((item): Lens[] => {
    switch (item.kind) {
      case 'certificate':
      case 'key':
      case 'bundle':
      case 'damaged':
        return [];
      case 'revocation-list': {
        const { nextUpdate } = item.list;
        const until = nextUpdate === undefined ? 'without an end' : `until ${dayWord(nextUpdate)}`;
        return [plainLens(item.span, ['Revocation list', summaryOf(item), until])];
      }
      case 'request':
        // No server is to use it.
        return [{ ...plainLens(item.span, []), title: `Certificate request · ${oneLine(summaryOf(item))}` }];
      default:
        return [plainLens(item.span, [capitalized(OBJECT_NAMES[item.kind]), summaryOf(item)])];
    }
  });
  return [...certificates, ...keys, ...others].sort((a, b) => a.span.start - b.span.start);
}

function keyTitle({ algorithm, bits, curve, encrypted }: PrivateKey): string {
  const kind = algorithm === undefined ? 'of a hidden kind' : keyKind({ algorithm, bits, curve });
  return `Private key, ${kind}${encrypted ? ', encrypted' : ''}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function certificateTitle({ held: { certificate }, validity, users }: CertificateRecord): string {
  const who = `${titleOf(certificate)}${certificate.isCA ? ' (a CA)' : ''}`;
  return [who, `until ${dayWord(certificate.notAfter)}, ${daysWord(certificate, validity)}`, useWord(users)].join(
    ' · ',
  );
}

function useWord(users: readonly Mention[]): string {
  const word = usersWord(users);
  return word === undefined ? 'used by no configuration here' : `used by ${word}`;
}

/** The certificate in the same file, or one that servers can load, or any. */
function ownersWord(owners: readonly HeldCertificate[], file: FileId, { files }: Inventory): string {
  const first =
    owners.find((one) => one.file === file) ?? owners.find((one) => files.get(one.file)?.leaf === one) ?? owners[0];
  if (first === undefined) return 'belongs to no certificate here';
  const name = titleOf(first.certificate);
  return `belongs to ${name}${first.file === file ? '' : ` in ${basename(first.file)}`}`;
}
