/** Owns tls-certificate-not-set: a listener that speaks TLS, and no certificate that it could present. */
import { endpointsOf, type Model, type Site } from '../../model/model.ts';
import type { Origin, Place } from '../../model/origin.ts';
import type { Offer, Related, Rule, RuleContext } from '../rule.ts';
import { placeKey } from '../subjects.ts';

/** Refusing handshakes says what a site that answers no request is for. */
function offersFor(site: Site): Offer[] {
  const { plainAnswer, traffic } = site;
  const answersNothing = plainAnswer.known && plainAnswer.value === 'nothing';
  if (!answersNothing || !traffic.known || traffic.value !== 'http') return [];
  return [
    {
      title: 'Refuse handshakes for names that no other site has',
      safety: 'behaviour',
      remedy: { kind: 'refuse-handshakes', site },
    },
  ];
}

/** A certificate that many sites inherit is named once. */
function reportKeyless(model: Model, report: RuleContext['report']): void {
  const seen = new Set<string>();
  for (const { certificates } of endpointsOf(model)) {
    for (const { certificate, keyless } of certificates) {
      if (keyless === undefined) continue;
      const key = placeKey(certificate.place);
      if (seen.has(key)) continue;
      seen.add(key);
      report({
        at: certificate.place,
        message: `${model.product.name} does not start with this certificate: ${keyless}`,
      });
    }
  }
}

/** The line that keeps certificates away, where it is another one than those of the site. */
function causeOf(origin: Origin, own: readonly Place[]): Related[] {
  if (origin.kind !== 'written' || own.some((place) => placeKey(place) === placeKey(origin.place))) return [];
  return [{ place: origin.place, message: 'by this line none comes by itself' }];
}

export const rule: Rule = {
  id: 'tls-certificate-not-set',
  severity: 'error',
  since: '0.1.0',
  summary: 'A listener speaks TLS, but no certificate reaches it, or none that has a key',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_reject_handshake',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-crt',
    'https://www.stunnel.org/static/stunnel.html',
    'https://caddyserver.com/docs/caddyfile/options#auto-https',
  ],
  check({ model, report }) {
    reportKeyless(model, report);
    for (const site of model.sites) {
      const { endpoint, listeners } = site;
      if (endpoint === undefined || !endpoint.handshake.known || endpoint.handshake.value !== 'nothing') continue;
      const listener = listeners.find(({ tls }) => tls.known && tls.value);
      if (listener === undefined) continue;
      report({
        at: listener.place,
        message: `This listener speaks TLS, but no certificate reaches ${endpoint.label}, so ${model.product.name} ${model.product.withoutCertificate}`,
        related: causeOf(endpoint.handshake.origin, [listener.place, site.place]),
        offers: offersFor(site),
      });
    }
  },
};
