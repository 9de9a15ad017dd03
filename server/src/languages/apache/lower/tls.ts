/** Owns the TLS endpoints of servers: versions, suites, certificates, and what a handshake gets. */
import { byDefault, MOD_SSL } from '../../../facts/apache.ts';
import type { TlsHandshake } from '../../../model/listening.ts';
import type { Listener, TlsEndpoint } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { ApacheProject } from '../project.ts';
import { holeFor, nearest, originOf, own } from '../scope.ts';
import { certificatesOf } from './certificates.ts';
import { cipherSettingsOf } from './cipher-settings.ts';
import { clientCertificatesOf } from './client-certificates.ts';
import { dhOf } from './dh.ts';
import { isManaged } from './managed.ts';
import { revocationOf } from './revocation.ts';
import type { Server } from './servers.ts';
import { staplingOf } from './stapling.ts';
import { askedBy, legacyAllowed, listedVersions, overruledOf, versionsOf } from './versions.ts';

/** Directives that make a server one with TLS, whatever its addresses say. */
const TLS_DIRECTIVES = ['sslengine', 'sslprotocol', 'sslciphersuite', 'sslcertificatefile', 'sslverifyclient'];

export function hasTls(server: Server, listeners: readonly Listener[]): boolean {
  const isOff = nearest(server.levels, 'sslengine');
  const written = TLS_DIRECTIVES.some((key) => own(server.scope, key).length > 0);
  if (isOff.kind === 'found' && isOff.scope === server.scope && isOff.entry.resolved === undefined) {
    const off = isOff.entry.directive.args[0]?.value.toLowerCase() === 'off';
    if (off) return own(server.scope, 'sslcertificatefile').length > 0;
  }
  return written || listeners.some(({ tls }) => tls.known && tls.value);
}

function handshakeOf({ levels, scope }: Server, project: ApacheProject): Fact<TlsHandshake> {
  const found = nearest(levels, 'sslcertificatefile');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'found') return known('certificate', originOf(scope, found.scope, found.entry));
  // mod_md gets certificates by itself.
  if (isManaged(project.main)) return unknown('mod_md may bring a certificate');
  const hole = levels.map((level) => holeFor(level, 'mdomain')).find((one) => one !== undefined);
  return hole === undefined ? known('nothing', byDefault(`${MOD_SSL}#sslcertificatefile`)) : unknown(hole.why);
}

export function endpointOf(server: Server, first: Server | undefined, project: ApacheProject): TlsEndpoint {
  const { target } = project.paths.environment;
  const ciphers = cipherSettingsOf(server);
  const asked = askedBy(server, first, target);
  const versions = versionsOf(asked, ciphers, target);
  return {
    side: 'server',
    place: server.place,
    label: server.label,
    versionSetting: 'SSLProtocol',
    listed: listedVersions(server),
    versions,
    legacyAllowedByLibrary: legacyAllowed(ciphers, target),
    ciphers,
    certificates: certificatesOf(server, project),
    handshake: handshakeOf(server, project),
    clientCertificates: clientCertificatesOf(server, asked, project),
    revocation: revocationOf(server, project),
    stapling: staplingOf(server, project),
    dh: dhOf(server, project),
    overruled: overruledOf(server),
  };
}
