/** Owns websocket-redirected: handshakes that are answered with a redirect. */
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'websocket-redirected',
  severity: 'warning',
  since: '0.1.0',
  summary: 'The WebSocket handshake meets a redirect, which WebSocket clients do not follow',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#location',
    'https://nginx.org/en/docs/http/ngx_http_rewrite_module.html',
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.1',
    'https://httpd.apache.org/docs/2.4/rewrite/flags.html#flag_p',
    'https://websockets.spec.whatwg.org/#opening-handshake',
    'https://docs.haproxy.org/3.2/configuration.html#4.2-redirect',
  ],
  check({ model, report }) {
    for (const { redirects } of model.sites) {
      if (!redirects.known) continue;
      for (const { path, webSocket, status, to, why, place, related, offers } of redirects.value) {
        const certain = webSocket.level === 'certain';
        report({
          severity: certain ? 'warning' : 'info',
          at: place,
          message:
            `A handshake for \`${path}\` is answered with ${status} to \`${to}\`: ${why}. ` +
            (certain ? '' : `It looks like a WebSocket because ${webSocket.why}. `) +
            'Browsers and other WebSocket clients do not follow redirects, so no connection comes about',
          related,
          offers,
        });
      }
    }
  },
};
