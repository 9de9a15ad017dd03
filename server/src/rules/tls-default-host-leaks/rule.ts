/** Owns tls-default-host-leaks: names that no site has, answered with the certificate and pages of whichever site is first. */
import type { Listener, Model, Site } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

/** An ordinary site has a name that a browser can open, and none that stands for all others. */
function isOrdinary({ names }: Site): boolean {
  return names.some(({ name }) => /^[a-z0-9]/i.test(name)) && names.every(({ name }) => name !== '_' && name !== '');
}

const isSecure = ({ tls, direct }: Listener): boolean => tls.known && tls.value && direct.known && direct.value;

/** Where a site answers unknown names because it is the first, not because it is meant to. */
function byChance({ answersUnknownNames: answers }: Listener): boolean {
  return answers.known && answers.value && answers.origin.kind === 'default';
}

/** Another site on the same port, which is not the one that answers unknown names. */
function hasNeighbour(site: Site, listener: Listener, model: Model): boolean {
  return model.sites.some(
    (other) =>
      other !== site &&
      other.listeners.some(
        ({ port, answersUnknownNames: answers }) =>
          port.known && listener.port.known && port.value === listener.port.value && answers.known && !answers.value,
      ),
  );
}

export const rule: Rule = {
  id: 'tls-default-host-leaks',
  severity: 'info',
  since: '0.1.0',
  summary: 'Unknown names get the certificate and the pages of the first site',
  sources: [
    'https://nginx.org/en/docs/http/request_processing.html',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_reject_handshake',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-strict-sni',
    'https://httpd.apache.org/docs/2.4/vhosts/details.html',
  ],
  check({ model, report }) {
    for (const site of model.sites) {
      const { traffic, endpoint } = site;
      if (!traffic.known || traffic.value !== 'http') continue;
      if (endpoint?.handshake.known !== true || endpoint.handshake.value !== 'certificate') continue;
      const [listener] = site.listeners.filter(
        (one) =>
          byChance(one) && isSecure(one) && (one.severalHosts ?? (isOrdinary(site) && hasNeighbour(site, one, model))),
      );
      if (listener === undefined) continue;
      report({
        at: listener.place,
        message:
          listener.severalHosts === true
            ? 'Whoever connects by the address alone, or by a name that no certificate here has, gets the first certificate, with its names, and is answered'
            : `The first site on this socket is ${site.label}, so whoever connects by the address alone, or by a name that no site has, gets its certificate, with its names, and its pages`,
        offers: [
          {
            title: 'Refuse handshakes for names that no site has',
            safety: 'behaviour',
            remedy: { kind: 'refuse-unknown-names', site },
          },
        ],
      });
    }
  },
};
