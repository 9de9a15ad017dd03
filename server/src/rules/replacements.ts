/** Owns finding files of the workspace that could take the place of one that does not fit, and how settings name them. */
import type { Certificate } from '../certificates/certificate.ts';
import { asKeyFile } from '../certificates/load.ts';
import { coversName, coversServerName } from '../certificates/names.ts';
import { validity } from '../certificates/validity.ts';
import type { FileId } from '../files/host.ts';
import { basename, dirname, isAbsolute, isInside, join, relative } from '../files/paths.ts';
import { type CertificateUse, endpointsOf, type FileUse, type Model } from '../model/model.ts';
import type { FileEdits, Remedy } from '../model/remedy.ts';
import type { Offer, RuleContext } from './rule.ts';
import { grouped, type Presented, placeKey, type ReadUse } from './subjects.ts';
import { type Candidate, certificatesNamed, holdsKeyOf, keysOf } from './workspace-certificates.ts';

/** Whether HAProxy finds the key of a certificate: in the same file, or where that has none, in the one beside it. */
function isBundle(file: FileId, leaf: Certificate, context: RuleContext): boolean {
  const stored = context.certificates.read(file, context.project.dependencies);
  const hasKey = stored.ok && asKeyFile(stored.pem).kind === 'usable';
  return holdsKeyOf(leaf, hasKey ? file : `${file}.key`, context);
}

/** A file with the key of a certificate, and how the setting should name it. */
export function keyFileFor(
  certificate: Certificate,
  key: FileUse,
  context: RuleContext,
): { readonly file: FileId; readonly path: string } | undefined {
  if (!key.file.known) return undefined;
  const current = key.file.value;
  const files = holdsKeyOf(certificate, current, context) ? [current] : keysOf(certificate, current, context);
  for (const file of files) {
    const path = writtenPath(key, file, context);
    if (path !== undefined) return { file, path };
  }
  return undefined;
}

/** Those of some certificates that are valid, and good for all names of the uses; the longest valid first. */
export function usable(
  found: readonly Candidate[],
  uses: readonly CertificateUse[],
  context: RuleContext,
): Candidate[] {
  const current = new Set(uses.map(({ certificate: { file } }) => (file.known ? file.value : undefined)));
  const names = new Set(uses.flatMap((use) => use.names.map(({ name }) => name)));
  return found
    .filter(({ file, leaf }) => {
      if (current.has(file) || leaf.isCA || validity(leaf, context.now).state !== 'valid') return false;
      return [...names].every((name) => coversServerName(leaf, name) !== 'not-covered');
    })
    .sort((a, b) => b.leaf.notAfter - a.leaf.notAfter);
}

/** The names that a certificate is good for, as it has them. */
export function namesOf({ san }: Certificate): readonly string[] {
  return [...(san?.dns ?? []), ...(san?.ips ?? [])];
}

/** Whether a certificate is good for every name that another one has. */
export function coversAll(certificate: Certificate, other: Certificate): boolean {
  const names = namesOf(other);
  return names.length > 0 && names.every((name) => coversOwn(certificate, name));
}

function coversOwn(certificate: Certificate, name: string): boolean {
  if (!name.startsWith('*.')) return coversName(certificate, name) === 'covered';
  return coversServerName(certificate, name) === 'covered';
}

/**
 * Names another certificate in the place of one, together with its key, wherever these uses name them. Undefined where a
 * path cannot be written, or where a key line would change for other certificates too.
 */
export function nameInstead(
  uses: readonly CertificateUse[],
  { file, leaf }: Candidate,
  context: RuleContext,
): { readonly path: string; readonly remedy: Remedy } | undefined {
  const changes = new Map<string, { readonly use: FileUse; readonly path: string }>();
  let written: string | undefined;
  for (const { certificate, key } of uses) {
    const path = writtenPath(certificate, file, context);
    if (key === undefined || path === undefined) return undefined;
    written ??= path;
    changes.set(placeKey(certificate.place), { use: certificate, path });
    if (placeKey(key.place) === placeKey(certificate.place)) {
      if (!isBundle(file, leaf, context)) return undefined;
      continue;
    }
    const found = keyFileFor(leaf, key, context);
    if (found === undefined || (found.path !== key.written && isSharedKey(key, uses, context))) return undefined;
    if (found.path !== key.written) changes.set(placeKey(key.place), { use: key, path: found.path });
  }
  const remedy = nameFiles([...changes.values()], context);
  return written === undefined || remedy === undefined ? undefined : { path: written, remedy };
}

/** The lines that name certificates, for each line that names their key. */
const sharing = new WeakMap<Model, ReadonlyMap<string, ReadonlySet<string>>>();

