/** Owns tls-protocols-ignored: versions of a server that do not count, because another server of its socket, or another word, decides. */
import { endpointsOf } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'tls-protocols-ignored',
  severity: 'warning',
  since: '0.1.0',
  summary: 'TLS versions that a server asks for are not used: another server of its socket decides, or another word',
  sources: [
    'https://nginx.org/en/CHANGES',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols',
    'https://nginx.org/en/docs/http/server_names.html#virtual_server_selection',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslprotocol',
  ],
  check({ model, report }) {
    for (const { overruled } of endpointsOf(model)) {
      if (overruled?.known !== true || overruled.value === undefined) continue;
      const { place, message, related, offers } = overruled.value;
      report({ at: place, message, related, offers });
    }
  },
};
