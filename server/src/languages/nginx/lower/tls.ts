/** Owns the TLS endpoints of servers: versions, certificates with their keys, and what the TLS library lets through. */
import type { TlsHandshake } from '../../../model/listening.ts';
import type { CertificateUse, FileUse, SiteName, TlsEndpoint } from '../../../model/model.ts';
import { type Fact, known, type Origin, type Place, unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, nearest, oncePerScope, originOf, type Scope } from '../scope.ts';
import { cipherSettingsOf } from './cipher-settings.ts';
import { clientCertificatesOf } from './client-certificates.ts';
import { dhOf } from './dh.ts';
import { fileUse } from './file-use.ts';
import type { Listen } from './listen.ts';
import { overruledVersions } from './overruled-versions.ts';
import { revocationOf } from './revocation.ts';
import { staplingOf } from './stapling.ts';
import { legacyAllowed, listedVersions, versionsOf } from './tls-versions.ts';

const NO_PASSWORDS: Origin = {
  kind: 'default',
  versions: 'every version',
  source: 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_password_file',
};

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
  const allSeen = certificates.hole === undefined && (keys.kind === 'absent' || (keys.kind === 'found' && !keys.hole));
  return certificates.entries.flatMap((entry, index) => {
    const certificate = fileUse(entry, project);
    const keyEntry = keyEntries[index];
    if (certificate === undefined) return [];
    const key = keyEntry === undefined ? undefined : fileUse(keyEntry, project);
    const keyless = allSeen && keyEntry === undefined ? KEYLESS : undefined;
    return [new ServerCertificate(certificate, key, names, label, server, keyless)];
  });
}

/** The words of ngx_http_ssl_merge_srv_conf, which counts keys and certificates. */
const KEYLESS = 'no `ssl_certificate_key` is set for it ("no "ssl_certificate_key" is defined for certificate")';

/**
 * The certificates of the default server of a socket, for the names of a server that has none: nginx keeps to the context of
 * the default server then (ngx_http_ssl_servername).
 */
function lentCertificates(
  { scope, label, names }: EndpointParts,
  handshake: Fact<TlsHandshake>,
  firsts: readonly Scope[],
  project: NginxProject,
): CertificateUse[] {
  if (!handshake.known || handshake.value !== 'certificate' || nearest(scope, 'ssl_certificate').kind !== 'absent')
    return [];
  const who = `${label} (which has none of its own)`;
  return firsts.flatMap((first) => (first === scope ? [] : certificatesOf(first, who, names, project)));
}

/** A certificate as a server uses it. Classes keep what is asked for late out of the way of what large configurations hold. */
class ServerCertificate implements CertificateUse {
  constructor(
    readonly certificate: FileUse,
    readonly key: FileUse | undefined,
    readonly names: readonly SiteName[],
    readonly label: string,
    private readonly server: Scope,
    readonly keyless: string | undefined,
  ) {}

  get passwords(): Fact<boolean> {
    return passwordsOf(this.server);
  }
}

/** `ssl_password_file`, from this level or one around it (docs: http, server). */
function passwordsOf(server: Scope): Fact<boolean> {
  const found = nearest(server, 'ssl_password_file');
  switch (found.kind) {
    case 'found':
      return known(true, originOf(server, found.scope, found.entries[0] as Entry));
    case 'hidden':
      return unknown(found.hole.why);
    case 'absent':
      return known(false, NO_PASSWORDS);
  }
}

/** What a server's TLS has from the settings of all levels around it. */
type Inherited = Pick<TlsEndpoint, 'listed' | 'versions' | 'legacyAllowedByLibrary' | 'ciphers'>;

function settingsOf(server: Scope, firsts: readonly Scope[], project: NginxProject): Inherited {
  const { target } = project.paths.environment;
  return {
    listed: listedVersions(server),
    versions: versionsOf(server, firsts, target),
    legacyAllowedByLibrary: legacyAllowed(server, target),
    ciphers: cipherSettingsOf(server, project),
  };
}

/** Whether a server sets nothing of its TLS itself but its certificates. */
function setsNothing({ holes, entries }: Scope): boolean {
  return (
    holes.length === 0 &&
    entries.every(({ name }) => !name.startsWith('ssl') || name === 'ssl_certificate' || name === 'ssl_certificate_key')
  );
}

/** Servers that set nothing themselves have the same from the level that they are in. */
const settingsAt = oncePerScope((_: Scope, server: Scope, project: NginxProject) => settingsOf(server, [], project));

function settingsFor(server: Scope, firsts: readonly Scope[], project: NginxProject): Inherited {
  const { parent } = server;
  const isShared =
    parent !== undefined &&
    setsNothing(server) &&
    firsts.every((first) => first === server || (first.parent === parent && setsNothing(first)));
  return isShared ? settingsAt(parent, server, project) : settingsOf(server, firsts, project);
}

/** What a server's endpoint is made of. */
export interface EndpointParts {
  readonly scope: Scope;
  readonly place: Place;
  readonly label: string;
  readonly names: readonly SiteName[];
  readonly listens: readonly Listen[];
  /** Whether other servers have all of its names, so that no request comes to it. */
  readonly isUnreached?: boolean;
}

/** The TLS side of a server. What only some rules ask for is worked out when they do. */
export class ServerEndpoint implements TlsEndpoint {
  readonly certificates: readonly CertificateUse[];
  private readonly inherited: Inherited;
  private knownDemand: TlsEndpoint['clientCertificates'] | undefined;
  private knownStapling: TlsEndpoint['stapling'];

  /** `firsts` are the default servers of the server's sockets. */
  constructor(
    private readonly parts: EndpointParts,
    readonly handshake: Fact<TlsHandshake>,
    private readonly firsts: readonly Scope[],
    private readonly project: NginxProject,
  ) {
    this.inherited = settingsFor(parts.scope, firsts, project);
    const own = certificatesOf(parts.scope, parts.label, parts.names, project);
    this.certificates = own.length > 0 ? own : lentCertificates(parts, handshake, firsts, project);
  }

  get side(): 'server' {
    return 'server';
  }

  get versionSetting(): string {
    return 'ssl_protocols';
  }

  get place(): Place {
    return this.parts.place;
  }

  get label(): string {
    return this.parts.label;
  }

  get listed(): TlsEndpoint['listed'] {
    return this.inherited.listed;
  }

  get versions(): TlsEndpoint['versions'] {
    return this.inherited.versions;
  }

  get legacyAllowedByLibrary(): TlsEndpoint['legacyAllowedByLibrary'] {
    return this.inherited.legacyAllowedByLibrary;
  }

  get ciphers(): TlsEndpoint['ciphers'] {
    return this.inherited.ciphers;
  }

  get clientCertificates(): TlsEndpoint['clientCertificates'] {
    this.knownDemand ??= clientCertificatesOf(this.parts, this.project);
    return this.knownDemand;
  }

  get overruled(): NonNullable<TlsEndpoint['overruled']> {
    const { target } = this.project.paths.environment;
    return overruledVersions(this.parts.scope, this.firsts, this.versions, target);
  }

  get dh(): NonNullable<TlsEndpoint['dh']> {
    return dhOf(this.parts.scope, this.project);
  }

  get revocation(): TlsEndpoint['revocation'] {
    return revocationOf(this.parts.scope, this.project);
  }

  get stapling(): NonNullable<TlsEndpoint['stapling']> {
    this.knownStapling ??= staplingOf(this.parts.scope, this.project);
    return this.knownStapling;
  }
}
