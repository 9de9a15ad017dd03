/** Owns which configurations use a certificate or key file, and whether a certificate and its key belong together. */
import type { Engine, ProjectReport } from '../analysis/engine-types.ts';
import type { CertificateItem, KeyItem } from '../certificates/file.ts';
import { type KeyMatch, matchSets } from '../certificates/match.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';
import { type CertificateUse, endpointsOf, type FileUse, type TlsEndpoint } from '../model/model.ts';
import type { Place } from '../model/origin.ts';
import { type SiteNames, siteNames } from './unused-names.ts';

/** A place that names a file. */
export interface Mention {
  /** What uses it, in its language's words: `server example.com`; the setting where there is no endpoint around. */
  readonly label: string;
  readonly place: Place;
  readonly project: ProjectReport;
}

/** A certificate or key of a file, as one endpoint pairs it. */
export interface Fit {
  readonly certificate: FileUse;
  readonly key: FileUse;
  readonly result: KeyMatch;
  readonly certificateAlgorithm: string;
  readonly keyAlgorithm: string | undefined;
}

/** The uses of one run, by file whatever name it goes by. */
export interface Uses {
  /** Every file that a configuration names, by its own path. */
  readonly files: ReadonlySet<FileId>;
  /** Every place in the configurations that names the file. */
  mentionsOf(file: FileId): readonly Mention[];
  /** The names of the sites that present the file's certificate, in their order. */
  siteNamesOf(file: FileId): readonly string[];
  /** The names of all sites, also of those without TLS. */
  readonly sites: SiteNames;
  /** How the file's first certificate or key fits its partner, once for each pair of files. */
  fitsOf(file: FileId): readonly Fit[];
}

const known = new WeakMap<readonly ProjectReport[], Uses>();

/** What the projects of a run use; worked out once. */
export function usesOf(engine: Engine, projects: readonly ProjectReport[]): Uses {
  let uses = known.get(projects);
  if (uses === undefined) {
    uses = findUses(engine, projects);
    known.set(projects, uses);
  }
  return uses;
}

export function sameFile({ files }: Engine, a: FileId, b: FileId): boolean {
  return a === b || files.real(a) === files.real(b);
}

function findUses(engine: Engine, projects: readonly ProjectReport[]): Uses {
  const { files: store } = engine;
  const files = new Set<FileId>();
  const mentions = new Map<FileId, Map<string, Mention>>();
  const names = new Map<FileId, Set<string>>();
  let sites: SiteNames | undefined;
  let fits: ReadonlyMap<FileId, ReadonlyMap<string, Fit>> | undefined;

  const mention = ({ file, place, setting }: FileUse, label: string | undefined, project: ProjectReport): void => {
    if (!file.known) return;
    files.add(file.value);
    const key = placeKey(place);
    const all = inner(mentions, store.real(file.value));
    if (!all.has(key)) all.set(key, { label: label ?? setting, place, project });
  };
  const note = ({ file }: FileUse, own: CertificateUse['names']): void => {
    if (!file.known || own.length === 0) return;
    const real = store.real(file.value);
    const all = names.get(real) ?? new Set();
    names.set(real, all);
    for (const { name } of own) all.add(name);
  };
  for (const report of projects) {
    const { project } = report;
    // Those with a label come first: they say more than the setting alone.
    for (const { label, certificates } of endpointsOf(project.model)) {
      for (const { certificate, key, names: own } of certificates) {
        mention(certificate, label, report);
        note(certificate, own);
        if (key !== undefined) mention(key, label, report);
      }
    }
    for (const use of project.fileUses()) mention(use, undefined, report);
  }
  return {
    files,
    mentionsOf: (file) => [...(mentions.get(store.real(file))?.values() ?? [])],
    get sites() {
      sites ??= siteNames(
        projects.flatMap(({ project }) => project.model.sites.flatMap((site) => site.names)).map(({ name }) => name),
      );
      return sites;
    },
    siteNamesOf: (file) => [...(names.get(store.real(file)) ?? [])],
    fitsOf(file) {
      fits ??= findFits(engine, projects);
      return [...(fits.get(store.real(file))?.values() ?? [])];
    },
  };
}

function findFits(engine: Engine, projects: readonly ProjectReport[]): ReadonlyMap<FileId, ReadonlyMap<string, Fit>> {
  const fits = new Map<FileId, Map<string, Fit>>();
  const done = new Set<string>();
  for (const endpoint of projects.flatMap(({ project }) => endpointsOf(project.model))) {
    // Many servers have the same certificates.
    const written = endpoint.certificates.map(({ certificate, key }) => `${fileOf(certificate)}\n${fileOf(key)}`);
    const key = `${endpoint.certificates[0]?.certificate.place.file}\n${written.join('\n')}`;
    if (done.has(key)) continue;
    done.add(key);
    for (const fit of fitsIn(engine, endpoint)) {
      const pair = `${fit.certificate.written}\n${fit.key.written}`;
      for (const { file } of [fit.certificate, fit.key])
        if (file.known) inner(fits, engine.files.real(file.value)).set(pair, fit);
    }
  }
  return fits;
}

/** OpenSSL keeps certificates and keys by type, so the pairs of one endpoint are judged together. */
function fitsIn(engine: Engine, { certificates }: TlsEndpoint): Fit[] {
  const pairs = certificates.flatMap((use) => pairOf(engine, use) ?? []);
  const results = matchSets(
    pairs.map(({ leaf }) => leaf.certificate),
    pairs.map(({ keyItem }) => keyItem.key),
  );
  return pairs.flatMap(({ certificate, key, leaf, keyItem }, index): Fit[] => {
    const match = results[index];
    const partner = match?.key === undefined ? undefined : pairs[match.key];
    if (match === undefined) return [];
    return [
      {
        certificate,
        key: partner?.key ?? key,
        result: match.result,
        certificateAlgorithm: leaf.certificate.publicKey.algorithm,
        keyAlgorithm: (partner?.keyItem ?? keyItem).key.algorithm,
      },
    ];
  });
}

function pairOf(
  engine: Engine,
  { certificate, key }: CertificateUse,
): { certificate: FileUse; key: FileUse; leaf: CertificateItem; keyItem: KeyItem } | undefined {
  if (key === undefined || !certificate.file.known || !key.file.known) return undefined;
  const leaf = pemOf(engine, certificate.file.value)?.leaf;
  const keyItem = pemOf(engine, key.file.value)?.keys[0];
  return leaf && keyItem && { certificate, key, leaf, keyItem };
}

function pemOf({ certificates }: Engine, file: FileId) {
  const stored = certificates.read(file, noDependencies());
  return stored.ok ? stored.pem : undefined;
}

function fileOf(use: FileUse | undefined): FileId {
  return use?.file.known ? use.file.value : '';
}

function placeKey({ file, span }: Place): string {
  return `${file}:${span.start}-${span.end}`;
}

function inner<T>(maps: Map<FileId, Map<string, T>>, file: FileId): Map<string, T> {
  let found = maps.get(file);
  if (found === undefined) {
    found = new Map();
    maps.set(file, found);
  }
  return found;
}
