/** Owns websocket-insecure-url: `ws://` addresses in pages that come over TLS, where browsers refuse to open them. */
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'websocket-insecure-url',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A page that comes over TLS is to open a WebSocket without it, which browsers refuse',
  sources: [
    'https://www.w3.org/TR/mixed-content/#should-block-fetch',
    'https://www.w3.org/TR/CSP3/#match-schemes',
    'https://www.w3.org/TR/upgrade-insecure-requests/',
  ],
  check({ model, report }) {
    for (const { insecureUrls, label } of model.sites) {
      if (insecureUrls?.known !== true) continue;
      for (const { place, url, where, offers } of insecureUrls.value)
        report({
          at: place,
          message: `Pages of \`${label}\` come over TLS, so browsers block \`${url}\` as mixed content, ${where}`,
          offers,
        });
    }
    for (const { place, url, own, site } of model.insecurePages?.() ?? []) {
      const what = own ? 'a WebSocket to their own host by `ws://`' : `\`${url}\``;
      report({
        at: place,
        message: `Pages of \`${site.label}\` come over TLS, so browsers block ${what} as mixed content, which this script opens`,
        related: [{ place: site.place, message: `\`${site.label}\` gives this file out` }],
      });
    }
  },
};
