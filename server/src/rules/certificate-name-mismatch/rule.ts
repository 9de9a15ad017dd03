/** Owns certificate-name-mismatch: server names that the presented certificate does not cover. */
import type { Certificate } from '../../certificates/certificate.ts';
import type { CertificateItem } from '../../certificates/file.ts';
import { ipBytes } from '../../certificates/ip.ts';
import { coversServerName } from '../../certificates/names.ts';
import { basename } from '../../files/paths.ts';
import type { SiteName } from '../../model/model.ts';
import { list, presenters, whose } from '../certificate-words.ts';
import { orderOf } from '../leaf-order.ts';
import { isLocalName } from '../local-names.ts';
import { fitsBeside, nameInstead, namesOf, usable } from '../replacements.ts';
import type { Offer, Rule, RuleContext } from '../rule.ts';
import { blockPlace, grouped, loadedBy, placeKey, type ReadUse, readableUses } from '../subjects.ts';
import { certificatesNamed } from '../workspace-certificates.ts';

interface Uncovered {
  readonly read: ReadUse;
  readonly leaf: CertificateItem;
  readonly missing: readonly SiteName[];
}

/** A placeholder: what `make-ssl-cert` of Debian makes, or a certificate that signs itself for local names. */
function isPlaceholder(certificate: Certificate, file: string): boolean {
  if (/snakeoil/.test(basename(file))) return true;
  if (!certificate.selfIssued) return false;
  const names = namesOf(certificate);
  return (names.length > 0 ? names : certificate.subject.commonNames).every(isLocalName);
}

function uncovered(read: ReadUse, { model }: RuleContext): Uncovered[] {
  const loaded = loadedBy(model, read.pem);
  if (loaded.kind === 'damaged') return [];
  const { leaf } = orderOf(read.pem, loaded.leaf, loaded.chain);
  // Without any name, certificate-san-missing speaks.
  if (isPlaceholder(leaf.certificate, read.file) || namesOf(leaf.certificate).length === 0) return [];
  const missing = read.use.names.filter(({ name }) => coversServerName(leaf.certificate, name) === 'not-covered');
  return missing.length === 0 ? [] : [{ read, leaf, missing }];
}

/** Why a name that the certificate seems to have is not covered all the same; undefined where nothing comes near it. */
function nearly(name: string, own: readonly string[]): string | undefined {
  const host = name.replace(/^\./, '').replace(/\.$/, '').toLowerCase();
  const names = own.map((one) => one.toLowerCase());
  if (ipBytes(host) !== undefined)
    return names.includes(host)
      ? `\`${host}\` is in it as a DNS name, and an address needs an entry for addresses`
      : undefined;
  const rest = host.slice(host.indexOf('.'));
  const part = names.find((one) => /^(?:[^.*]+\*|\*[^.*]+)[^.]*\./.test(one) && one.endsWith(rest));
  if (part !== undefined) return `in \`${part}\`, the wildcard is only a part of a label, which clients do not take`;
  const wildcard = names.find((one) => one.startsWith('*.') && `.${host}`.endsWith(one.slice(1)));
  if (wildcard === undefined) return undefined;
  return host === wildcard.slice(2)
    ? `\`${wildcard}\` does not stand for \`${host}\` itself`
    : `\`${wildcard}\` stands for one label only`;
}

/** A certificate of the workspace that covers all names and whose key is there too; both paths are replaced together. */
function offersFor(leaf: CertificateItem, reads: readonly ReadUse[], context: RuleContext): Offer[] {
  const uses = reads.map(({ use }) => use);
  const names = uses.flatMap((use) => use.names.map(({ name }) => name));
  const isPlain = (name: string) => !name.startsWith('~') && !name.endsWith('.*');
  const sure = names.find((name) => isPlain(name) && coversServerName(leaf.certificate, name) === 'not-covered');
  const found = sure === undefined ? [] : certificatesNamed(sure, reads[0]?.file ?? '', context);
  for (const candidate of usable(found, uses, context)) {
    if (reads.some((read) => !fitsBeside(read, candidate.leaf, leaf.certificate))) continue;
    const named = nameInstead(uses, candidate, context);
    if (named === undefined) continue;
    const title = `Use \`${named.path}\`, which covers the names`;
    return [{ title, safety: 'behaviour', remedy: named.remedy }];
  }
  return [];
}

export const rule: Rule = {
  id: 'certificate-name-mismatch',
  severity: 'error',
  since: '0.1.0',
  summary: 'A certificate does not cover a name of the server that presents it',
  sources: ['https://www.rfc-editor.org/rfc/rfc9525#section-6', 'https://nginx.org/en/docs/http/server_names.html'],
  check(context) {
    const reads = readableUses(context);
    const all = reads.flatMap((read) => uncovered(read, context));
    if (all.length === 0) return;
    const byPlace = new Map(
      grouped(reads, ({ use }) => placeKey(use.certificate.place)).map((same) => [
        placeKey(same[0].use.certificate.place),
        same,
      ]),
    );
    // A certificate that many servers inherit is named once.
    for (const group of grouped(all, ({ read }) => placeKey(read.use.certificate.place))) {
      const [{ read, leaf }] = group;
      const { place } = read.use.certificate;
      const missing = grouped(
        group.flatMap((one) => one.missing),
        ({ place: at }) => placeKey(at),
      ).map(([name]) => name);
      const own = namesOf(leaf.certificate);
      const names = [...new Set(missing.map(({ name }) => name))];
      // An address among DNS names looks like any other.
      const dns = leaf.certificate.san?.dns ?? [];
      const [hint] = names.flatMap((name) => nearly(name, dns) ?? []);
      const who = presenters(group.map((one) => one.read.presenter));
      context.report({
        at: place,
        message: `The certificate ${whose(leaf.certificate)} does not cover ${list(names)}: it is good for ${list(own)}${hint === undefined ? '' : ` (${hint})`}${who === '' ? '' : `; presented by ${who}`}`,
        related: [
          ...missing.map(({ place: at, name }) => ({ place: at, message: `\`${name}\` is not covered` })),
          { place: blockPlace(read.file, leaf), message: `the certificate ${whose(leaf.certificate)}` },
        ],
        offers: offersFor(leaf, byPlace.get(placeKey(place)) ?? [], context),
      });
    }
  },
};
