/** Owns websocket-connection-literal: ordinary requests that ask the back end for an upgrade because all of them do. */
import { webSocketsOf } from '../../model/model.ts';
import { writtenAt } from '../../model/origin.ts';
import { suspectPath } from '../../model/websocket.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'websocket-connection-literal',
  severity: 'info',
  since: '0.1.0',
  summary: 'Ordinary requests are sent with `Connection: upgrade`, too',
  sources: [
    'https://nginx.org/en/docs/http/websocket.html',
    'https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1',
    'https://www.rfc-editor.org/rfc/rfc9110#section-7.8',
  ],
  check({ model, report }) {
    for (const route of webSocketsOf(model)) {
      const { webSocket, path } = route;
      if (webSocket.level !== 'certain') continue;
      // Where nothing but handshakes arrive, it does no harm.
      if (path !== undefined && suspectPath(path) !== undefined) continue;
      const { alwaysAsks } = route.handshake;
      if (!alwaysAsks.known || !alwaysAsks.value) continue;
      report({
        at: writtenAt(alwaysAsks.origin) ?? route.place,
        message:
          'All requests of this route reach the back end with `Connection: upgrade`, pages and downloads as well. ' +
          'Some back ends answer them like broken handshakes, and connections to the back end are not reused as they could be. ' +
          'A value that depends on `Upgrade` tells them apart',
        offers: [
          {
            title: 'Ask for an upgrade only when the client does',
            safety: 'safe',
            remedy: { kind: 'ask-when-asked', route },
          },
        ],
      });
    }
  },
};
