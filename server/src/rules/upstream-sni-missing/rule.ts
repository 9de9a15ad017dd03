/** Owns upstream-sni-missing: TLS towards a back end that is not told which of its names is meant. */
import { writtenAt } from '../../model/origin.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'upstream-sni-missing',
  severity: 'warning',
  since: '0.1.0',
  summary: 'No server name is sent to the back end, so it picks the wrong certificate or refuses',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_server_name',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_name',
    'https://docs.haproxy.org/3.2/configuration.html#5.2-sni',
    'https://www.rfc-editor.org/rfc/rfc6066#section-3',
  ],
  check({ model, report }) {
    for (const hop of model.hops) {
      if (!hop.tls || hop.reach !== 'remote' || hop.mismatch !== undefined) continue;
      const { label, place, name, nameSetting, nameSent } = hop;
      if (name === undefined) continue;
      if (!nameSent.known || nameSent.value) continue;
      // That no name is compared, which is worse, is said elsewhere, with the same cure.
      if (hop.anyName?.known === true && hop.anyName.value !== undefined) continue;
      const written = writtenAt(nameSent.origin);
      const off = hop.nameless ?? `\`${nameSetting}\` is off${written === undefined ? ' by default' : ''}`;
      report({
        at: place,
        message:
          `\`${label}\` does not tell the back end that \`${name}\` is meant: ${off}. ` +
          `One that serves several names, as every CDN does, answers with the certificate of another or refuses, which becomes ${hop.failure ?? 'a 502'}`,
        related:
          written === undefined
            ? []
            : [{ place: written, message: hop.nameless === undefined ? 'switched off here' : 'written here' }],
        offers: hop.sendName,
      });
    }
  },
};
