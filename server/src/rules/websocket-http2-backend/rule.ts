/** Owns websocket-http2-backend: handshakes that cannot pass because the back end is asked over HTTP/2. */
import { webSocketsOf } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'websocket-http2-backend',
  severity: 'error',
  since: '0.1.0',
  summary: 'The back end is asked over HTTP/2, where the WebSocket handshake does not pass',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_http_version',
    'https://docs.haproxy.org/2.6/configuration.html#5.2-ws',
    'https://www.rfc-editor.org/rfc/rfc9113#section-8.6',
    'https://www.rfc-editor.org/rfc/rfc8441',
  ],
  check({ model, report }) {
    for (const route of webSocketsOf(model)) {
      const { webSocket, handshake, backendHttp, upgrade } = route;
      const over = handshake.overHttp2;
      if (over === undefined || over.chosen) continue;
      const certain = webSocket.level === 'certain';
      // Where an extended CONNECT is sent, a back end that takes it may well be there.
      if (over.handshake === 'extended-connect' && !certain) continue;
      const inherited = backendHttp.known && backendHttp.origin.kind === 'inherited';
      const headersToo = upgrade.known && upgrade.value.losses.some(({ kind }) => kind !== 'http2');
      report({
        severity: certain && over.handshake === 'none' ? 'error' : 'warning',
        // A line further out counts for other routes, too; each of them has a finding of its own.
        at: inherited ? route.place : over.place,
        message:
          `${certain ? 'WebSocket handshakes do' : `If this is a WebSocket (${webSocket.why}), its handshakes do`} ` +
          (over.handshake === 'none'
            ? `not get through here: with \`${over.setting}\` requests go to the back end over HTTP/2, which has no \`Upgrade\``
            : `not get through here unless the back end speaks RFC 8441: with \`${over.setting}\` they go out over HTTP/2 as an extended CONNECT, which most WebSocket servers do not know`),
        related: inherited ? [{ place: over.place, message: 'the HTTP version is set here' }] : [],
        offers: [
          headersToo
            ? {
                title: 'Speak HTTP/1.1, and forward the upgrade',
                safety: 'behaviour',
                remedy: { kind: 'forward-upgrade', route },
              }
            : {
                title: 'Speak HTTP/1.1 to this back end',
                safety: 'behaviour',
                remedy: { kind: 'use-http-1-1', route },
              },
        ],
      });
    }
  },
};
