/** Owns tls-stapling-dead: stapling of certificates that name no responder, so that there is nobody to ask. */
import type { Rule, RuleContext } from '../rule.ts';
import { type StapledCertificate, type StapledEndpoint, stapledCertificates, stapledEndpoints } from '../stapling.ts';
import { grouped, placeKey } from '../subjects.ts';

/** The certificates of endpoints that share a setting, where each of them is known to name no responder. */
function deadOf(group: readonly StapledEndpoint[], context: RuleContext): readonly StapledCertificate[] {
  const out: StapledCertificate[] = [];
  for (const { endpoint, stapling } of group) {
    if (stapling.source !== 'certificate') return [];
    for (const one of stapledCertificates(endpoint, context)) {
      if (one === undefined || one.leaf.certificate.ocspUris.length > 0) return [];
      out.push(one);
    }
  }
  return out;
}

export const rule: Rule = {
  id: 'tls-stapling-dead',
  severity: 'warning',
  since: '0.1.0',
  summary: 'Stapling is on, but the certificate names no OCSP responder that could be asked',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc6066#section-8',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_stapling',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslusestapling',
    'https://letsencrypt.org/2024/12/05/ending-ocsp',
  ],
  check(context) {
    // Endpoints without certificates have nothing that could be stapled.
    const all = stapledEndpoints(context.model).filter(({ endpoint }) => endpoint.certificates.length > 0);
    for (const group of grouped(all, ({ stapling }) => placeKey(stapling.place))) {
      const [{ stapling }] = group;
      const dead = deadOf(group, context);
      const [first] = dead;
      if (first === undefined || group.some((one) => one.stapling.hindrances.length > 0)) continue;
      const files = [...new Set(dead.map(({ use }) => use.certificate.written))];
      const whose =
        files.length === 1 ? `\`${files[0]}\` names` : `none of the ${files.length} certificates here names`;
      context.report({
        at: stapling.place,
        message: `\`${stapling.written}\` does nothing: ${whose}${files.length === 1 ? ' no' : ' an'} OCSP responder, so there is nobody to ask, and ${stapling.ignored}`,
        related: dead
          .slice(0, MOST_RELATED)
          .map(({ use }) => ({ place: use.certificate.place, message: 'this certificate names no responder' })),
        offers: [
          {
            title: 'Take stapling out, which changes nothing on the wire',
            safety: stapling.shared ? 'behaviour' : 'safe',
            remedy: { kind: 'edit', edits: () => stapling.remove() },
          },
        ],
      });
    }
  },
};

const MOST_RELATED = 5;
