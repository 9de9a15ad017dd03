/** Owns tls-listener-unusable: TLS servers with which no handshake can ever complete. */
import { usableBy } from '../../ciphers/server.ts';
import { endpointsOf, type ListedVersion, type TlsEndpoint, type TlsVersion } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import type { Target } from '../../model/target.ts';
import { offerPolicy } from '../cipher-edits.ts';
import type { Offer, Rule, RuleContext } from '../rule.ts';
import { loadedBy } from '../subjects.ts';
import { libraryWord, readingsOf } from '../tls-library.ts';

interface Reason {
  readonly at: Place;
  /** As a clause. */
  readonly why: string;
  readonly offers: readonly Offer[];
}

function setVersions(endpoint: TlsEndpoint, versions: readonly TlsVersion[]): Offer {
  return {
    title: `Offer ${versions.map((version) => `\`${version}\``).join(' and ')}`,
    safety: 'behaviour',
    remedy: { kind: 'set-tls-versions', endpoint, versions },
  };
}

const isLegacy = ({ version }: ListedVersion): boolean => version !== 'TLSv1.2' && version !== 'TLSv1.3';

/** From the first listed version to the last, where they stand in one line. */
function placeOf(listed: readonly ListedVersion[]): Place | undefined {
  const [first] = listed;
  const last = listed.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { file, span } = first.place;
  return last.place.file === file && last.place.span.end >= span.start
    ? { file, span: { start: span.start, end: last.place.span.end } }
    : first.place;
}

/** Only versions that the library keeps closed. */
function onlyClosed(endpoint: TlsEndpoint, versions: readonly TlsVersion[], target: Target): Reason | undefined {
  const { listed, legacyAllowedByLibrary: allowed } = endpoint;
  const at = placeOf(listed);
  if (at === undefined || !listed.every(isLegacy) || !allowed.known || allowed.value) return undefined;
  const why = `\`${endpoint.versionSetting}\` lists nothing newer than TLS 1.1, which ${libraryWord(target)} keeps closed at its security level`;
  return { at, why, offers: [setVersions(endpoint, versions)] };
}

/** The versions that a server is to speak, where TLS 1.3 is none of them; undefined where that cannot be known. */
function askedBefore13({ listed, versions }: TlsEndpoint): readonly TlsVersion[] | undefined {
  const asked = listed.length > 0 ? listed.map(({ version }) => version) : versions.known ? versions.value : [];
  return asked.length === 0 || asked.includes('TLSv1.3') ? undefined : asked;
}

/** The keys of all certificates of an endpoint; undefined where one cannot be read. */
function keysOf({ certificates: uses }: TlsEndpoint, { certificates, project, model }: RuleContext) {
  const keys = new Set<string>();
  for (const { certificate } of uses) {
    const stored = certificate.file.known ? certificates.read(certificate.file.value, project.dependencies) : undefined;
    const loaded = stored?.ok === true ? loadedBy(model, stored.pem) : undefined;
    if (loaded?.kind !== 'usable') return undefined;
    keys.add(loaded.leaf.certificate.publicKey.algorithm);
  }
  return keys.size === 0 ? undefined : keys;
}

/** Only suites for keys of another kind than those of the certificates, and no TLS 1.3. */
function otherKeys(endpoint: TlsEndpoint, context: RuleContext): Reason | undefined {
  const asked = askedBefore13(endpoint);
  const readings = asked === undefined ? [] : readingsOf(endpoint.ciphers, context.model.target);
  const value = endpoint.ciphers.list.known ? endpoint.ciphers.list.value : undefined;
  const [reading] = readings;
  if (asked === undefined || value === undefined || reading === undefined) return undefined;
  const keys = keysOf(endpoint, context);
  if (keys === undefined) return undefined;
  const means = { keys, dhParameters: true, newest: 'TLSv1.2' } as const;
  const isDead = ({ open, evaluation }: (typeof readings)[number]) =>
    evaluation.error === undefined && open.length > 0 && usableBy(means, open).length === 0;
  if (!readings.every(isDead)) return undefined;
  const wanted = [...new Set(reading.open.map(({ authentication }) => authentication))].join(' and ');
  const own = [...keys].join(' and ');
  const libraries = readings.map(({ library }) => library);
  return {
    at: value.place,
    why: `\`${value.setting}\` has suites for ${wanted} only, and its ${keys.size === 1 ? 'certificate has a key' : 'certificates have keys'} of another kind (${own}): "no shared cipher"; TLS 1.3, which takes both, is not offered`,
    offers: asked.includes('TLSv1.2') ? [offerPolicy(value, libraries, reading.evaluation.level)] : [],
  };
}

/** No suite for TLS 1.2 and older, and no TLS 1.3. */
function noSuite(endpoint: TlsEndpoint, target: Target): Reason | undefined {
  const { ciphers } = endpoint;
  const asked = askedBefore13(endpoint);
  if (asked === undefined || !ciphers.list.known) return undefined;
  const value = ciphers.list.value;
  const readings = readingsOf(ciphers, target);
  const dead = ({ open, evaluation }: (typeof readings)[number]) => open.length === 0 && evaluation.error === undefined;
  const [reading] = readings;
  if (value === undefined || reading === undefined || !readings.every(dead)) return undefined;
  const closed =
    reading.closed.length > 0
      ? 'the security level keeps all of its suites closed'
      : 'none of its suites can be used by a server';
  const libraries = readings.map(({ library }) => library);
  const offers = asked.includes('TLSv1.2') ? [offerPolicy(value, libraries, reading.evaluation.level)] : [];
  return { at: value.place, why: `\`${value.setting}\` leaves nothing: ${closed}, and TLS 1.3 is not offered`, offers };
}

export const rule: Rule = {
  id: 'tls-listener-unusable',
  severity: 'error',
  since: '0.1.0',
  summary: 'A TLS server offers nothing that a client could ever agree on',
  sources: [
    'https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-ssl-max-ver',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check(context) {
    const { model, settings, report } = context;
    const policy: readonly TlsVersion[] = settings.profile === 'modern' ? ['TLSv1.3'] : ['TLSv1.2', 'TLSv1.3'];
    for (const endpoint of endpointsOf(model)) {
      const { side, versions, handshake, label } = endpoint;
      if (side !== 'server' || (handshake.known && handshake.value === 'refused')) continue;
      const nothing = versions.known && versions.value.length === 0;
      const closed = nothing ? onlyClosed(endpoint, policy, model.target) : undefined;
      const reason = closed ?? noSuite(endpoint, model.target) ?? otherKeys(endpoint, context);
      if (reason === undefined) continue;
      const { at, why, offers } = reason;
      const whom = label === 'this file' ? label : `\`${label}\``;
      report({ at, message: `Nobody can connect to ${whom} over TLS: ${why}`, offers });
    }
  },
};
