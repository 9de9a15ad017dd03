/** Owns what there is to know of every certificate of a run: how urgent it is, who uses it, where its key is. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import { type HeldCertificate, type HeldKey, type Inventory, inventoryOf } from '../certificates/inventory.ts';
import { expiringFrom, type Validity, validity } from '../certificates/validity.ts';
import { DEFAULTS } from '../config/settings.ts';
import type { FileId } from '../files/host.ts';
import { dirname } from '../files/paths.ts';
import { noDependencies } from '../files/store.ts';
import { type Fit, type Mention, type Uses, usesOf } from './certificate-uses.ts';

/** The most urgent first. `foreign-key`: a configuration names a key with it that does not belong to it. */
export const URGENCIES = ['expired', 'foreign-key', 'not-yet', 'expiring', 'valid'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** `hidden`: the key that is named with it, or lies with it in a container, is encrypted or cannot be compared. */
export type KeyState =
  | { readonly kind: 'found'; readonly keys: readonly [HeldKey, ...HeldKey[]] }
  | { readonly kind: 'foreign'; readonly fits: readonly Fit[]; readonly keys: readonly HeldKey[] }
  | { readonly kind: 'hidden' | 'none' };

/** One certificate in one file. */
export interface CertificateRecord {
  readonly held: HeldCertificate;
  readonly validity: Validity;
  readonly urgency: Urgency;
  /** When it starts to count as expiring, in milliseconds since 1970. */
  readonly expiringFrom: number;
  readonly users: readonly Mention[];
  readonly key: KeyState;
}

/** What does not depend on the moment. */
interface Known {
  readonly inventory: Inventory;
  readonly entries: readonly Entry[];
}

interface Entry extends Pick<CertificateRecord, 'held' | 'users' | 'key'> {
  readonly expiryDays: number;
}

const known = new WeakMap<Run, Known>();

/** The certificates in the files of a run and in those that its configurations name; worked out once for a run. */
export function inventoryOfRun(engine: Engine, run: Run): Inventory {
  return knownOf(engine, run).inventory;
}

/** Every certificate of a run as of now, the most urgent first; those that end sooner first among equals. */
export function overviewOf(engine: Engine, run: Run): CertificateRecord[] {
  const now = engine.files.now();
  return knownOf(engine, run)
    .entries.map((entry) => recordOf(entry, now))
    .sort(compare);
}

/** What is known of the certificates of one file, in its order. */
export function recordsIn(engine: Engine, run: Run, file: FileId): CertificateRecord[] {
  const now = engine.files.now();
  const real = engine.files.real(file);
  const all = knownOf(engine, run).entries;
  const own = all.filter(({ held }) => held.file === file);
  const entries = own.length > 0 ? own : all.filter(({ held }) => engine.files.real(held.file) === real);
  return entries.map((entry) => recordOf(entry, now));
}

/** What is known of a certificate in each of the files that hold it, the given one first. */
export function copiesOf(
  engine: Engine,
  run: Run,
  { held: { fingerprint, file } }: CertificateRecord,
): CertificateRecord[] {
  const now = engine.files.now();
  const same = knownOf(engine, run).entries.filter(({ held }) => held.fingerprint === fingerprint);
  const own = same.filter(({ held }) => held.file === file);
  return [...own, ...same.filter((entry) => !own.includes(entry))].map((entry) => recordOf(entry, now));
}

function knownOf(engine: Engine, run: Run): Known {
  let found = known.get(run);
  if (found === undefined) {
    found = find(engine, run);
    known.set(run, found);
  }
  return found;
}

function find(engine: Engine, run: Run): Known {
  const uses = usesOf(engine, run.projects);
  const days = new Map<FileId, number>();
  for (const { project, settings } of run.projects)
    if (project.language === 'pem') days.set(project.root, settings.expiryDays);
  const inventory = inventoryOf(engine.certificates, filesOf(engine, [...days.keys()], uses), noDependencies());
  const entries: Entry[] = [];
  for (const [file, { certificates, leaf }] of inventory.files) {
    if (certificates.length === 0) continue;
    const users = uses.mentionsOf(file);
    const expiryDays = days.get(file) ?? users[0]?.project.settings.expiryDays ?? DEFAULTS.expiryDays;
    for (const held of certificates) {
      const fits = held === leaf ? uses.fitsOf(file) : [];
      entries.push({ held, users, key: keyState(held, fits, inventory), expiryDays });
    }
  }
  return { inventory, entries };
}

/** The files once each, whatever names lead to them: the names in the workspace come first. */
function filesOf({ files }: Engine, roots: readonly FileId[], uses: Uses): FileId[] {
  const byReal = new Map<FileId, FileId>();
  for (const file of [...[...roots].sort(), ...[...uses.files].sort()]) {
    const real = files.real(file);
    if (!byReal.has(real)) byReal.set(real, file);
  }
  return [...byReal.values()];
}

function keyState({ certificate, file }: HeldCertificate, fits: readonly Fit[], inventory: Inventory): KeyState {
  const named = new Set(fits.flatMap(({ key }) => (key.file.known ? [key.file.value] : [])));
  const nearness = (key: HeldKey) =>
    named.has(key.file) ? 0 : key.file === file ? 1 : dirname(key.file) === dirname(file) ? 2 : 3;
  // A container is no file that servers load.
  const isLoaded = (key: HeldKey) => inventory.files.get(key.file)?.serverKey === key;
  const keys = [...inventory.keysOf(certificate)].sort(
    (a, b) => nearness(a) - nearness(b) || Number(isLoaded(b)) - Number(isLoaded(a)),
  );
  const foreign = fits.filter(({ result }) => result === 'mismatch' || result === 'other-type');
  if (foreign.length > 0) return { kind: 'foreign', fits: foreign, keys };
  const [first, ...more] = keys;
  if (first !== undefined) return { kind: 'found', keys: [first, ...more] };
  const isHidden = fits.some(({ result }) => result === 'unknown') || (inventory.files.get(file)?.closedKeys ?? 0) > 0;
  return { kind: isHidden ? 'hidden' : 'none' };
}

function recordOf({ held, users, key, expiryDays }: Entry, now: number): CertificateRecord {
  const at = validity(held.certificate, now);
  const soon = expiringFrom(held.certificate, expiryDays);
  return { held, users, key, validity: at, urgency: urgencyOf(at, key, now >= soon), expiringFrom: soon };
}

function urgencyOf({ state }: Validity, key: KeyState, isExpiring: boolean): Urgency {
  if (state === 'expired') return 'expired';
  if (key.kind === 'foreign') return 'foreign-key';
  if (state === 'not-yet') return 'not-yet';
  return isExpiring ? 'expiring' : 'valid';
}

function compare(a: CertificateRecord, b: CertificateRecord): number {
  return (
    URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency) ||
    a.held.certificate.notAfter - b.held.certificate.notAfter ||
    (a.held.file < b.held.file ? -1 : a.held.file > b.held.file ? 1 : a.held.index - b.held.index)
  );
}

const DAY = 86_400_000;

/** When the next one of these will be shown otherwise by the passing of time alone, in milliseconds since 1970. */
export function nextTick(records: readonly CertificateRecord[], now: number): number | undefined {
  let next: number | undefined;
  for (const { held, expiringFrom: soon } of records) {
    const { notBefore, notAfter } = held.certificate;
    // The words count whole days to the end, and a certificate is valid up to and including its last moment.
    const day = now + ((((notAfter - now) % DAY) + DAY) % DAY) + 1;
    for (const moment of [notBefore, soon, day])
      if (moment > now && (next === undefined || moment < next)) next = moment;
  }
  return next;
}
