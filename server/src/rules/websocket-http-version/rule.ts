/** Owns websocket-http-version: handshakes that go to the back end as HTTP/1.0. */
import { webSocketsOf } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'websocket-http-version',
  severity: 'warning',
  since: '0.1.0',
  summary: 'The handshake goes to the back end as HTTP/1.0, which strict back ends refuse',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_http_version',
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1',
  ],
  check({ model, report }) {
    for (const route of webSocketsOf(model)) {
      const { backendHttp, upgrade } = route;
      if (!backendHttp.known || backendHttp.value !== '1.0') continue;
      const { origin } = backendHttp;
      // A handshake that does not arrive has no version; the fix that forwards it brings HTTP/1.1 along.
      if (origin.kind === 'default' && upgrade.known && !upgrade.value.passes) continue;
      report({
        // A line further out counts for other routes, too; each of them has a finding of its own.
        at: origin.kind === 'written' ? origin.place : route.place,
        message:
          'WebSocket handshakes go to the back end as HTTP/1.0' +
          (origin.kind === 'default' ? `, the default of \`proxy_http_version\` in ${origin.versions}` : '') +
          '. RFC 6455 asks for 1.1: some back ends take it all the same, strict ones (such as Python websockets) answer 400',
        related:
          origin.kind === 'inherited' ? [{ place: origin.place, message: '`proxy_http_version` is set here' }] : [],
        offers: [{ title: 'Speak HTTP/1.1 to the back end', safety: 'safe', remedy: { kind: 'use-http-1-1', route } }],
      });
    }
  },
};
