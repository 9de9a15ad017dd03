/** Owns mtls-identity-spoofable: headers with the client's identity that some routes leave to the client. */
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'mtls-identity-spoofable',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A header that tells the back end who the client is can be written by the client itself',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header',
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#underscores_in_headers',
    'https://docs.haproxy.org/3.2/configuration.html#4.4-set-header',
    'https://www.rfc-editor.org/rfc/rfc9440#section-4',
  ],
  check({ model, report }) {
    for (const { place, message, related, offers } of model.spoofable) report({ at: place, message, related, offers });
  },
};
