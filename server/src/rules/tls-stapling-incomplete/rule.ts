/** Owns tls-stapling-incomplete: stapling that cannot work as it is set up, or keeps the server from starting. */
import type { Certificate } from '../../certificates/certificate.ts';
import { chainOf, createIssuerPool } from '../../certificates/chain.ts';
import { endpointsOf } from '../../model/model.ts';
import type { Stapling } from '../../model/stapling.ts';
import type { Rule, RuleContext } from '../rule.ts';
import { type StapledCertificate, stapledCertificates, stapledEndpoints } from '../stapling.ts';
import { usesOfPicked } from '../subjects.ts';

/** The certificates that the product has beside those it sends; undefined where they cannot be read. */
function storeOf({ trusted }: Stapling, { certificates, project }: RuleContext): readonly Certificate[] | undefined {
  if (!trusted.known) return undefined;
  const out: Certificate[] = [];
  for (const { file } of trusted.value) {
    const stored = file.known ? certificates.read(file.value, project.dependencies) : undefined;
    if (stored?.ok !== true || stored.pem.items.some(({ kind }) => kind === 'damaged')) return undefined;
    for (const item of stored.pem.items) if (item.kind === 'certificate') out.push(item.certificate);
  }
  return out;
}

const isNamed = (certificate: Certificate, others: readonly Certificate[]): boolean =>
  [...createIssuerPool(others).namedLikeIssuer(certificate)].length > 0;

function judge({ use, leaf, chain }: StapledCertificate, stapling: Stapling, context: RuleContext): void {
  const { certificate } = leaf;
  const { report } = context;
  const [address] = certificate.ocspUris;
  if (stapling.source === 'certificate') {
    // Without one, tls-stapling-dead speaks.
    if (address === undefined) return;
    if (stapling.asksAnyScheme !== true && !/^http:\/\//i.test(address)) {
      report({
        at: use.certificate.place,
        message: `The responder that this certificate names is not asked, because its address (${address}) does not begin with \`http://\`: ${stapling.ignored}, and nothing is stapled`,
      });
      return;
    }
  }
  const store = storeOf(stapling, context);
  if (store === undefined) return;
  const sent = chain.map((item) => item.certificate);
  const { trustSetting, verified } = stapling;
  const issuerSent = isNamed(certificate, sent);
  if (!issuerSent && !isNamed(certificate, store)) {
    report({
      at: use.certificate.place,
      message: `Nothing is stapled to this certificate: to ask about it, its issuer's certificate is needed, which is neither in this file nor in \`${trustSetting}\`, so ${stapling.ignored}`,
      related: [{ place: stapling.place, message: 'stapling is switched on here' }],
    });
    return;
  }
  if (verified === undefined) return;
  const reaches = chainOf(certificate, [...sent, ...store]);
  const root = reaches.path.at(-1);
  const trustsRoot = root !== undefined && reaches.end === 'self-signed' && store.some((one) => isSame(one, root));
  if (trustsRoot || reaches.end === 'cycle' || reaches.end === 'too-long') return;
  const named =
    store.length === 0
      ? `without \`${trustSetting}\` there is nothing to verify it with`
      : `\`${trustSetting}\` has no root for it`;
  report(
    issuerSent
      ? {
          severity: 'info',
          at: verified,
          message: `Only an answer that the issuer of \`${use.certificate.written}\` signed itself is stapled: one that a responder with a certificate of its own signed is dropped, because ${named}`,
        }
      : {
          at: verified,
          message: `Every answer about \`${use.certificate.written}\` is dropped, because ${named}, so nothing is stapled`,
        },
  );
}

function isSame(a: Certificate, b: Certificate): boolean {
  return Buffer.compare(a.der, b.der) === 0;
}

/** OCSP stapling among the TLS features that a certificate demands (RFC 7633: status_request). */
const MUST_STAPLE = 5;

const isDemanding = (one: StapledCertificate | undefined): boolean =>
  one?.leaf.certificate.tlsFeatures.includes(MUST_STAPLE) === true;

/** Certificates that demand a stapled answer of servers that staple none. */
function judgeDemands(context: RuleContext): void {
  const demands = usesOfPicked(context.model, (use) =>
    stapledCertificates({ certificates: [use] }, context).some(isDemanding),
  );
  if (demands.length === 0) return;
  for (const endpoint of endpointsOf(context.model)) {
    const { stapling, label } = endpoint;
    if (stapling?.known !== true || stapling.value !== undefined) continue;
    for (const one of stapledCertificates(endpoint, context)) {
      if (one === undefined || !isDemanding(one)) continue;
      context.report({
        at: one.use.certificate.place,
        message: `This certificate demands a stapled answer ("Must-Staple"), and ${label} staples none, so clients that heed that, as Firefox does, refuse the handshake`,
      });
    }
  }
}

export const rule: Rule = {
  id: 'tls-stapling-incomplete',
  severity: 'warning',
  since: '0.1.0',
  summary: 'Stapling that cannot work as it is set up, or that keeps the server from starting',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_stapling',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate_compression',
    'https://docs.openssl.org/3.0/man3/OCSP_resp_find_status/',
    'https://www.rfc-editor.org/rfc/rfc7633',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslstaplingcache',
  ],
  check(context) {
    judgeDemands(context);
    for (const { endpoint, stapling } of stapledEndpoints(context.model)) {
      for (const { kind, place, message, offers } of stapling.hindrances)
        context.report({ severity: kind === 'refused' ? 'error' : 'warning', at: place, message, offers });
      if (stapling.hindrances.length > 0 || stapling.source === 'file') continue;
      for (const one of stapledCertificates(endpoint, context)) if (one !== undefined) judge(one, stapling, context);
    }
  },
};
