/** Owns what the certificate rules judge: the certificates that a configuration presents, or those in a file itself. */
import type { Certificate } from '../certificates/certificate.ts';
import { bareCertificates } from '../certificates/contents.ts';
import type { CertificateItem, PemFile, PemItem } from '../certificates/file.ts';
import { ipBytes } from '../certificates/ip.ts';
import { asBundle, asCertificateFile, type CertificateFile } from '../certificates/load.ts';
import type { FileId } from '../files/host.ts';
import type { SourceFile } from '../files/store.ts';
import type { LoadedProject } from '../languages/language.ts';
import { type CertificateUse, endpointsOf, type Model, type Site } from '../model/model.ts';
import type { Place } from '../model/origin.ts';
import { orderOf } from './leaf-order.ts';
import { clientFilesOf } from './purposes.ts';
import type { RuleContext, Severity } from './rule.ts';

/** A use of a certificate whose file can be read. */
export interface ReadUse {
  readonly use: CertificateUse;
  readonly file: FileId;
  readonly pem: PemFile;
  readonly source: SourceFile;
  /** Who presents it, in the language's words; undefined where nothing listens that can be seen. */
  readonly presenter: string | undefined;
  /** Whether the endpoint has other certificates: one for each type of key. */
  readonly hasSiblings: boolean;
}

/** The leaf, the certificate that signed it, or one further up, to which clients may know another way. */
export type Role = 'leaf' | 'issuer' | 'further';

/** A certificate and where findings about it belong: at the path that names its file, or at its block. */
export interface Presented {
  readonly certificate: Certificate;
  readonly role: Role;
  /** All certificates that its file presents, in file order, itself among them. */
  readonly along: readonly Certificate[];
  readonly at: Place;
  /** Its BEGIN line. */
  readonly block: Place;
  /** Undefined in a certificate file that is linted by itself. */
  readonly read: ReadUse | undefined;
}

/** Whether some client can reach a site by TLS, as far as can be seen. */
function mayPresent({ listeners, unreached }: Site): boolean {
  if (unreached !== undefined) return false;
  return listeners.length === 0 || listeners.some(({ tls }) => !tls.known || tls.value);
}

/** A project is loaded anew for each run over it, so what its rules share holds for as long as it does. */
const uses = new WeakMap<LoadedProject, readonly ReadUse[]>();
const presentations = new WeakMap<LoadedProject, readonly Presented[]>();

function remembered<T>(memory: WeakMap<LoadedProject, T>, project: LoadedProject, find: () => T): T {
  let found = memory.get(project);
  if (found === undefined) {
    found = find();
    memory.set(project, found);
  }
  return found;
}

/** The uses of certificates whose files can be read, in the order of the configuration. */
export function readableUses(context: RuleContext): readonly ReadUse[] {
  return remembered(uses, context.project, () => findUses(context));
}

function findUses({ model, certificates, project }: RuleContext): ReadUse[] {
  const out: ReadUse[] = [];
  const again = twiceRead(model.sites);
  const seen = new Set<string>();
  for (const site of model.sites) {
    if (site.endpoint === undefined || !mayPresent(site)) continue;
    const named = site.endpoint.certificates;
    for (const use of named) {
      const { file } = use.certificate;
      if (!file.known) continue;
      if (again || named.length > 1) {
        const key = `${placeKey(use.certificate.place)}\n${file.value}\n${use.label}\n${placeKey(site.place)}`;
        if (seen.has(key)) continue;
        seen.add(key);
      }
      const stored = certificates.read(file.value, project.dependencies);
      if (!stored.ok) continue;
      const { pem, source } = stored;
      const presenter = site.listeners.length === 0 ? undefined : use.label;
      out.push({ use, file: file.value, pem, source, presenter, hasSiblings: named.length > 1 });
    }
  }
  return out;
}

/** Whether some site is in a file that is included twice, so that it is there twice. */
function twiceRead(sites: readonly Site[]): boolean {
  const starts = new Map<FileId, Set<number>>();
  for (const { place } of sites) {
    const known = starts.get(place.file);
    if (known === undefined) starts.set(place.file, new Set([place.span.start]));
    else if (known.has(place.span.start)) return true;
    else known.add(place.span.start);
  }
  return false;
}

/** What the product of a model gets from a file that is named as a certificate. */
export function loadedBy({ product }: Model, pem: PemFile): CertificateFile {
  return product.bundles ? asBundle(pem) : asCertificateFile(pem);
}

/** Every certificate that a model presents, once for each use; in a certificate file, every certificate of it. */
export function presented(context: RuleContext): readonly Presented[] {
  return remembered(presentations, context.project, () =>
    context.model.language === 'pem' ? inFile(context) : inConfiguration(context),
  );
}

