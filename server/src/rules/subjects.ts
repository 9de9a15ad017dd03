/** Owns what the certificate rules judge: the certificates that a configuration presents, or those in a file itself. */
import type { CertificateItem, PemFile } from '../certificates/file.ts';
import { asCertificateFile } from '../certificates/load.ts';
import type { SourceFile } from '../files/store.ts';
import { type CertificateUse, endpointsOf } from '../model/model.ts';
import type { Place } from '../model/origin.ts';
import type { Related, RuleContext } from './rule.ts';

/** A certificate and where findings about it belong: at the path that names its file, or at its block. */
export interface Presented {
  readonly item: CertificateItem;
  /** The first in its file, which is the server's own. */
  readonly leaf: boolean;
  readonly at: Place;
  /** Its block, when the finding is at a path. */
  readonly related: readonly Related[];
  readonly use: CertificateUse | undefined;
}

/** The uses of certificates whose files can be read, each place once. */
export function readableUses(context: RuleContext): { use: CertificateUse; pem: PemFile; source: SourceFile }[] {
  const out = new Map<string, { use: CertificateUse; pem: PemFile; source: SourceFile }>();
  for (const endpoint of endpointsOf(context.model)) {
    for (const use of endpoint.certificates) {
      const { place, file } = use.certificate;
      const key = `${place.file}\n${place.span.start}\n${use.label}`;
      if (!file.known || out.has(key)) continue;
      const stored = context.certificates.read(file.value, context.project.dependencies);
      if (stored.ok) out.set(key, { use, pem: stored.pem, source: stored.source });
    }
  }
  return [...out.values()];
}

function itemsOf(pem: PemFile): readonly CertificateItem[] {
  return pem.leaf === undefined ? [] : [pem.leaf, ...pem.chain];
}

/** Every certificate that a model presents; in a certificate file, every certificate of it. */
export function presented(context: RuleContext): Presented[] {
  const { model, certificates, project } = context;
  if (model.language === 'pem') {
    const stored = certificates.read(model.root, project.dependencies);
    if (!stored.ok) return [];
    return itemsOf(stored.pem).map((item, index) => ({
      item,
      leaf: index === 0,
      at: { file: model.root, span: item.span },
      related: [],
      use: undefined,
    }));
  }
  return readableUses(context).flatMap(({ use, pem, source }) =>
    asCertificateFile(pem).kind === 'damaged'
      ? []
      : itemsOf(pem).map((item, index) => ({
          item,
          leaf: index === 0,
          at: use.certificate.place,
          related: [
            {
              place: { file: source.id, span: item.span },
              message: `the certificate of ${item.certificate.subject.text}`,
            },
          ],
          use,
        })),
  );
}

/** A day for messages: `2026-11-23`, in UTC, as certificates count. */
export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** "the certificate" for the leaf, and which one it is for a member of the chain. */
export function nameOf({ item, leaf }: Presented): string {
  return leaf
    ? `The certificate of ${item.certificate.subject.text}`
    : `The chain's certificate of ${item.certificate.subject.text}`;
}

/** Who presents it, for the end of a message. */
export function usedBy({ use }: Presented): string {
  return use === undefined ? '' : ` (presented by ${use.label})`;
}
