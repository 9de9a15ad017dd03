/** Owns tls-plain-listener: port 443, or a site with a certificate, where no TLS is spoken. */
import type { Listener, Model, Site } from '../../model/model.ts';
import type { Offer, Rule } from '../rule.ts';

const isPort = ({ port }: Listener, number: number): boolean => port.known && port.value === number;
const isPlain = ({ tls }: Listener): boolean => tls.known && !tls.value;
const isDirect = ({ direct }: Listener): boolean => direct.known && direct.value;

/** The site's name for messages: the first that a browser could open. */
function addressOf({ names }: Site): string {
  const name = names.find((one) => /^[a-z0-9][a-z0-9.-]*$/i.test(one.name))?.name;
  return name === undefined ? 'it by `https://`' : `\`https://${name}/\``;
}

function presents({ endpoint }: Site): boolean {
  return endpoint?.handshake.known === true && endpoint.handshake.value === 'certificate';
}

function offer(title: string, site: Site, listener: Listener | undefined): Offer {
  return { title, safety: 'behaviour', remedy: { kind: 'speak-tls', site, listener } };
}

/** Whether another site has one of the names, and TLS for it. */
function servedElsewhere(site: Site, model: Model): boolean {
  const names = new Set(site.names.map(({ name }) => name));
  return model.sites.some(
    (other) =>
      other !== site &&
      other.names.some(({ name }) => names.has(name)) &&
      other.listeners.some(({ tls }) => !tls.known || tls.value),
  );
}

/** The certificate that a site has of its own, though all of its listeners answer in plain text. */
function uselessCertificate(site: Site, model: Model) {
  const { endpoint, listeners, plainAnswer } = site;
  if (endpoint === undefined || !endpoint.handshake.known || endpoint.handshake.origin.kind !== 'written')
    return undefined;
  if (!plainAnswer.known || plainAnswer.value !== 'pages') return undefined;
  if (listeners.length === 0 || !listeners.every((one) => isPlain(one) && isDirect(one))) return undefined;
  return servedElsewhere(site, model) ? undefined : endpoint.certificates[0]?.certificate;
}

/** A new listener where only port 80 is there, and TLS on the one other port where there is one. */
function offersFor(site: Site, model: Model): Offer[] {
  const others = site.listeners.filter((one) => !isPort(one, 80));
  const [only, ...more] = others;
  if (only === undefined) {
    const taken = model.sites.some(({ listeners }) =>
      listeners.some((one) => isPort(one, 443) && !(one.tls.known && one.tls.value)),
    );
    return taken ? [] : [offer('Listen on port 443 with TLS', site, undefined)];
  }
  if (more.length > 0 || !only.port.known) return [];
  return [offer(`Speak TLS on port ${only.port.value}`, site, only)];
}

export const rule: Rule = {
  id: 'tls-plain-listener',
  severity: 'error',
  since: '0.1.0',
  summary: 'Port 443, or a site with a certificate, answers in plain text',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#listen',
    'https://nginx.org/en/docs/http/configuring_https_servers.html',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-ssl',
  ],
  check({ model, report }) {
    for (const site of model.sites) {
      if (!site.listeners.some(isPlain)) continue;
      const { traffic, plainAnswer } = site;
      if (!traffic.known || traffic.value !== 'http') continue;
      if (plainAnswer.known && plainAnswer.value === 'nothing') continue;
      const plain = site.listeners.filter((one) => isPort(one, 443) && isPlain(one) && isDirect(one));
      for (const listener of plain) {
        report({
          at: listener.place,
          message: `Port 443 answers in plain text here, so whoever opens ${addressOf(site)} gets an error: the browser asks for TLS, and what comes back is none`,
          offers: presents(site) ? [offer('Speak TLS on port 443', site, listener)] : [],
        });
      }
      const useless = plain.length > 0 ? undefined : uselessCertificate(site, model);
      if (useless === undefined) continue;
      report({
        severity: 'warning',
        at: useless.place,
        message: `${site.label} has a certificate, but all of its listeners answer in plain text, so nobody is ever shown it`,
        related: site.listeners.map(({ place }) => ({ place, message: 'answers in plain text' })),
        offers: offersFor(site, model),
      });
    }
  },
};