/**
 * Those of a list that a test picks. It is asked once for each certificate, because many servers present the same one;
 * so it may look at nothing else than the certificate, its role and those beside it.
 */
export function picked(all: readonly Presented[], test: (one: Presented) => boolean): readonly Presented[] {
  const certificates = new Set<Certificate>();
  for (const one of oneOfEach(all)) if (test(one)) certificates.add(one.certificate);
  return certificates.size === 0 ? [] : all.filter(({ certificate }) => certificates.has(certificate));
}

const ofEach = new WeakMap<readonly Presented[], readonly Presented[]>();

/** The first place of each certificate. */
function oneOfEach(all: readonly Presented[]): readonly Presented[] {
  let found = ofEach.get(all);
  if (found === undefined) {
    const first = new Map<Certificate, Presented>();
    for (const one of all) if (!first.has(one.certificate)) first.set(one.certificate, one);
    found = [...first.values()];
    ofEach.set(all, found);
  }
  return found;
}

/** The uses of certificates in a model, those of the same two files together. */
const pairs = new WeakMap<Model, readonly (readonly [CertificateUse, ...CertificateUse[]])[]>();

/**
 * The uses of certificates that a test picks, in the order of the configuration. It is asked once for each certificate file
 * with its key file, and may look at nothing else.
 */
export function usesOfPicked(model: Model, test: (use: CertificateUse) => boolean): readonly CertificateUse[] {
  const all = () => endpointsOf(model).flatMap(({ certificates }) => certificates);
  let groups = pairs.get(model);
  if (groups === undefined) {
    const fileOf = (use: CertificateUse['key']) => (use?.file.known === true ? use.file.value : '');
    groups = grouped(all(), ({ certificate, key }) => `${fileOf(certificate)}\n${fileOf(key)}`);
    pairs.set(model, groups);
  }
  const chosen = groups.filter(([first]) => test(first));
  if (chosen.length <= 1) return chosen[0] ?? [];
  const uses = new Set(chosen.flat());
  return all().filter((use) => uses.has(use));
}

function inConfiguration(context: RuleContext): Presented[] {
  const { model } = context;
  return readableUses(context).flatMap((read) => {
    const loaded = loadedBy(model, read.pem);
    if (loaded.kind === 'damaged') return [];
    const { place } = read.use.certificate;
    const apart = apartFrom(read, context);
    const items = [loaded.leaf, ...(apart?.items ?? loaded.chain)];
    const along = items.map(({ certificate }) => certificate);
    // That authorities stand in front of it is one fault, not one of each of its names and usages.
    const { leaf } = apart === undefined ? orderOf(read.pem, loaded.leaf, loaded.chain) : loaded;
    return items.map((item) => {
      const isApart = apart !== undefined && item !== loaded.leaf;
      return {
        certificate: item.certificate,
        role: roleOf(item, leaf),
        along,
        at: isApart ? apart.at : place,
        block: blockPlace(isApart ? apart.file : read.file, item),
        read,
      };
    });
  });
}

/** The chain that another file holds; undefined where none does, or it cannot be read. */
export function apartFrom({ use: { chain } }: ReadUse, { certificates, project }: RuleContext) {
  const stored = chain?.file.known === true ? certificates.read(chain.file.value, project.dependencies) : undefined;
  if (chain?.file.known !== true || stored?.ok !== true) return undefined;
  const { pem, source } = stored;
  if (pem.items.some(({ kind }) => kind === 'damaged')) return undefined;
  const items = pem.items.filter((item) => item.kind === 'certificate');
  return { items, pem, source, at: chain.place, file: chain.file.value };
}

function inFile({ model, certificates, project, purposes }: RuleContext): Presented[] {
  const file = model.root;
  const stored = certificates.read(file, project.dependencies);
  if (!stored.ok) return [];
  const { leaf: first, chain, content } = stored.pem;
  if (content !== 'pem') return inBareFile(file, bareCertificates(stored));
  if (first === undefined) return [];
  const { leaf } = orderOf(stored.pem, first, chain);
  const isPresented = purposes.has('server') || purposes.has('client');
  const isList = !isPresented && (purposes.has('authorities') || leaf.certificate.isCA);
  const items = [first, ...chain];
  const along = items.map(({ certificate }) => certificate);
  return items.map((item) => {
    const at = blockPlace(file, item);
    // A list of authorities: nothing says that anybody needs this one.
    const role = isList ? 'further' : roleOf(item, leaf);
    return { certificate: item.certificate, role, along, at, block: at, read: undefined };
  });
}

/** A file in DER, a bundle or a container: its first certificate is whose it is, the others are authorities. */
function inBareFile(file: FileId, certificates: readonly Certificate[]): Presented[] {
  const at = { file, span: { start: 0, end: 0 } };
  return certificates.map((certificate, index) => ({
    certificate,
    role: index > 0 || certificate.isCA ? 'further' : 'leaf',
    along: certificates,
    at,
    block: at,
    read: undefined,
  }));
}

