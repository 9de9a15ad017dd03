/** Owns the view of all certificates of a workspace: groups by urgency, and what is told of each certificate. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import type { HeldCertificate } from '../certificates/inventory.ts';
import { keyKind } from '../certificates/summary.ts';
import type { FileId } from '../files/host.ts';
import type { Place } from '../model/origin.ts';
import { chainAbove } from './certificate-chain.ts';
import {
  type CertificateRecord,
  copiesOf,
  inventoryOfRun,
  overviewOf,
  recordsIn,
  URGENCIES,
  type Urgency,
} from './certificate-overview.ts';
import { type Mention, usesOf } from './certificate-uses.ts';
import { daysWord, dayWord, issuerWord, namesIn, oneLine, titleOf, usersWord } from './certificate-words.ts';
import { unusedNames } from './unused-names.ts';

/** A certificate, however many files hold it. */
export interface CertificateNode {
  readonly held: HeldCertificate;
  readonly title: string;
  readonly description: string;
  readonly tooltip: string;
}

export interface CertificateGroup {
  readonly urgency: Urgency;
  readonly title: string;
  readonly certificates: readonly CertificateNode[];
}

/** What is told of a certificate below it. */
export interface CertificateDetail {
  readonly kind: 'user' | 'name' | 'key' | 'issuer' | 'copy';
  readonly title: string;
  readonly description: string;
  /** Whether it is one to look at. */
  readonly wrong: boolean;
  readonly place: Place | undefined;
}

const GROUP_TITLES: Readonly<Record<Urgency, string>> = {
  expired: 'Expired',
  'foreign-key': 'Key does not belong',
  'not-yet': 'Not valid yet',
  expiring: 'Expires soon',
  valid: 'Valid',
};

/** More names than these are counted in a tooltip. */
const NAMES_SHOWN = 20;
/** More users and files than these are counted. */
const DETAILS_SHOWN = 100;

/** `nameOf` is the name of a file for people. */
type NameOf = (file: FileId) => string;

/** All certificates of a run, the most urgent group first; groups without any are left out. */
export function certificateGroups(engine: Engine, run: Run, nameOf: NameOf): CertificateGroup[] {
  const same = new Map<string, CertificateRecord[]>();
  for (const record of overviewOf(engine, run)) {
    const { fingerprint } = record.held;
    const others = same.get(fingerprint);
    if (others === undefined) same.set(fingerprint, [record]);
    else others.push(record);
  }
  const groups = new Map<Urgency, CertificateNode[]>(URGENCIES.map((urgency) => [urgency, []]));
  // The first record is the most urgent one; the one that is used says most, then one that servers can load.
  for (const records of same.values()) {
    const [first] = records;
    const main =
      records.find(({ users }) => users.length > 0) ?? records.find((one) => isLoadable(engine, run, one)) ?? first;
    if (first === undefined || main === undefined) continue;
    const users = records.flatMap((record) => record.users);
    groups.get(first.urgency)?.push(nodeOf({ ...main, users }, nameOf));
  }
  return URGENCIES.flatMap((urgency) => {
    const certificates = groups.get(urgency) ?? [];
    return certificates.length === 0 ? [] : [{ urgency, title: GROUP_TITLES[urgency], certificates }];
  });
}

function isLoadable(engine: Engine, run: Run, { held }: CertificateRecord): boolean {
  return inventoryOfRun(engine, run).files.get(held.file)?.leaf === held;
}

function nodeOf({ held, validity, users }: CertificateRecord, nameOf: NameOf): CertificateNode {
  const { certificate } = held;
  const names = namesIn(certificate).map(oneLine);
  const more = names.length - NAMES_SHOWN;
  const days = daysWord(certificate, validity);
  const user = usersWord(users);
  return {
    held,
    title: titleOf(certificate),
    description: [days, user ?? (certificate.isCA ? 'a CA' : undefined)]
      .filter((part) => part !== undefined)
      .join(' · '),
    tooltip: [
      oneLine(certificate.subject.text) || titleOf(certificate),
      ...(names.length === 0
        ? []
        : [`Names: ${names.slice(0, NAMES_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`]),
      `Issued by ${issuerWord(certificate)}`,
      `Valid from ${dayWord(certificate.notBefore)} to ${dayWord(certificate.notAfter)}: ${days}`,
      `Key: ${keyKind(certificate.publicKey)}`,
      `In ${nameOf(held.file)}`,
    ].join('\n'),
  };
}

/** The certificate with a fingerprint in a file; undefined where it is no more. */
export function recordWith(engine: Engine, run: Run, file: FileId, fingerprint: string): CertificateRecord | undefined {
  return recordsIn(engine, run, file).find(({ held }) => held.fingerprint === fingerprint);
}

