/** Owns tls-legacy-protocol: SSLv2, SSLv3, TLS 1.0 and 1.1 that a server still lists or offers. */
import { endpointsOf, type ListedVersion, type TlsEndpoint, type TlsVersion } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import type { ProductFacts } from '../../model/product.ts';
import type { Offer, Rule, RuleContext } from '../rule.ts';

const POLICY: Readonly<Record<'intermediate' | 'modern', readonly TlsVersion[]>> = {
  intermediate: ['TLSv1.2', 'TLSv1.3'],
  modern: ['TLSv1.3'],
};

function isLegacy(version: TlsVersion): boolean {
  return version !== 'TLSv1.2' && version !== 'TLSv1.3';
}

function words(versions: readonly TlsVersion[], { versionWords }: ProductFacts): string {
  const quoted = versions.map((version) => `\`${versionWords[version] ?? version}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/** The versions with what is wrong about them; SSL is broken, old TLS only weak and given up. */
function described(versions: readonly TlsVersion[], product: ProductFacts): string {
  const ssl = versions.filter((version) => version.startsWith('SSL'));
  const tls = versions.filter((version) => version.startsWith('TLS'));
  const parts = [
    ...(ssl.length === 0 ? [] : [`${words(ssl, product)}, which anybody on the way can break (RFC 6176, RFC 7568)`]),
    ...(tls.length === 0 ? [] : [`${words(tls, product)}, which browsers gave up in 2020 and RFC 8996 forbids`]),
  ];
  return parts.join(', and ');
}

/** From the first legacy version to the last, where one line lists them. */
function placeOf(legacy: readonly ListedVersion[]): Place | undefined {
  const [first] = legacy;
  if (first === undefined) return undefined;
  const same = legacy.filter(({ place }) => place.file === first.place.file);
  const start = Math.min(...same.map(({ place }) => place.span.start));
  const end = Math.max(...same.map(({ place }) => place.span.end));
  return { file: first.place.file, span: { start, end } };
}

function offersFor(endpoint: TlsEndpoint, kept: readonly TlsVersion[], closed: boolean, context: RuleContext): Offer[] {
  const { profile } = context.settings;
  const policy = POLICY[profile];
  const offers: Offer[] = [];
  if (closed && kept.length > 0 && kept.join() !== policy.join()) {
    offers.push({
      title: `Keep only ${words(kept, context.model.product)}, which changes nothing on the wire`,
      safety: 'safe',
      remedy: { kind: 'set-tls-versions', endpoint, versions: kept },
    });
  }
  const sameOnWire = closed && kept.join() === policy.join();
  offers.push({
    title: `Offer ${words(policy, context.model.product)} only (Mozilla's ${profile} policy)`,
    safety: sameOnWire ? 'safe' : 'behaviour',
    remedy: { kind: 'set-tls-versions', endpoint, versions: policy },
  });
  return offers;
}

/** What the TLS library makes of listed TLS 1.0 and 1.1. */
function onTheWire(endpoint: TlsEndpoint): string {
  const { legacyAllowedByLibrary: allowed, legacyRefused } = endpoint;
  if (legacyRefused !== undefined) return `. ${legacyRefused}`;
  if (!allowed.known || endpoint.listed.every(({ version }) => version.startsWith('SSL') || !isLegacy(version)))
    return '';
  return allowed.value
    ? ', and the TLS library lets them through'
    : '. OpenSSL 3 keeps TLS before 1.2 closed at its security level, so the line promises what it does not do; `@SECLEVEL=0` in the cipher list would open it';
}

export const rule: Rule = {
  id: 'tls-legacy-protocol',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A server offers SSL or a TLS version before 1.2',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc8996',
    'https://www.rfc-editor.org/rfc/rfc7568',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols',
    'https://docs.haproxy.org/2.6/configuration.html#5.1-ssl-min-ver',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslprotocol',
    'https://www.stunnel.org/static/stunnel.html',
    'https://caddyserver.com/docs/caddyfile/directives/tls#protocols',
  ],
  check(context) {
    for (const endpoint of endpointsOf(context.model)) {
      if (endpoint.side !== 'server') continue;
      const legacy = endpoint.listed.filter(({ version }) => isLegacy(version));
      const kept = [
        ...new Set(endpoint.listed.filter(({ version }) => !isLegacy(version)).map(({ version }) => version)),
      ];
      const closed = endpoint.legacyAllowedByLibrary.known && !endpoint.legacyAllowedByLibrary.value;
      const at = placeOf(legacy);
      if (at !== undefined) {
        const versions = [...new Set(legacy.map(({ version }) => version))];
        const ssl = versions.some((version) => version.startsWith('SSL'));
        context.report({
          severity: ssl || endpoint.legacyRefused !== undefined ? 'error' : 'warning',
          at,
          message: `\`${endpoint.versionSetting}\` asks for ${described(versions, context.model.product)}${onTheWire(endpoint)}`,
          offers: offersFor(endpoint, kept, closed && !ssl, context),
        });
        continue;
      }
      if (endpoint.listed.length > 0 || !endpoint.versions.known || endpoint.versions.origin.kind !== 'default')
        continue;
      const offered = endpoint.versions.value.filter(isLegacy);
      if (offered.length === 0) continue;
      context.report({
        at: endpoint.place,
        message:
          `Without \`${endpoint.versionSetting}\`, ${endpoint.versions.origin.versions} offers ${described(offered, context.model.product)}, ` +
          'and the TLS library lets them through',
        offers: offersFor(
          endpoint,
          endpoint.versions.value.filter((version) => !isLegacy(version)),
          false,
          context,
        ),
      });
    }
  },
};
