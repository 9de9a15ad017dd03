/** Owns the authorities that clients are verified with, as two rules look at them. */
import type { Certificate } from '../certificates/certificate.ts';
import { createIssuerPool, type IssuerPool, isSelfSigned } from '../certificates/chain.ts';
import type { CertificateItem } from '../certificates/file.ts';
import type { FileId } from '../files/host.ts';
import type { ClientCertificates, ClientTrust } from '../model/client-certificates.ts';
import { endpointsOf, type FileUse, type TlsEndpoint } from '../model/model.ts';
import type { RuleContext } from './rule.ts';

/** An authority in one of the files. */
export interface Authority {
  readonly item: CertificateItem;
  readonly use: FileUse;
  readonly file: FileId;
}

export interface ClientAuthorities {
  readonly endpoint: TlsEndpoint;
  readonly asked: ClientCertificates;
  readonly trust: ClientTrust;
  /** Those in the files that are for clients, which is what their certificates are expected to be signed by. */
  readonly named: readonly Authority[];
  /** All that chains are built from, those in files for other purposes too. */
  readonly store: readonly Certificate[];
  readonly pool: IssuerPool;
}

/** The endpoints that verify clients, where all authorities can be read. */
export function clientAuthorities(context: RuleContext): readonly ClientAuthorities[] {
  const known = remembered.get(context.project);
  if (known !== undefined) return known;
  const found = endpointsOf(context.model).flatMap((endpoint) => authoritiesOf(endpoint, context) ?? []);
  remembered.set(context.project, found);
  return found;
}

/** A project is loaded anew for each run over it. */
const remembered = new WeakMap<RuleContext['project'], readonly ClientAuthorities[]>();

function authoritiesOf(endpoint: TlsEndpoint, context: RuleContext): ClientAuthorities | undefined {
  const { clientCertificates } = endpoint;
  if (!clientCertificates.known) return undefined;
  const asked = clientCertificates.value;
  if (asked.demand !== 'required' && asked.demand !== 'optional') return undefined;
  const trust = asked.trust?.known === true ? asked.trust.value : undefined;
  if (trust === undefined || trust.files.length === 0) return undefined;
  const all: Authority[] = [];
  for (const use of trust.files) {
    const { file } = use;
    const stored = file.known ? context.certificates.read(file.value, context.project.dependencies) : undefined;
    if (!file.known || stored?.ok !== true || stored.pem.items.some(({ kind }) => kind === 'damaged')) return undefined;
    for (const item of stored.pem.items) if (item.kind === 'certificate') all.push({ item, use, file: file.value });
  }
  const [first] = trust.files;
  const store = all.map(({ item }) => item.certificate);
  const named = all.filter(({ use }) => use.setting === first?.setting);
  return named.length === 0 ? undefined : { endpoint, asked, trust, named, store, pool: createIssuerPool(store) };
}

/** How many authorities there are from this one up to the nearest root that is trusted, without that; undefined where none is. */
export function stepsToRoot(certificate: Certificate, pool: IssuerPool): number | undefined {
  const seen = new Set([certificate]);
  let level: readonly Certificate[] = [certificate];
  for (let steps = 0; level.length > 0 && seen.size <= MOST; steps++) {
    if (level.some(isSelfSigned)) return steps;
    const next: Certificate[] = [];
    for (const issuer of level.flatMap((one) => pool.issuersOf(one))) {
      if (seen.has(issuer)) continue;
      seen.add(issuer);
      next.push(issuer);
    }
    level = next;
  }
  return undefined;
}

/** More certificates than any chain is looked for in. */
const MOST = 100;

export function nameOf({ subject }: Certificate): string {
  return subject.commonNames.at(-1) ?? subject.text;
}
