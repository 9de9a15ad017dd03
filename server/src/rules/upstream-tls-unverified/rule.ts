/** Owns upstream-tls-unverified: TLS towards back ends whose certificates nobody verifies. */
import { writtenAt } from '../../model/origin.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'upstream-tls-unverified',
  severity: 'warning',
  since: '0.1.0',
  summary: 'The certificate of the back end is not verified, so anybody on the way can pose as it',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_verify',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_name',
    'https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html#proxy_ssl_verify',
    'https://docs.haproxy.org/3.2/configuration.html#5.2-verify',
    'https://docs.haproxy.org/3.2/configuration.html#3.1-ssl-server-verify',
    'https://www.rfc-editor.org/rfc/rfc9110#section-4.3.4',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslproxyverify',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check({ model, report }) {
    for (const hop of model.hops) {
      if (!hop.tls || hop.reach === 'local' || hop.mismatch !== undefined) continue;
      const { label, place, reach, verifySetting, verified } = hop;
      if (!verified.known || verified.value) continue;
      const written = writtenAt(verified.origin);
      const off = hop.unverified ?? `\`${verifySetting}\` is off${written === undefined ? ' by default' : ''}`;
      report({
        severity: reach === 'near' ? 'info' : 'warning',
        at: place,
        message:
          `\`${label}\` encrypts, but takes any certificate: ${off}. Whoever gets between the two can pose as the back end, ` +
          'read everything and change it',
        related: written === undefined ? [] : [{ place: written, message: 'switched off here' }],
        offers: hop.verify,
      });
    }
  },
};
