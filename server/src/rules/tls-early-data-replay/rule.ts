/** Owns tls-early-data-replay: requests that came as TLS 1.3 early data, and back ends that are not told of it. */
import { type Route, routesOf } from '../../model/model.ts';
import { type Place, writtenAt } from '../../model/origin.ts';
import type { Rule } from '../rule.ts';

/** As many routes as a message can carry. */
const SHOWN = 10;

export const rule: Rule = {
  id: 'tls-early-data-replay',
  severity: 'warning',
  since: '0.1.0',
  summary: 'Requests are taken as TLS 1.3 early data, which can be replayed, and the back end is not told',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc8470',
    'https://www.rfc-editor.org/rfc/rfc8446#section-8',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_early_data',
  ],
  check({ model, report }) {
    const bySetting = new Map<string, { at: Place; routes: Route[] }>();
    for (const route of routesOf(model)) {
      const { earlyData } = route;
      const at = earlyData.known && earlyData.value === 'untold' ? writtenAt(earlyData.origin) : undefined;
      if (at === undefined) continue;
      const key = `${at.file}\n${at.span.start}`;
      const same = bySetting.get(key);
      if (same === undefined) bySetting.set(key, { at, routes: [route] });
      else same.routes.push(route);
    }
    for (const { at, routes } of bySetting.values()) {
      const [first, ...more] = routes;
      const whom = more.length === 0 ? `the back end of ${first?.label ?? ''} is` : `${routes.length} back ends are`;
      report({
        at,
        message: `Requests are taken as early data, before the handshake shows that they are no recording: whoever records one can send it again, and ${whom} not told which ones these are`,
        related: routes
          .slice(0, SHOWN)
          .map(({ place }) => ({ place, message: 'gets them without the header `Early-Data`' })),
        offers: [
          {
            title: 'Tell the back ends with the header `Early-Data`',
            safety: 'safe',
            remedy: { kind: 'tell-early-data', routes },
          },
        ],
      });
    }
  },
};
