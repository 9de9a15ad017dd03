/** Owns what the stapling rules look at: endpoints with stapling, and their certificates as the product reads them. */
import type { CertificateItem } from '../certificates/file.ts';
import type { CertificateUse, Model, TlsEndpoint } from '../model/model.ts';
import { endpointsOf } from '../model/model.ts';
import type { Stapling } from '../model/stapling.ts';
import type { RuleContext } from './rule.ts';
import { loadedBy } from './subjects.ts';

export interface StapledEndpoint {
  readonly endpoint: TlsEndpoint;
  readonly stapling: Stapling;
}

const stapled = new WeakMap<Model, readonly StapledEndpoint[]>();

/** The endpoints of a model that staple, or are meant to; two rules ask, so they are listed once. */
export function stapledEndpoints(model: Model): readonly StapledEndpoint[] {
  let known = stapled.get(model);
  if (known === undefined) {
    known = endpointsOf(model).flatMap((endpoint) => {
      const { stapling } = endpoint;
      return stapling?.known === true && stapling.value !== undefined ? [{ endpoint, stapling: stapling.value }] : [];
    });
    stapled.set(model, known);
  }
  return known;
}

export interface StapledCertificate {
  readonly use: CertificateUse;
  readonly leaf: CertificateItem;
  /** What the same file has behind it. */
  readonly chain: readonly CertificateItem[];
}

/** The certificates of an endpoint; those whose files cannot be read are undefined. */
export function stapledCertificates(
  { certificates: uses }: Pick<TlsEndpoint, 'certificates'>,
  { certificates, project, model }: RuleContext,
): readonly (StapledCertificate | undefined)[] {
  return uses.map((use) => {
    const { file } = use.certificate;
    const stored = file.known ? certificates.read(file.value, project.dependencies) : undefined;
    if (stored?.ok !== true) return undefined;
    const loaded = loadedBy(model, stored.pem);
    return loaded.kind === 'usable' ? { use, leaf: loaded.leaf, chain: loaded.chain } : undefined;
  });
}
