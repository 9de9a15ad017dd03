/** Owns websocket-closed-on-reload: tunnels that every reload of the configuration closes at once. */
import { webSocketsOf } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'websocket-closed-on-reload',
  severity: 'info',
  since: '0.1.0',
  summary: 'Every reload of the configuration closes all WebSocket connections at once',
  sources: [
    'https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#streaming',
    'https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1',
  ],
  check({ model, report }) {
    for (const route of webSocketsOf(model)) {
      const { webSocket, reload } = route;
      if (reload?.known !== true || reload.value === undefined) continue;
      // Without a tunnel there is nothing to close.
      if (!route.upgrade.known || !route.upgrade.value.passes) continue;
      const { place, message, offers } = reload.value;
      const suspicion = webSocket.level === 'certain' ? '' : `If this is a WebSocket (${webSocket.why}), `;
      const text = suspicion === '' ? message.charAt(0).toUpperCase() + message.slice(1) : suspicion + message;
      report({ at: place, message: text, offers });
    }
  },
};
