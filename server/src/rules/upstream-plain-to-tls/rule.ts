/** Owns upstream-plain-to-tls: plain HTTP that is sent to a TLS port, and TLS that is spoken to a plain one. */
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'upstream-plain-to-tls',
  severity: 'error',
  since: '0.1.0',
  summary: 'Plain HTTP is sent to a TLS port of the back end, or the reverse',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass',
    'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server',
    'https://docs.haproxy.org/3.2/configuration.html#5.2-ssl',
    'https://www.rfc-editor.org/rfc/rfc9110#section-4.2',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslproxyengine',
  ],
  check({ model, report }) {
    for (const hop of model.hops) {
      if (hop.mismatch === undefined) continue;
      const { message, related, offers } = hop.mismatch;
      report({ at: hop.place, message: `${message}. Every request ends in an error`, related, offers });
    }
  },
};
