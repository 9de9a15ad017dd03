/** Owns tls-protocols-ignored: versions of a server that do not count, because another server of its socket decides. */
import { endpointsOf } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'tls-protocols-ignored',
  severity: 'warning',
  since: '0.1.0',
  summary: "A server's TLS versions are not used, because the default server of its socket decides",
  sources: [
    'https://nginx.org/en/CHANGES',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols',
    'https://nginx.org/en/docs/http/server_names.html#virtual_server_selection',
  ],
  check({ model, report }) {
    for (const { overruled } of endpointsOf(model)) {
      if (overruled?.known !== true || overruled.value === undefined) continue;
      const { place, message, related, offers } = overruled.value;
      report({ at: place, message, related, offers });
    }
  },
};
