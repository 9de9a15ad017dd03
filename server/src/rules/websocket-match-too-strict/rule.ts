/** Owns websocket-match-too-strict: conditions on the handshake's headers that miss some clients. */
import { webSocketsOf } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'websocket-match-too-strict',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A condition on `Upgrade` or `Connection` misses clients that write it in another case, or in a list',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1',
    'https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1',
    'https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html#rewritecond',
    'https://docs.haproxy.org/3.2/configuration.html#7.3.6-req.hdr',
  ],
  check({ model, report }) {
    for (const { handshake } of webSocketsOf(model)) {
      for (const { place, message, offers } of handshake.tooStrict ?? []) {
        report({
          at: place,
          message: `${message}. Such handshakes go another way, and end in an error`,
          offers,
        });
      }
    }
  },
};
