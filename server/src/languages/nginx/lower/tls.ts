/** Owns the TLS endpoints of servers: versions, certificates with their keys, and what the TLS library lets through. */
import { sslProtocols } from '../../../facts/nginx.ts';
import type { TlsHandshake } from '../../../model/listening.ts';
import {
  type CertificateUse,
  type FileUse,
  type ListedVersion,
  type SiteName,
  TLS_VERSIONS,
  type TlsEndpoint,
  type TlsVersion,
} from '../../../model/model.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { isMasked } from '../mask.ts';
import { locate } from '../paths.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, nearest, originOf, placeOfWord, type Scope } from '../scope.ts';
import { cipherSettingsOf } from './cipher-settings.ts';
import { clientCertificatesOf } from './client-certificates.ts';
import { listensOf } from './listen.ts';

/** Values of `ssl_certificate` and `ssl_certificate_key` that name no file (docs, ssl_certificate_key). */
const NO_FILE = /^(data|engine|store):|\$/;

/** The file that the first argument of a directive names; undefined when it names none. */
export function fileUse(entry: Entry, project: NginxProject): FileUse | undefined {
  const word = entry.directive.args[0];
  if (word === undefined || word.value === '' || NO_FILE.test(word.value) || isMasked(word.value)) return undefined;
  return {
    place: placeOfWord(entry.file, word),
    setting: entry.directive.name.value,
    written: word.value,
    file:
      project.files.get(entry.file.id)?.template === true
        ? unknown('the file that names it is a template')
        : locate(word.value, project.paths),
  };
}

/** The certificates of a server with their keys; nginx takes the n-th key for the n-th certificate, OpenSSL then sorts them by type. */
function certificatesOf(
  server: Scope,
  label: string,
  names: readonly SiteName[],
  project: NginxProject,
): CertificateUse[] {
  const certificates = nearest(server, 'ssl_certificate');
  const keys = nearest(server, 'ssl_certificate_key');
  if (certificates.kind !== 'found') return [];
  const keyEntries = keys.kind === 'found' ? keys.entries : [];
  return certificates.entries.flatMap((entry, index) => {
    const certificate = fileUse(entry, project);
    const keyEntry = keyEntries[index];
    if (certificate === undefined) return [];
    return [{ certificate, key: keyEntry === undefined ? undefined : fileUse(keyEntry, project), names, label }];
  });
}

function listedVersions(entries: readonly Entry[]): ListedVersion[] {
  return entries.flatMap((entry) =>
    entry.directive.args.flatMap((word) => {
      const version = TLS_VERSIONS.find((one) => one.toLowerCase() === word.value.toLowerCase());
      return version === undefined ? [] : [{ version, place: placeOfWord(entry.file, word) }];
    }),
  );
}

/**
 * Whether TLS 1.0 and 1.1 can be negotiated at all: OpenSSL 3 signs their handshakes with SHA-1, which it allows at
 * security level 0 only (OpenSSL 3.0 CHANGES; seen with `@SECLEVEL=0` on 3.0 and 3.5).
 */
function legacyAllowed(server: Scope, target: Target): Fact<boolean> {
  const three = atLeast(target, 'openssl', '3.0');
  if (three === undefined) return unknown('the OpenSSL version is not known');
  const source = 'https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/';
  if (!three) {
    return atLeast(target, 'openssl', '1.1.0') === false
      ? known(true, { kind: 'default', versions: 'OpenSSL before 1.1.0', source })
      : unknown("OpenSSL 1.1's security level differs between distributions");
  }
  const ciphers = nearest(server, 'ssl_ciphers');
  if (ciphers.kind === 'hidden') return unknown(ciphers.hole.why);
  if (nearest(server, 'ssl_conf_command').kind !== 'absent')
    return unknown('`ssl_conf_command` may change the security level');
  const entry = ciphers.kind === 'found' ? ciphers.entries[0] : undefined;
  const open = entry?.directive.args[0]?.value.includes('@SECLEVEL=0') ?? false;
  if (open && entry !== undefined && ciphers.kind === 'found')
    return known(true, originOf(server, ciphers.scope, entry));
  return known(false, { kind: 'default', versions: 'OpenSSL 3 and newer', source });
}

function versionsOf(
  server: Scope,
  listed: readonly ListedVersion[],
  allowed: Fact<boolean>,
  target: Target,
): Fact<readonly TlsVersion[]> {
  const found = nearest(server, 'ssl_protocols');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const base =
    found.kind === 'absent'
      ? sslProtocols(target)
      : known<readonly TlsVersion[]>(
          [...new Set(listed.map((one) => one.version))],
          originOf(server, found.scope, found.entries[0] as Entry),
        );
  if (!base.known) return base;
  if (!base.value.some((version) => version < 'TLSv1.2')) return base;
  if (!allowed.known) return unknown(`whether TLS 1.0 and 1.1 are open is not known: ${allowed.why}`);
  return known(allowed.value ? base.value : base.value.filter((version) => version >= 'TLSv1.2'), base.origin);
}

/** The TLS side of a server. */
export function endpointOf(
  server: Scope,
  place: Place,
  label: string,
  names: readonly SiteName[],
  handshake: Fact<TlsHandshake>,
  project: NginxProject,
): TlsEndpoint {
  const { target } = project.paths.environment;
  const found = nearest(server, 'ssl_protocols');
  const listed = found.kind === 'found' ? listedVersions(found.entries) : [];
  const allowed = legacyAllowed(server, target);
  return {
    side: 'server',
    place,
    label,
    versionSetting: 'ssl_protocols',
    listed,
    versions: versionsOf(server, listed, allowed, target),
    legacyAllowedByLibrary: allowed,
    ciphers: cipherSettingsOf(server, project),
    certificates: certificatesOf(server, label, names, project),
    handshake,
    clientCertificates: clientCertificatesOf({ scope: server, place, label, listens: listensOf(server) }, project),
  };
}
