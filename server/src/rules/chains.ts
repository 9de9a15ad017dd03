/** Owns what the rules about chains judge: files that are presented as a certificate with its chain, each once in a configuration file. */
import type { Certificate } from '../certificates/certificate.ts';
import { type Chain, chainOf, isSelfSigned } from '../certificates/chain.ts';
import type { CertificateItem, PemFile } from '../certificates/file.ts';
import type { FileId } from '../files/host.ts';
import { basename } from '../files/paths.ts';
import type { SourceFile } from '../files/store.ts';
import type { Place } from '../model/origin.ts';
import { fileWord, presenters } from './certificate-words.ts';
import { orderOf } from './leaf-order.ts';
import type { Offer, Related, RuleContext, Severity } from './rule.ts';
import { apartFrom, blockPlace, grouped, loadedBy, placeKey, type ReadUse, readableUses } from './subjects.ts';

/** A file with a chain, and where findings about it belong. */
export interface ChainFile {
  readonly file: FileId;
  readonly source: SourceFile;
  readonly pem: PemFile;
  /** The server's own certificate: the first one, or the one that the others have signed where the first is theirs. */
  readonly leaf: CertificateItem;
  /** Where the leaf stands: in another file where a setting of its own names the chain. */
  readonly leafFile: FileId;
  /** All certificates that are presented, in file order. */
  readonly items: readonly CertificateItem[];
  readonly chain: Chain;
  /** Undefined in a file that is linted by itself. */
  readonly read: ReadUse | undefined;
  /** Whether a configuration says that the file is presented; a file by itself may be made for something else. */
  readonly certain: boolean;
  /** The path that names the file; in a file by itself undefined, because findings are at the blocks. */
  readonly at: Place | undefined;
  /** All who present it. */
  readonly presenters: readonly (string | undefined)[];
}

/** What is wrong with a chain. */
export interface ChainFault {
  readonly of: ChainFile;
  readonly severity: Severity;
  /** The block in question, at which the finding is in a file by itself. */
  readonly block: CertificateItem;
  readonly message: string;
  readonly related?: readonly Related[];
  readonly offers: readonly Offer[];
}

const known = new WeakMap<RuleContext['project'], readonly ChainFile[]>();

/** The chains of a project, in the order of the configuration. */
export function chainFiles(context: RuleContext): readonly ChainFile[] {
  let found = known.get(context.project);
  if (found === undefined) {
    found = context.model.language === 'pem' ? alone(context) : configured(context);
    known.set(context.project, found);
  }
  return found;
}

function configured(context: RuleContext): ChainFile[] {
  // Each file of certificates once in each configuration file; thousands of servers may name a few of them.
  const groups = new Map<PemFile, Map<FileId, ReadUse[]>>();
  for (const read of readableUses(context)) {
    const by = groups.get(read.pem) ?? new Map<FileId, ReadUse[]>();
    groups.set(read.pem, by);
    const { file } = read.use.certificate.place;
    const group = by.get(file);
    if (group === undefined) by.set(file, [read]);
    else group.push(read);
  }
  const out: ChainFile[] = [];
  for (const [pem, by] of groups) {
    const loaded = loadedBy(context.model, pem);
    if (loaded.kind === 'damaged') continue;
    const apart = [...by.values()].flatMap((group) => group.filter(({ use }) => use.chain !== undefined));
    for (const read of apart) out.push(...withChain(read, loaded.leaf, context));
    const items = [loaded.leaf, ...loaded.chain];
    const { leaf, chain } = orderOf(pem, loaded.leaf, loaded.chain);
    for (const all of by.values()) {
      const group = all.filter(({ use }) => use.chain === undefined);
      const [read] = group;
      if (read === undefined) continue;
      const { file, source } = read;
      const at = read.use.certificate.place;
      const presenters = group.map(({ presenter }) => presenter);
      out.push({ leaf, leafFile: file, chain, file, source, pem, items, read, certain: true, at, presenters });
    }
  }
  return out;
}

