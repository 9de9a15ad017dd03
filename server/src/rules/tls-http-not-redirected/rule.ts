/** Owns tls-http-not-redirected: a site with TLS that gives its pages to plain requests as well. */
import type { Listener, Model, Site } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

const speaksTls = ({ tls }: Listener): boolean => tls.known && tls.value;
/** Port 443 without TLS is a fault of another kind. */
const isPlain = ({ tls, direct, port }: Listener): boolean =>
  tls.known && !tls.value && direct.known && direct.value && port.known && port.value !== 443;

/** A name that a browser can open. */
function isName(name: string): boolean {
  return /^[a-z0-9*.-]*[a-z0-9]$/i.test(name) && name !== 'localhost';
}

/** By what a site is the same as another: its names; where it has none, the back ends that it leads to. */
function marksOf({ names, routes }: Site): string[] {
  if (names.length > 0) return names.flatMap(({ name }) => (isName(name) ? [name] : []));
  return routes.map(({ upstream }) => `to ${upstream}`);
}

/** The site, or another one that is the same, that has the same over TLS. */
function secureTwin(site: Site, twins: () => ReadonlyMap<string, Site>): Site | undefined {
  if (site.listeners.some(speaksTls)) return site;
  const found = marksOf(site).find((mark) => twins().has(mark));
  return found === undefined ? undefined : twins().get(found);
}

/** The first site with TLS for each mark. */
function secureSites({ sites }: Model): ReadonlyMap<string, Site> {
  const byMark = new Map<string, Site>();
  for (const site of sites) {
    if (!site.listeners.some(speaksTls)) continue;
    for (const mark of marksOf(site)) if (!byMark.has(mark)) byMark.set(mark, site);
  }
  return byMark;
}

/** A listener that no line asks for is told by its name. */
function unwritten({ place }: Site, listener: Listener): string {
  return listener.place === place ? ` (on ${listener.label})` : '';
}

export const rule: Rule = {
  id: 'tls-http-not-redirected',
  severity: 'info',
  since: '0.1.0',
  summary: 'A site with TLS answers in plain text as well',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc9110#section-4.2.2',
    'https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return',
    'https://wiki.mozilla.org/Security/Guidelines/Web_Security#http-redirections',
    'https://docs.haproxy.org/3.2/configuration.html#4.2-redirect',
  ],
  check({ model, report }) {
    let found: ReadonlyMap<string, Site> | undefined;
    const twins = () => {
      found ??= secureSites(model);
      return found;
    };
    for (const site of model.sites) {
      if (!site.listeners.some(isPlain)) continue;
      const [listener, ...more] = site.listeners.filter(isPlain);
      if (listener === undefined) continue;
      const { traffic, plainAnswer } = site;
      if (!traffic.known || traffic.value !== 'http' || !plainAnswer.known || plainAnswer.value !== 'pages') continue;
      const twin = secureTwin(site, twins);
      if (twin?.endpoint?.handshake.known !== true) continue;
      if (twin.endpoint.handshake.value !== 'certificate') continue;
      const secure = twin.listeners.find(speaksTls);
      const usual = twin.listeners.some((one) => speaksTls(one) && one.port.known && one.port.value === 443);
      report({
        at: listener.place,
        message: `${site.label} gives its pages to requests without TLS as well${unwritten(site, listener)}, where whoever is on the way reads and changes them`,
        related: [
          ...more.map(({ place }) => ({ place, message: 'in plain text here too' })),
          ...(secure === undefined ? [] : [{ place: secure.place, message: 'the same over TLS' }]),
        ],
        offers: usual
          ? [
              {
                title: 'Redirect plain requests to `https://`',
                safety: 'behaviour',
                remedy: { kind: 'redirect-to-tls', site },
              },
            ]
          : [],
      });
    }
  },
};
