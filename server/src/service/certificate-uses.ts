/** Owns which configurations use a certificate or key file, and whether a certificate and its key belong together. */
import type { Engine, ProjectReport } from '../analysis/engine-types.ts';
import type { CertificateItem, KeyItem } from '../certificates/file.ts';
import { type KeyMatch, matchSets } from '../certificates/match.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';
import { type CertificateUse, endpointsOf, type FileUse, type TlsEndpoint } from '../model/model.ts';
import type { Place } from '../model/origin.ts';

/** A place that names a file. */
export interface Mention {
  /** What uses it, in its language's words: `server example.com`; the setting where there is no endpoint around. */
  readonly label: string;
  readonly place: Place;
}

/** A certificate or key of a file, as one endpoint pairs it. */
export interface Fit {
  readonly certificate: FileUse;
  readonly key: FileUse;
  readonly result: KeyMatch;
  readonly certificateAlgorithm: string;
  readonly keyAlgorithm: string | undefined;
}

export function sameFile({ files }: Engine, a: FileId, b: FileId): boolean {
  return a === b || files.real(a) === files.real(b);
}

/** Every place in the configurations that names the file. */
export function mentionsOf(engine: Engine, projects: readonly ProjectReport[], file: FileId): Mention[] {
  const mentions = new Map<string, Mention>();
  for (const { project } of projects) {
    const labels = new Map(
      endpointsOf(project.model).flatMap(({ label, certificates }) =>
        certificates.flatMap(({ certificate, key }) =>
          [certificate, key].flatMap((use) => (use === undefined ? [] : [[placeKey(use.place), label] as const])),
        ),
      ),
    );
    for (const use of project.fileUses()) {
      if (!names(engine, use, file)) continue;
      const key = placeKey(use.place);
      mentions.set(key, { label: labels.get(key) ?? use.setting, place: use.place });
    }
  }
  return [...mentions.values()];
}

/** How the file's first certificate or key fits its partner, once for each pair of files. */
export function fitsOf(engine: Engine, projects: readonly ProjectReport[], file: FileId): Fit[] {
  const fits = new Map<string, Fit>();
  for (const endpoint of projects.flatMap(({ project }) => endpointsOf(project.model))) {
    for (const fit of fitsIn(engine, endpoint)) {
      if (names(engine, fit.certificate, file) || names(engine, fit.key, file)) {
        fits.set(`${fit.certificate.written}\n${fit.key.written}`, fit);
      }
    }
  }
  return [...fits.values()];
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

function names(engine: Engine, { file }: FileUse, wanted: FileId): boolean {
  return file.known && sameFile(engine, file.value, wanted);
}

function placeKey({ file, span }: Place): string {
  return `${file}:${span.start}-${span.end}`;
}
