/** Owns the TLS endpoints of sites: versions, suites, certificates (modules/caddytls/connpolicy.go). */
import { byDefault, DOCS } from '../../../facts/caddy.ts';
import type { CipherSettings } from '../../../model/cipher-settings.ts';
import type { TlsHandshake } from '../../../model/listening.ts';
import type { CertificateUse, ListedVersion, TlsEndpoint, TlsVersion } from '../../../model/model.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import type { CaddyProject } from '../project.ts';
import { type Entry, isUnknown, originOf, own, placeOfArg, type Scope, values } from '../scope.ts';
import { certificatesOf, mayHaveCertificates } from './certificates.ts';
import { clientCertificatesOf } from './client-certificates.ts';
import type { Options } from './options.ts';
import { namedSuitesOf } from './suites.ts';

const SOURCE = `${DOCS}/caddyfile/directives/tls`;

const WORDS: ReadonlyMap<string, TlsVersion> = new Map([
  ['ssl3.0', 'SSLv3'],
  ['tls1.0', 'TLSv1'],
  ['tls1.1', 'TLSv1.1'],
  ['tls1.2', 'TLSv1.2'],
  ['tls1.3', 'TLSv1.3'],
]);
const ORDER: readonly TlsVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export interface TlsSite {
  readonly scope: Scope;
  readonly label: string;
  readonly place: Place;
  readonly names: readonly { readonly name: string; readonly place: Place }[];
  /** Certificates that other sites may present as well. */
  readonly loose: readonly CertificateUse[];
}

/** `protocols` lines of a site's `tls`; the last one counts. */
export function protocolsOf(scope: Scope): Entry | undefined {
  return own(scope, 'tls')
    .flatMap((tls) => own(tls.scope, 'protocols'))
    .at(-1);
}

/** The versions of `protocols <min> [<max>]`; undefined where a word is not known. */
function rangeOf(entry: Entry): readonly TlsVersion[] | undefined {
  const [min = '', max = 'tls1.3'] = values(entry);
  const [from, to] = [WORDS.get(min), WORDS.get(max)];
  if (from === undefined || to === undefined) return undefined;
  return ORDER.slice(ORDER.indexOf(from), ORDER.indexOf(to) + 1);
}

function versionsOf(scope: Scope): Fact<readonly TlsVersion[]> {
  const entry = protocolsOf(scope);
  if (entry === undefined) return known(['TLSv1.2', 'TLSv1.3'], byDefault(SOURCE));
  const range = rangeOf(entry);
  if (range === undefined || values(entry).some(isUnknown)) return unknown('`protocols` cannot be read');
  // With an older one Caddy does not start.
  if (range.some((version) => version !== 'TLSv1.2' && version !== 'TLSv1.3'))
    return unknown('Caddy refuses `protocols`');
  return known(range, originOf(entry));
}

/** The written versions, each at its word. */
function listedOf(scope: Scope): ListedVersion[] {
  const entry = protocolsOf(scope);
  if (entry === undefined) return [];
  return values(entry).flatMap((word, i) => {
    const version = WORDS.get(word);
    return version === undefined ? [] : [{ version, place: placeOfArg(entry, i) }];
  });
}

const NO_STRINGS: CipherSettings = {
  list: known(undefined, byDefault(SOURCE)),
  suites13: known(undefined, byDefault(SOURCE)),
  groups: known(undefined, byDefault(SOURCE)),
  level: known(undefined, byDefault(SOURCE)),
};

/** Where nothing gets certificates, names have those that files hold, whichever site names the files; or clients get an alert. */
function withoutAutomatic({ scope }: TlsSite, off: Entry, project: CaddyProject): Fact<TlsHandshake> {
  const tls = own(scope, 'tls');
  if (tls.some((line) => line.args.length > 1)) return known('certificate', originOf(off));
  return mayHaveCertificates(project)
    ? unknown('another site may have a certificate for its names')
    : known('nothing', originOf(off));
}

/** A site with names gets a certificate by itself, unless that is switched off. */
function handshakeOf(
  site: TlsSite,
  hidden: string | undefined,
  { automatic }: Options,
  project: CaddyProject,
): Fact<TlsHandshake> {
  if (hidden !== undefined) return unknown(hidden);
  const off = automatic.off ?? own(site.scope, 'automatic_https')[0];
  if (off !== undefined) return withoutAutomatic(site, off, project);
  const tls = own(site.scope, 'tls');
  const given = tls.some((line) => line.args.length > 0 || own(line.scope, 'load').length > 0);
  if (given || site.names.length > 0) return known('certificate', { kind: 'written', place: site.place });
  return unknown('whether there is a certificate depends on the rest of the configuration');
}

export function endpointOf(
  site: TlsSite,
  hidden: string | undefined,
  options: Options,
  project: CaddyProject,
): TlsEndpoint {
  const { scope, label, place, names } = site;
  const suites = namedSuitesOf(scope, project);
  return {
    side: 'server',
    place,
    label,
    versionSetting: 'protocols',
    listed: listedOf(scope),
    versions: versionsOf(scope),
    legacyAllowedByLibrary: unknown('Caddy takes no version before TLS 1.2'),
    legacyRefused: 'Caddy has no version before TLS 1.2, and refuses the configuration',
    ciphers: NO_STRINGS,
    namedSuites: suites,
    certificates: [...certificatesOf(scope, names, label, project), ...site.loose],
    handshake: handshakeOf(site, hidden, options, project),
    clientCertificates: clientCertificatesOf(scope, place, project),
  };
}
