/** Owns websocket-host-rewritten: back ends that get another Host than the one that the page's origin has. */
import type { Route, Site } from '../../model/model.ts';
import { writtenAt } from '../../model/origin.ts';
import type { Rule } from '../rule.ts';

const DEFAULT_PORTS: readonly number[] = [80, 443];

/** Whether clients come to a site by ports that no browser puts into Host, by others, or by either. */
function portsOf({ listeners }: Site): 'default' | 'other' | 'mixed' {
  if (listeners.length === 0 || listeners.every(({ port }) => port.known && DEFAULT_PORTS.includes(port.value)))
    return 'default';
  return listeners.every(({ port }) => port.known && !DEFAULT_PORTS.includes(port.value)) ? 'other' : 'mixed';
}

/** Whether browsers come by a port that they put into Host; a local listener, or one behind a proxy, says nothing of theirs. */
function showsPort(site: Site): boolean {
  return portsOf(site) === 'other' && site.listeners.some(({ direct }) => direct.known && direct.value);
}

/** What the back end gets instead of the client's Host; undefined where it gets that, or where it should not. */
function rewriting({ handshake, upstream }: Route, site: Site): string | undefined {
  if (!handshake.host.known) return undefined;
  const { kind, text, otherSite } = handshake.host.value;
  const own = site.names.map(({ name }) => name.toLowerCase());
  const host = kind === 'fixed' ? text : (/^\w+:\/\/([^/?]*)/.exec(upstream)?.[1] ?? upstream);
  switch (kind) {
    case 'client':
      return undefined;
    case 'without-port':
      return showsPort(site) ? 'the Host without its port' : undefined;
    case 'upstream':
    case 'fixed':
      return otherSite || own.includes(host.toLowerCase()) ? undefined : `\`${host}\` as Host`;
  }
}

/** What is wrong with that, and for whom. */
function butFor(portOnly: boolean, forwardedAs: string | undefined): string {
  const examples = '(such as gorilla/websocket and Rails)';
  if (portOnly)
    return `; if browsers come by a port that is neither 80 nor 443, back ends that compare it with \`Origin\` ${examples}`;
  return forwardedAs === undefined
    ? `, not the name in the address bar; back ends that compare it with \`Origin\` ${examples}`
    : `, and the name in the address bar as \`${forwardedAs}\` only; back ends that do not look there and compare Host with \`Origin\` ${examples}`;
}

export const rule: Rule = {
  id: 'websocket-host-rewritten',
  severity: 'warning',
  since: '0.1.0',
  summary: "The back end gets another Host than the page's origin has, so its origin check refuses the handshake",
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header',
    'https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypreservehost',
    'https://www.rfc-editor.org/rfc/rfc6455#section-10.2',
    'https://pkg.go.dev/github.com/gorilla/websocket#hdr-Origin_Considerations',
  ],
  check({ model, report }) {
    for (const site of model.sites) {
      for (const route of site.routes) {
        if (route.webSocket.level !== 'certain') continue;
        const { host } = route.handshake;
        if (!host.known || host.value.kind === 'client') continue;
        const { upgrade } = route;
        if (!upgrade.known || !upgrade.value.passes) continue;
        const sent = rewriting(route, site);
        if (sent === undefined) continue;
        const { origin, value } = host;
        const portOnly = value.kind === 'without-port';
        const { forwardedAs } = value;
        const written = writtenAt(origin);
        report({
          severity: portOnly || forwardedAs !== undefined ? 'info' : 'warning',
          // A line further out counts for other routes, too; each of them has a finding of its own.
          at: origin.kind === 'written' ? origin.place : route.place,
          message: `The back end gets ${sent}${butFor(portOnly, forwardedAs)} answer handshakes with 403`,
          related:
            origin.kind === 'inherited' && written !== undefined ? [{ place: written, message: 'it is set here' }] : [],
          offers: [
            {
              title: "Pass on the client's Host",
              safety: 'behaviour',
              remedy: { kind: 'forward-host', route, port: portsOf(site) !== 'default' },
            },
          ],
        });
      }
    }
  },
};
