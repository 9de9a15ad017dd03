/** Owns websocket-client-certificate: WebSockets behind a request for a client certificate, which browsers cannot answer there. */
import type { Route } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

function isWebSocket({ webSocket }: Route): boolean {
  return webSocket.level !== 'none';
}

export const rule: Rule = {
  id: 'websocket-client-certificate',
  severity: 'info',
  since: '0.1.0',
  summary: 'Browsers do not ask which client certificate to show for a WebSocket, and give the connection up',
  sources: [
    'https://bugs.chromium.org/p/chromium/issues/detail?id=329884',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client',
    'https://github.com/evilnet/nefarious2/pull/101',
  ],
  check({ model, report }) {
    for (const { endpoint, routes, names, unreached } of model.sites) {
      if (unreached !== undefined) continue;
      const clients = endpoint?.clientCertificates;
      if (clients?.known !== true || clients.value.demand === 'none') continue;
      const sockets = routes.filter(isWebSocket);
      const [first] = sockets;
      if (first === undefined) continue;
      const { written, place, demand } = clients.value;
      const name = names[0]?.name;
      const host = name === undefined || name === '_' || name === '' ? 'this server' : `\`${name}\``;
      const required = demand === 'required' ? '' : ', even though none is required';
      report({
        at: place,
        message:
          `\`${written}\` asks on ${host}, where \`${first.label}\` serves WebSockets. ` +
          'Browsers do not let the user choose a certificate for `wss://`: unless one was chosen for a page of the same host before, ' +
          `Chrome and Edge give the handshake up${required}. A host of its own without the request takes the WebSockets out of it`,
        related: sockets.map((route) => ({
          place: route.place,
          message: route.webSocket.level === 'certain' ? 'a WebSocket' : 'it looks like a WebSocket',
        })),
      });
    }
  },
};