/** The certificates of another file behind the server's own. */
function withChain(read: ReadUse, leaf: CertificateItem, context: RuleContext): ChainFile[] {
  const apart = apartFrom(read, context);
  if (apart === undefined) return [];
  const chain = chainOf(
    leaf.certificate,
    apart.items.map((item) => item.certificate),
  );
  const items = [leaf, ...apart.items];
  return [{ ...apart, leaf, leafFile: read.file, chain, items, read, certain: true, presenters: [read.presenter] }];
}

/** A file whose name says that it holds a chain, as those of certbot do. */
const CHAIN_NAME = /full.?chain|bundle|with.?chain|chain/i;

/** A certificate with what is to be sent along; a lone one and a list of authorities are no chain, unless a configuration says so. */
function alone({ model, certificates, project, purposes }: RuleContext): ChainFile[] {
  const file = model.root;
  const stored = certificates.read(file, project.dependencies);
  if (!stored.ok || stored.pem.leaf === undefined) return [];
  const { pem, source } = stored;
  if (pem.items.some(({ kind }) => kind === 'damaged')) return [];
  const certain = purposes.has('server');
  if ((!certain && purposes.size > 0) || purposes.has('completed')) return [];
  const items = [stored.pem.leaf, ...pem.chain];
  const { leaf, chain } = orderOf(pem, stored.pem.leaf, pem.chain);
  const isChain = !leaf.certificate.isCA && (chain.path.length > 1 || CHAIN_NAME.test(basename(file)));
  if (!certain && !isChain) return [];
  return [
    { leaf, leafFile: file, chain, file, source, pem, items, read: undefined, certain, at: undefined, presenters: [] },
  ];
}

/** Whether a certificate above a leaf is a root, which signs itself. */
export function isRoot(certificate: Certificate): boolean {
  return certificate.isCA && isSelfSigned(certificate);
}

/** Reports faults, those of one place together; a folder of certificates is named by one path. */
export function reportChains(context: RuleContext, faults: readonly ChainFault[]): void {
  const placed = faults.map((fault) => ({ ...fault, at: fault.of.at ?? placeIn(fault.of, fault.block) }));
  for (const group of grouped(placed, ({ at }) => placeKey(at))) {
    const [first, ...more] = group;
    const who = presenters(group.flatMap(({ of }) => of.presenters));
    const others = new Set(more.map(({ of }) => of.file).filter((file) => file !== first.of.file)).size;
    const parts = [
      first.message,
      ...(others > 0 ? [`so it is with ${others} more ${others === 1 ? 'file' : 'files'} here`] : []),
      ...(who === '' ? [] : [`presented by ${who}`]),
    ];
    context.report({
      severity: worst(group.map(({ severity }) => severity)),
      at: first.at,
      message: parts.join('; '),
      related: group.flatMap(({ of, block, related = [] }) => [
        ...(of.read === undefined ? [] : [{ place: placeIn(of, block), message: 'this certificate' }]),
        ...related,
      ]),
      offers: others > 0 ? [] : first.offers,
    });
  }
}

function worst(all: readonly Severity[]): Severity {
  return (['error', 'warning', 'info'] as const).find((severity) => all.includes(severity)) ?? 'info';
}

/** The file in question, for messages: as the configuration names it, or `this file`. */
export function fileNamed({ read }: ChainFile): string {
  return read === undefined ? 'this file' : fileWord(read.use.chain ?? read.use.certificate);
}

/** The BEGIN line of a certificate of a chain. */
export function placeIn({ file, leaf, leafFile }: ChainFile, item: CertificateItem): Place {
  return blockPlace(item === leaf ? leafFile : file, item);
}

/** Whether the file that holds the chain holds a certificate of it, so that it can be edited there. */
export function holds({ pem }: ChainFile, item: CertificateItem): boolean {
  return pem.items.includes(item);
}
