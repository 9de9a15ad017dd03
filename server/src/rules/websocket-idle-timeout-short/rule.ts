/** Owns websocket-idle-timeout-short: tunnels that a proxy closes after a minute of silence or less. */
import { type Model, webSocketsOf } from '../../model/model.ts';
import { type Known, writtenAt } from '../../model/origin.ts';
import { pingsOf } from '../../model/websocket.ts';
import { spanTouches } from '../../text/span.ts';
import type { Rule } from '../rule.ts';

/** Longer limits were chosen by somebody; a minute or less is a default, or a limit made for ordinary requests. */
const SHORT_SECONDS = 60;
const OFFERED_SECONDS = 3600;

/** Whether a limit is one that lacks its unit. */
function isSlip(seconds: Known<number>, { unitlessTimes = [] }: Model): boolean {
  const at = writtenAt(seconds.origin);
  return unitlessTimes.some(
    ({ place: { file, span } }) => at !== undefined && file === at.file && spanTouches(at.span, span.start),
  );
}

export const rule: Rule = {
  id: 'websocket-idle-timeout-short',
  severity: 'warning',
  since: '0.1.0',
  summary: 'Silent WebSocket connections are closed after a minute or less',
  sources: [
    'https://nginx.org/en/docs/http/websocket.html',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout',
    'https://docs.haproxy.org/2.6/configuration.html#4.2-timeout%20tunnel',
    'https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxytimeout',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check({ model, settings, report }) {
    const wanted = settings.options('websocket-idle-timeout-short').seconds;
    const short = typeof wanted === 'number' ? wanted : SHORT_SECONDS;
    for (const route of webSocketsOf(model)) {
      const { webSocket, idle, upgrade } = route;
      if (!idle.known || idle.value.seconds > short) continue;
      // Without a tunnel there is no silence in it: websocket-upgrade-dropped comes first.
      if (upgrade.known && !upgrade.value.passes) continue;
      // Only connections that are lost anyway are silent for longer than that.
      if (idle.value.seconds > (pingsOf(route.path ?? '', route.upstream) ?? Number.POSITIVE_INFINITY)) continue;
      const { seconds, silence, formula, parts } = idle.value;
      // A line further out counts for other routes, too; each of them has a finding of its own.
      const written = parts.length === 1 && idle.origin.kind === 'written' ? idle.origin.place : undefined;
      report({
        at: written ?? route.place,
        message:
          `${webSocket.level === 'certain' ? 'WebSocket connections' : `WebSocket connections, if this is their route (${webSocket.why}),`} ` +
          `are closed after ${seconds} s ${silence}: ${formula}. ` +
          'Raise the limit, or let the back end send pings more often than that',
        related: parts.flatMap((part) => {
          const place = writtenAt(part.seconds.origin);
          return place === undefined || written !== undefined
            ? []
            : [{ place, message: `\`${part.setting}\` is ${part.seconds.value} s` }];
        }),
        // A limit that was meant to be longer is put right where it stands.
        offers: parts.some((part) => isSlip(part.seconds, model))
          ? []
          : [
              {
                title: 'Let silent connections live for an hour',
                safety: 'behaviour',
                remedy: { kind: 'set-idle-limit', route, seconds: OFFERED_SECONDS },
              },
            ],
      });
    }
  },
};