function certificatesByKey(model: Model): ReadonlyMap<string, ReadonlySet<string>> {
  let found = sharing.get(model);
  if (found === undefined) {
    const uses = endpointsOf(model).flatMap(({ certificates }) => certificates);
    const groups = grouped(uses, ({ key }) => (key === undefined ? '' : placeKey(key.place)));
    found = new Map(
      groups.map((group) => [
        group[0].key === undefined ? '' : placeKey(group[0].key.place),
        new Set(group.map(({ certificate }) => placeKey(certificate.place))),
      ]),
    );
    sharing.set(model, found);
  }
  return found;
}

/** Whether the line that names a key counts for certificates that other lines name. */
export function isSharedKey(key: FileUse, uses: readonly CertificateUse[], { model }: RuleContext): boolean {
  const own = new Set(uses.map(({ certificate }) => placeKey(certificate.place)));
  return [...(certificatesByKey(model).get(placeKey(key.place)) ?? [])].some((place) => !own.has(place));
}

/** Several settings get other paths at once. */
export function nameFiles(
  changes: readonly { readonly use: FileUse; readonly path: string }[],
  { project }: RuleContext,
): Remedy | undefined {
  const [first, ...more] = changes;
  if (first === undefined) return undefined;
  if (more.length === 0) return { kind: 'name-file', ...first };
  return {
    kind: 'edit',
    edits() {
      const edits = changes.map((change) => project.realize({ kind: 'name-file', ...change }));
      if (edits.some((one) => one === undefined)) return undefined;
      const files = grouped(
        edits.flatMap((one) => one ?? []),
        ({ file }) => file,
      );
      return files.map((group): FileEdits => ({ file: group[0].file, edits: group.flatMap((one) => one.edits) }));
    },
  };
}

/** A valid certificate that lies in the workspace with its key, in the place of one whose time is over. */
export function replacementOffers(group: readonly Presented[], context: RuleContext): Offer[] {
  const leaves = group.filter(({ role, read }) => role === 'leaf' && read !== undefined);
  const reads = leaves.flatMap(({ read }) => read ?? []);
  const [first] = leaves;
  const file = reads[0]?.file;
  if (first === undefined || file === undefined || reads.some((read) => read.file !== file)) return [];
  const { certificate } = first;
  const uses = reads.map(({ use }) => use);
  const [name] = namesOf(certificate);
  const found = name === undefined ? [] : certificatesNamed(name, file, context);
  for (const candidate of usable(found, uses, context)) {
    if (candidate.leaf.notAfter <= certificate.notAfter || !coversAll(candidate.leaf, certificate)) continue;
    if (reads.some((read) => !fitsBeside(read, candidate.leaf, certificate))) continue;
    const named = nameInstead(uses, candidate, context);
    if (named === undefined) continue;
    const until = new Date(candidate.leaf.notAfter).toISOString().slice(0, 10);
    const title = `Use \`${named.path}\`, which is valid until ${until}`;
    return [{ title, safety: 'behaviour', remedy: named.remedy }];
  }
  return [];
}

/** Where an endpoint has one certificate for each type of key, another one must be of the same type. */
export function fitsBeside({ hasSiblings }: ReadUse, other: Certificate, now: Certificate): boolean {
  return !hasSiblings || other.publicKey.algorithm === now.publicKey.algorithm;
}

/**
 * How a setting should name another file: in the manner of the path that is written now. Undefined where that cannot be
 * known: the path is absolute, and the other file is not in a folder of which the same holds.
 */
export function writtenPath(use: FileUse, target: FileId, { settings }: RuleContext): string | undefined {
  if (!use.file.known) return undefined;
  const { written } = use;
  const current = use.file.value;
  if (current === target) return written;
  if (isAbsolute(written)) {
    if (written === current) return target;
    const path = mappedPath(target, settings.pathMap);
    if (path !== undefined && mappedPath(current, settings.pathMap) === written) return path;
    const folder = dirname(current);
    const isPlain = basename(written) === basename(current) && isInside(folder, target);
    return isPlain ? join(dirname(written), relative(folder, target)) : undefined;
  }
  // What is in front of the written path: its end and that of the real path are the same.
  const parts = written.split('/');
  const real = current.split('/');
  let same = 0;
  while (same < parts.length && parts[parts.length - 1 - same] === real[real.length - 1 - same]) same++;
  if (same === 0) return undefined;
  const head = parts.slice(0, parts.length - same);
  const path = relative(real.slice(0, real.length - same).join('/') || '/', target);
  return [...head, path].join('/');
}

/** The path on the running machine of a file here. */
function mappedPath(file: FileId, pathMap: RuleContext['settings']['pathMap']): string | undefined {
  const mapping = pathMap.find(({ to }) => isInside(to, file));
  return mapping === undefined ? undefined : join(mapping.from, relative(mapping.to, file));
}
