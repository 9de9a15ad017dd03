/** Owns websocket-route-shadowed: routes for WebSockets that get no requests, because another one takes them. */
import { webSocketsOf } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'websocket-route-shadowed',
  severity: 'error',
  since: '0.1.0',
  summary: 'Another route takes the requests that a WebSocket route is for',
  sources: [
    'https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypass',
    'https://httpd.apache.org/docs/2.4/sections.html#merging',
    'https://nginx.org/en/docs/http/server_names.html',
  ],
  check({ model, report }) {
    for (const { webSocket, handshake, place } of webSocketsOf(model)) {
      const { shadow } = handshake;
      if (shadow === undefined) continue;
      const certain = webSocket.level === 'certain';
      report({
        severity: certain ? 'error' : 'warning',
        at: place,
        message:
          `No handshake comes here: ${shadow.message}. ` +
          (certain ? '' : `It looks like a WebSocket because ${webSocket.why}. `) +
          'What is set for the WebSocket counts for nothing',
        related: shadow.related,
        offers: shadow.offers,
      });
    }
  },
};
