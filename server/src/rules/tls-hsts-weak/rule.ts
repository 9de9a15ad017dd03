/** Owns tls-hsts-weak: answers over TLS that do not tell browsers to stay with it, or not for long. */
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'tls-hsts-weak',
  severity: 'info',
  since: '0.1.0',
  summary: '`Strict-Transport-Security` is missing, short, not on error answers, or lost by header inheritance',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc6797',
    'https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header',
    'https://wiki.mozilla.org/Security/Server_Side_TLS',
    'https://httpd.apache.org/docs/2.4/mod/mod_headers.html#header',
    'https://docs.haproxy.org/3.2/configuration.html#4.4-set-header',
  ],
  check({ model, report }) {
    for (const { hsts } of model.sites) {
      if (!hsts.known) continue;
      for (const { place, message, related, offers } of hsts.value) report({ at: place, message, related, offers });
    }
  },
};