/** Who uses a certificate, where its key is, who issued it, and which other files hold it. */
export function certificateDetails(
  engine: Engine,
  run: Run,
  record: CertificateRecord,
  nameOf: NameOf,
): CertificateDetail[] {
  const all = copiesOf(engine, run, record);
  const users = all.flatMap((one) => one.users);
  return [
    ...userDetails(users, nameOf),
    ...nameDetails(engine, run, all),
    ...keyDetails(record, nameOf),
    ...issuerDetails(engine, run, record, nameOf),
    ...all.slice(1, DETAILS_SHOWN).map(
      ({ held: { file, span } }): CertificateDetail => ({
        kind: 'copy',
        title: `Also in ${nameOf(file)}`,
        description: '',
        wrong: false,
        place: { file, span },
      }),
    ),
  ];
}

function userDetails(users: readonly Mention[], nameOf: NameOf): CertificateDetail[] {
  const plain = { kind: 'user', wrong: false } as const;
  if (users.length === 0)
    return [{ ...plain, title: 'Used by no configuration that can be seen', description: '', place: undefined }];
  const shown = users.slice(0, DETAILS_SHOWN).map(({ label, place }) => ({
    ...plain,
    title: `Used by ${oneLine(label)}`,
    description: nameOf(place.file),
    place,
  }));
  const more = users.length - shown.length;
  return more === 0 ? shown : [...shown, { ...plain, title: `and ${more} more`, description: '', place: undefined }];
}

/** Names that no site has which presents it, in whatever file. */
function nameDetails(engine: Engine, run: Run, all: readonly CertificateRecord[]): CertificateDetail[] {
  const uses = usesOf(engine, run.projects);
  const sites = all.flatMap(({ held }) => (held.index === 0 ? uses.siteNamesOf(held.file) : []));
  const [first] = all;
  const unused = first === undefined ? [] : unusedNames(first.held.certificate, sites, uses.sites).map(oneLine);
  if (unused.length === 0) return [];
  const more = unused.length - NAMES_SHOWN;
  const listed = `${unused.slice(0, NAMES_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [{ kind: 'name', title: `No site here is called ${listed}`, description: '', wrong: false, place: undefined }];
}

function keyDetails({ key, held }: CertificateRecord, nameOf: NameOf): CertificateDetail[] {
  const found = key.kind === 'found' || key.kind === 'foreign' ? key.keys : [];
  const belonging = found.slice(0, DETAILS_SHOWN).map((one) => ({
    kind: 'key' as const,
    title: `Key in ${nameOf(one.file)}`,
    description: 'belongs to it',
    wrong: false,
    place: { file: one.file, span: one.span },
  }));
  const none = (title: string): CertificateDetail[] => [
    { kind: 'key', title, description: '', wrong: false, place: undefined },
  ];
  switch (key.kind) {
    case 'found':
      return belonging;
    case 'foreign':
      return [
        ...key.fits.map(({ key: named }) => ({
          kind: 'key' as const,
          title: 'Key does not belong to it',
          description: named.file.known ? nameOf(named.file.value) : oneLine(named.written),
          wrong: true,
          place: named.place,
        })),
        ...belonging,
      ];
    case 'hidden':
      return none('The key beside it is encrypted, or cannot be compared');
    case 'none':
      return held.certificate.isCA ? [] : none('No file here holds its key');
  }
}

function issuerDetails(
  engine: Engine,
  run: Run,
  { held, users }: CertificateRecord,
  nameOf: NameOf,
): CertificateDetail[] {
  const { issuers, end } = chainAbove(inventoryOfRun(engine, run), held);
  const found = issuers.map((issuer): CertificateDetail => {
    const isHere = issuer.file === held.file;
    const isRoot = issuer.certificate.selfIssued;
    // Servers present what their file has, and clients know no more than roots.
    const isMissed = users.length > 0 && held.index === 0 && !isHere && !isRoot;
    const where = isHere ? 'in the same file' : `in ${nameOf(issuer.file)}${isRoot ? ', a root' : ''}`;
    return {
      kind: 'issuer',
      title: `Issued by ${titleOf(issuer.certificate)}`,
      description: isMissed ? `${where}, not in the file that is presented` : where,
      wrong: isMissed,
      place: { file: issuer.file, span: issuer.span },
    };
  });
  const last = (title: string, description: string): CertificateDetail => ({
    kind: 'issuer',
    title,
    description,
    wrong: false,
    place: undefined,
  });
  switch (end.kind) {
    case 'self-signed':
      return found.length === 0 ? [last('Issued by itself', users.length > 0 ? 'self-signed' : '')] : found;
    case 'public-root':
      return [...found, last(`Issued by ${oneLine(end.name)}`, 'a public root')];
    case 'missing':
      return [...found, last(`Issued by ${oneLine(end.name)}`, 'in no file here')];
  }
}
