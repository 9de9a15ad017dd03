/** Owns finding files of the workspace that could take the place of one that does not fit, and how settings name them. */
import type { Certificate } from '../certificates/certificate.ts';
import { asCertificateFile, asKeyFile } from '../certificates/load.ts';
import { keyMatch } from '../certificates/match.ts';
import { coversName, coversServerName } from '../certificates/names.ts';
import { validity } from '../certificates/validity.ts';
import type { FileId } from '../files/host.ts';
import { basename, dirname, isAbsolute, isInside, join, relative } from '../files/paths.ts';
import { type CertificateUse, endpointsOf, type FileUse } from '../model/model.ts';
import type { FileEdits, Remedy } from '../model/remedy.ts';
import type { Offer, RuleContext } from './rule.ts';
import { grouped, type Presented, placeKey, type ReadUse } from './subjects.ts';

/** A file of the workspace that servers can load as a certificate. */
interface Candidate {
  readonly file: FileId;
  readonly leaf: Certificate;
}

function leafIn(file: FileId, { certificates, project }: RuleContext): Certificate | undefined {
  const stored = certificates.read(file, project.dependencies);
  const loaded = stored.ok ? asCertificateFile(stored.pem) : undefined;
  return loaded?.kind === 'usable' ? loaded.leaf.certificate : undefined;
}

/** Whether a file is one that servers load as the key of a certificate. */
export function holdsKeyOf(certificate: Certificate, file: FileId, { certificates, project }: RuleContext): boolean {
  const stored = certificates.read(file, project.dependencies);
  const loaded = stored.ok ? asKeyFile(stored.pem) : undefined;
  return loaded?.kind === 'usable' && keyMatch(certificate, loaded.key.key) === 'match';
}

/** Whether HAProxy finds the key of a certificate: in the same file, or where that has none, in the one beside it. */
function isBundle(file: FileId, leaf: Certificate, context: RuleContext): boolean {
  const stored = context.certificates.read(file, context.project.dependencies);
  const hasKey = stored.ok && asKeyFile(stored.pem).kind === 'usable';
  return holdsKeyOf(leaf, hasKey ? file : `${file}.key`, context);
}

/** The workspace's certificate and key files, those beside `file` first. */
function nearFirst(file: FileId, { candidates }: RuleContext): FileId[] {
  const folder = dirname(file);
  const isNear = (path: FileId) => Number(dirname(path) === folder);
  return [...candidates()].sort((a, b) => isNear(b) - isNear(a) || (a < b ? -1 : 1));
}

/** A file with the key of a certificate, and how the setting should name it. */
export function keyFileFor(
  certificate: Certificate,
  key: FileUse,
  context: RuleContext,
): { readonly file: FileId; readonly path: string } | undefined {
  if (!key.file.known) return undefined;
  const files = [key.file.value, ...nearFirst(key.file.value, context)];
  const file = files.find((one) => holdsKeyOf(certificate, one, context));
  const path = file === undefined ? undefined : writtenPath(key, file, context);
  return file === undefined || path === undefined ? undefined : { file, path };
}

/** Valid certificates of the workspace that are good for all names of the uses; those beside first, then the longest valid. */
export function certificatesFor(uses: readonly CertificateUse[], file: FileId, context: RuleContext): Candidate[] {
  const folder = dirname(file);
  const names = uses.flatMap((use) => use.names.map(({ name }) => name));
  return context
    .candidates()
    .flatMap((candidate): Candidate[] => {
      const leaf = candidate === file ? undefined : leafIn(candidate, context);
      if (leaf === undefined || leaf.isCA || validity(leaf, context.now).state !== 'valid') return [];
      return names.every((name) => coversServerName(leaf, name) !== 'not-covered') ? [{ file: candidate, leaf }] : [];
    })
    .sort(
      (a, b) =>
        Number(dirname(b.file) === folder) - Number(dirname(a.file) === folder) ||
        b.leaf.notAfter - a.leaf.notAfter ||
        (a.file < b.file ? -1 : 1),
    );
}

/** Whether a certificate is good for every name that another one has. */
export function coversAll(certificate: Certificate, { san }: Certificate): boolean {
  const names = [...(san?.dns ?? []), ...(san?.ips ?? [])];
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

/** Whether the line that names a key counts for certificates that other lines name. */
export function isSharedKey(key: FileUse, uses: readonly CertificateUse[], { model }: RuleContext): boolean {
  const own = new Set(uses.map(({ certificate }) => placeKey(certificate.place)));
  return endpointsOf(model).some(({ certificates }) =>
    certificates.some(
      (use) =>
        use.key !== undefined &&
        placeKey(use.key.place) === placeKey(key.place) &&
        !own.has(placeKey(use.certificate.place)),
    ),
  );
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
  for (const candidate of certificatesFor(uses, file, context)) {
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