function roleOf({ certificate }: CertificateItem, leaf: CertificateItem): Role {
  if (certificate === leaf.certificate) return 'leaf';
  const signed = Buffer.compare(certificate.subject.der, leaf.certificate.issuer.der) === 0;
  return signed && !certificate.selfIssued ? 'issuer' : 'further';
}

/**
 * The certificates that servers present as their own: those of a configuration; in a file by itself the first one, where
 * a configuration names the file for that, or where none names it and the certificate is made for servers.
 */
export function serverLeaves(context: RuleContext): readonly Presented[] {
  const { purposes, model } = context;
  if (model.language !== 'pem') return leaves(context);
  return leaves(context).filter(({ certificate }) =>
    purposes.size > 0 ? purposes.has('server') : isMadeForServers(certificate),
  );
}

const ofLeaves = new WeakMap<LoadedProject, readonly Presented[]>();

/** The certificates that are presented as somebody's own. */
export function leaves(context: RuleContext): readonly Presented[] {
  return remembered(ofLeaves, context.project, () => presented(context).filter(({ role }) => role === 'leaf'));
}

/** The certificates that a configuration presents to its back ends; a file by itself, where a configuration names it for that. */
export function clientLeaves(context: RuleContext): readonly Presented[] {
  const { model, certificates, project, purposes } = context;
  if (model.language === 'pem') {
    return purposes.has('client') ? leaves(context) : [];
  }
  return clientFilesOf(project).flatMap((certificate): Presented[] => {
    const { file, place, setting } = certificate;
    const stored = file.known ? certificates.read(file.value, project.dependencies) : undefined;
    const loaded = stored?.ok === true ? loadedBy(model, stored.pem) : undefined;
    if (!file.known || stored?.ok !== true || loaded?.kind !== 'usable') return [];
    const use = { certificate, key: undefined, names: [], label: setting };
    const read = {
      use,
      file: file.value,
      pem: stored.pem,
      source: stored.source,
      presenter: undefined,
      hasSiblings: false,
    };
    const block = blockPlace(file.value, loaded.leaf);
    const along = [loaded.leaf, ...loaded.chain].map((item) => item.certificate);
    return [{ certificate: loaded.leaf.certificate, role: 'leaf', along, at: place, block, read }];
  });
}

/** By its usages, or, where it has none, by a name that is a host's. */
function isMadeForServers({ extendedKeyUsage, san, subject }: Certificate): boolean {
  if (extendedKeyUsage !== undefined) return extendedKeyUsage.includes('serverAuth');
  const names = [...(san?.dns ?? []), ...(san?.ips ?? []), ...(san === undefined ? subject.commonNames : [])];
  return names.some((name) => /^(\*\.)?([\w-]+\.)+[\w-]*[a-z][\w-]*\.?$/i.test(name) || ipBytes(name) !== undefined);
}

/** What is wrong with a leaf or its issuer breaks handshakes; further up, clients may know another way. */
export function severityOf({ role }: Presented): Severity {
  return role === 'further' ? 'warning' : 'error';
}

/** The BEGIN line of a block, so that an editor does not underline all of it. */
export function blockPlace(file: FileId, item: Pick<PemItem, 'span' | 'label'>): Place {
  const { start, end } = item.span;
  return { file, span: { start, end: Math.min(end, start + `-----BEGIN ${item.label}-----`.length) } };
}

/** A key for maps: two places are one when their file and start are. */
export function placeKey({ file, span }: Place): string {
  return `${file}\n${span.start}`;
}

/** Puts together what has the same key, in the order of its first member. */
export function grouped<T>(all: Iterable<T>, keyOf: (one: T) => string): (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/**
 * What is wrong with a certificate is said once in each configuration file, at the first path that names it; what is
 * wrong with several certificates of one folder is said together, at the path that names the folder. The worst first.
 */
export function together(all: readonly Presented[]): (readonly [Presented, ...Presented[]])[] {
  const files = new Map(grouped(all, ({ at }) => placeKey(at)).map((group) => [placeKey(group[0].at), filesOf(group)]));
  const groups = grouped(all, ({ at, block }) =>
    block.file === at.file || (files.get(placeKey(at)) ?? 0) > 1 ? placeKey(at) : `${at.file}\n${block.file}`,
  );
  return groups.map((group) => {
    const [first, ...rest] = [...group].sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
    return first === undefined ? group : [first, ...rest];
  });
}

const ROLES: readonly Role[] = ['leaf', 'issuer', 'further'];

function filesOf(group: readonly Presented[]): number {
  return new Set(group.map(({ block }) => block.file)).size;
}
