/** Owns mtls-ca-incomplete: files of authorities for clients from which no chain leads to a root, or only to expired ones. */
import type { Certificate } from '../../certificates/certificate.ts';
import { isSelfSigned } from '../../certificates/chain.ts';
import { withBlocksBehind } from '../block-edits.ts';
import { list } from '../certificate-words.ts';
import {
  type Authority,
  type ClientAuthorities,
  clientAuthorities,
  nameOf,
  stepsToRoot,
} from '../client-authorities.ts';
import type { Offer, Report, Rule, RuleContext } from '../rule.ts';
import { blockPlace } from '../subjects.ts';
import { blockText, issuersOf } from '../workspace-certificates.ts';

/** Longer than any real chain. */
const MOST_ADDED = 8;

/** The certificates of the workspace that lead from one up to a root, with it; none where they do not. */
function above(certificate: Certificate, context: RuleContext): readonly Certificate[] {
  const out: Certificate[] = [];
  for (let last = certificate; out.length < MOST_ADDED; ) {
    if (isSelfSigned(last)) return out;
    const next = issuersOf(last, context).find((one) => !out.includes(one) && one !== last);
    if (next === undefined) return [];
    out.push(next);
    last = next;
  }
  return [];
}

function offersFor({ item, file }: Authority, top: Certificate, context: RuleContext): Offer[] {
  const added = above(top, context);
  const stored = context.certificates.read(file, context.project.dependencies);
  if (added.length === 0 || !stored.ok) return [];
  const last = stored.pem.items.findLast((one) => one.kind === 'certificate') ?? item;
  const edits = () => {
    const blocks = added.map((certificate) => blockText(certificate, context));
    return blocks.some((block) => block === undefined)
      ? undefined
      : withBlocksBehind(
          last,
          blocks.flatMap((block) => block ?? []),
          stored.source,
        );
  };
  return [
    { title: `Append ${list(added.map(nameOf))}, and trust it`, safety: 'behaviour', remedy: { kind: 'edit', edits } },
  ];
}

/** Authorities whose issuer is not among the trusted ones, nor above them by another way. */
function orphans({ named, pool }: ClientAuthorities): Authority[] {
  return named.filter(
    ({ item: { certificate } }) =>
      !isSelfSigned(certificate) &&
      pool.issuersOf(certificate).length === 0 &&
      stepsToRoot(certificate, pool) === undefined,
  );
}

function incomplete(authorities: ClientAuthorities, context: RuleContext): Report | undefined {
  const found = orphans(authorities);
  const hasRoot = authorities.store.some(isSelfSigned);
  const orphan = found.find(({ item }) => item.certificate.isCA) ?? (hasRoot ? undefined : found[0]);
  if (orphan === undefined) return undefined;
  const { certificate } = orphan.item;
  const issuer = certificate.issuer.commonNames.at(-1) ?? certificate.issuer.text;
  const who = hasRoot ? `Clients with a certificate of \`${nameOf(certificate)}\` do not get in` : 'No client gets in';
  const what = certificate.isCA
    ? `the authority \`${nameOf(certificate)}\``
    : `the certificate of \`${nameOf(certificate)}\`, which is no authority`;
  return {
    severity: hasRoot ? 'warning' : 'error',
    at: orphan.use.place,
    message: `${who}: \`${orphan.use.written}\` has ${what}, but not \`${issuer}\`, which issued it, and OpenSSL follows issuers up to a certificate that signed itself`,
    related: [{ place: blockPlace(orphan.file, orphan.item), message: 'its issuer is missing' }],
    offers: offersFor(orphan, certificate, context),
  };
}

/** Longer lists come with operating systems. */
const MOST_NAMED = 20;

function expired({ named, store, pool }: ClientAuthorities, { now, changesAt }: RuleContext): Report | undefined {
  if (named.length > MOST_NAMED) return undefined;
  const roots = store.filter(isSelfSigned);
  for (const { notAfter } of [...roots, ...named.map(({ item }) => item.certificate)]) changesAt(notAfter + 1);
  const isOver = ({ notAfter }: Certificate): boolean => notAfter < now;
  const dead = named.filter(({ item: { certificate } }) => isOver(certificate));
  const [first] = dead;
  if (first === undefined) return undefined;
  const alive = named.some(
    ({ item: { certificate } }) => !isOver(certificate) && stepsToRoot(certificate, pool) !== undefined,
  );
  const everyRoot = roots.length > 0 && roots.every(isOver);
  // One that is kept beside its successor harms nobody.
  const { certificate } = first.item;
  const replaced = store.some((one) => !isOver(one) && nameOf(one) === nameOf(certificate));
  if (replaced && !everyRoot) return undefined;
  const day = new Date(certificate.notAfter).toISOString().slice(0, 10);
  const who =
    everyRoot || !alive
      ? 'No client gets in'
      : `Clients with a certificate of \`${nameOf(certificate)}\` do not get in`;
  return {
    severity: everyRoot || !alive ? 'error' : 'warning',
    at: first.use.place,
    message: `${who}: the authority \`${nameOf(certificate)}\` in \`${first.use.written}\` expired on ${day}, and with it all certificates that it issued`,
    related: [{ place: blockPlace(first.file, first.item), message: 'it has expired' }],
  };
}

export const rule: Rule = {
  id: 'mtls-ca-incomplete',
  severity: 'error',
  since: '0.1.0',
  summary: 'Client certificates are refused, because the file of authorities leads to no root, or to an expired one',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_client_certificate',
    'https://docs.openssl.org/3.0/man1/openssl-verification-options/',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-ca-file',
  ],
  check(context) {
    for (const authorities of clientAuthorities(context)) {
      const report = incomplete(authorities, context) ?? expired(authorities, context);
      if (report !== undefined) context.report(report);
    }
  },
};
