/** Owns a certificate as it is listed: in a table, in JSON and in CSV. */
import type { Engine } from '../analysis/engine-types.ts';
import { withColons } from '../certificates/fingerprint.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';
import type { Place } from '../model/origin.ts';
import type { CertificateRecord, Urgency } from '../service/certificate-overview.ts';
import { issuerWord, namesIn, titleOf } from '../service/certificate-words.ts';
import { displayPath } from './located.ts';

/** Files are relative to the working directory, lines count from 1. */
export interface Listed {
  readonly file: string;
  readonly line: number;
  readonly title: string;
  readonly subject: string;
  readonly names: readonly string[];
  readonly issuer: string;
  readonly issuerTitle: string;
  readonly isCA: boolean;
  readonly from: string;
  readonly until: string;
  readonly daysLeft: number;
  readonly urgency: Urgency;
  readonly fingerprint: string;
  readonly pin: string;
  readonly usedBy: readonly { readonly label: string; readonly file: string; readonly line: number }[];
  readonly key: { readonly state: CertificateRecord['key']['kind']; readonly files: readonly string[] };
}

export function listed(
  { held, validity, urgency, users, key }: CertificateRecord,
  engine: Engine,
  cwd: FileId,
): Listed {
  const { certificate } = held;
  const at = (place: Place) => ({ file: displayPath(cwd, place.file), line: lineOf(engine, place) });
  const keys = key.kind === 'found' || key.kind === 'foreign' ? key.keys : [];
  return {
    ...at(held),
    title: titleOf(certificate),
    subject: certificate.subject.text,
    names: namesIn(certificate),
    issuer: certificate.issuer.text,
    issuerTitle: issuerWord(certificate),
    isCA: certificate.isCA,
    from: moment(certificate.notBefore),
    until: moment(certificate.notAfter),
    daysLeft: validity.daysLeft,
    urgency,
    fingerprint: withColons(held.fingerprint),
    pin: held.pin,
    usedBy: users.map(({ label, place }) => ({ label, ...at(place) })),
    key: { state: key.kind, files: [...new Set(keys.map(({ file }) => displayPath(cwd, file)))] },
  };
}

function lineOf({ files }: Engine, { file, span }: Place): number {
  const opened = files.open(file, noDependencies());
  return opened.ok ? opened.file.lines.positionAt(span.start).line + 1 : 1;
}

/** In UTC, to the second, as certificates count. */
export function moment(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '');
}
