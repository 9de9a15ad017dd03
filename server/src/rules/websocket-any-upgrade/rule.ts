/** Owns websocket-any-upgrade: routes through which clients can change to other protocols than WebSocket. */
import { webSocketsOf } from '../../model/model.ts';
import { writtenAt } from '../../model/origin.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'websocket-any-upgrade',
  severity: 'info',
  optIn: true,
  since: '0.1.0',
  summary: 'Any protocol can be upgraded to (such as h2c), not only WebSocket; off unless the settings switch it on',
  sources: [
    'https://nginx.org/en/docs/http/websocket.html',
    'https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#protoupgrade',
    'https://www.rfc-editor.org/rfc/rfc7540#section-3.2',
    'https://bishopfox.com/blog/h2c-smuggling-request',
  ],
  check({ model, report }) {
    for (const route of webSocketsOf(model)) {
      const { handshake, upgrade } = route;
      const { anyProtocol } = handshake;
      if (!anyProtocol.known || !anyProtocol.value) continue;
      if (!upgrade.known || !upgrade.value.passes) continue;
      report({
        at: writtenAt(anyProtocol.origin) ?? route.place,
        message:
          'Whatever protocol a client asks for reaches the back end, not only `websocket`. ' +
          'One that speaks HTTP/2 in clear text (h2c) takes all further requests through the tunnel, past the rules of this proxy',
        offers: [
          {
            title: 'Let only `websocket` through',
            safety: 'behaviour',
            remedy: { kind: 'only-websocket', route },
          },
        ],
      });
    }
  },
};
