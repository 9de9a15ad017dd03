/** Owns what configurations name a certificate file for, so that the file by itself is judged as what it is. */
import type { FileId } from '../files/host.ts';
import type { LoadedProject } from '../languages/language.ts';
import { endpointsOf, type FileUse } from '../model/model.ts';
import type { Place } from '../model/origin.ts';

/**
 * `server`, `client`: presented by a server, or to back ends. `completed`: presented with a chain from elsewhere.
 * `authorities`, `revocations`: what others' certificates are verified by, and looked up in.
 */
export type Purpose = 'server' | 'client' | 'completed' | 'authorities' | 'revocations';

export type Purposes = ReadonlyMap<FileId, ReadonlySet<Purpose>>;

/** Settings by their words; a `crt` of HAProxy that no endpoint presents is on a `server` line. */
const SETTINGS: readonly (readonly [RegExp, Purpose])[] = [
  [
    /client_certificate$|trusted_certificate$|^ca-?(verify-)?file$|^SSL(Proxy)?CA(Certificate|DNRequest)File$/i,
    'authorities',
  ],
  [/_crl$|^crl-?file$|^SSL(Proxy)?CARevocationFile$/i, 'revocations'],
  [/^\w+_ssl_certificate$|^crt$|^cert$|^SSLProxyMachineCertificateFile$/i, 'client'],
  [/^ssl_certificate$|^(SSL|MD)CertificateFile$/i, 'server'],
];

const known = new WeakMap<LoadedProject, Purposes>();

function purposesIn(project: LoadedProject): Purposes {
  let found = known.get(project);
  if (found === undefined) {
    found = find(project);
    known.set(project, found);
  }
  return found;
}

function find(project: LoadedProject): Purposes {
  const out = new Map<FileId, Set<Purpose>>();
  const presented = new Set<FileId>();
  for (const { certificates } of endpointsOf(project.model)) {
    for (const { certificate, chain, chainElsewhere } of certificates) {
      if (!certificate.file.known) continue;
      presented.add(certificate.file.value);
      note(out, certificate.file.value, 'server');
      if (chain !== undefined || chainElsewhere === true) note(out, certificate.file.value, 'completed');
    }
  }
  for (const use of project.fileUses()) {
    const purpose = purposeOf(use);
    if (purpose === undefined || !use.file.known || (purpose === 'client' && presented.has(use.file.value))) continue;
    note(out, use.file.value, purpose);
  }
  return out;
}

const bySetting = new Map<string, Purpose | undefined>();
/** Products have a few settings that name files. */
const MANY_SETTINGS = 1000;

/** What a setting names its file for; undefined for other settings. */
export function purposeOf({ setting }: FileUse): Purpose | undefined {
  let purpose = bySetting.get(setting);
  if (purpose === undefined && !bySetting.has(setting)) {
    if (bySetting.size >= MANY_SETTINGS) bySetting.clear();
    purpose = SETTINGS.find(([words]) => words.test(setting))?.[1];
    bySetting.set(setting, purpose);
  }
  return purpose;
}

/** The settings that name certificates which are presented to back ends. */
export function clientFilesOf(project: LoadedProject): readonly FileUse[] {
  const uses = project.fileUses().filter((use) => purposeOf(use) === 'client');
  if (uses.length === 0) return uses;
  const isServers = presentedPlaces(project);
  return uses.filter(({ place }) => !isServers.has(placeKey(place)));
}

function presentedPlaces({ model }: LoadedProject): ReadonlySet<string> {
  const uses = endpointsOf(model).flatMap(({ certificates }) => certificates);
  return new Set(uses.map(({ certificate }) => placeKey(certificate.place)));
}

function placeKey({ file, span }: Place): string {
  return `${file}\n${span.start}`;
}

function note(all: Map<FileId, Set<Purpose>>, file: FileId, purpose: Purpose): void {
  const known = all.get(file);
  if (known === undefined) all.set(file, new Set([purpose]));
  else known.add(purpose);
}

/** What several configurations together name each file for. */
export function purposesOf(projects: Iterable<LoadedProject>): Purposes {
  const out = new Map<FileId, Set<Purpose>>();
  for (const project of projects)
    for (const [file, purposes] of purposesIn(project)) for (const purpose of purposes) note(out, file, purpose);
  return out;
}
