/** Owns tls-listener-unusable: TLS servers with which no handshake can ever complete. */
import { endpointsOf, type ListedVersion, type TlsEndpoint, type TlsVersion } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import type { Target } from '../../model/target.ts';
import { offerPolicy } from '../cipher-edits.ts';
import type { Offer, Rule } from '../rule.ts';
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

/** No suite for TLS 1.2 and older, and no TLS 1.3. */
function noSuite(endpoint: TlsEndpoint, target: Target): Reason | undefined {
  const { listed, ciphers, versions } = endpoint;
  const asked = listed.length > 0 ? listed.map(({ version }) => version) : versions.known ? versions.value : [];
  if (asked.length === 0 || asked.includes('TLSv1.3') || !ciphers.list.known) return undefined;
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
  ],
  check({ model, settings, report }) {
    const policy: readonly TlsVersion[] = settings.profile === 'modern' ? ['TLSv1.3'] : ['TLSv1.2', 'TLSv1.3'];
    for (const endpoint of endpointsOf(model)) {
      const { side, versions, handshake, label } = endpoint;
      if (side !== 'server' || (handshake.known && handshake.value === 'refused')) continue;
      const nothing = versions.known && versions.value.length === 0;
      const closed = nothing ? onlyClosed(endpoint, policy, model.target) : undefined;
      const reason = closed ?? noSuite(endpoint, model.target);
      if (reason === undefined) continue;
      const { at, why, offers } = reason;
      report({ at, message: `Nobody can connect to \`${label}\` over TLS: ${why}`, offers });
    }
  },
};
