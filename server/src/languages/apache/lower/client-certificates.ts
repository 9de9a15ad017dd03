/** Owns `SSLVerifyClient`: whom a server lets in, and what a location asks for afterwards. */
import { byDefault, MOD_SSL } from '../../../facts/apache.ts';
import type {
  CertificateDemand,
  ClientCertificates,
  LateDemand,
  Lockout,
  UncheckedWay,
} from '../../../model/client-certificates.ts';
import type { TlsVersion } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { ApacheProject } from '../project.ts';
import { byFile, replaceArgs } from '../realize/layout.ts';
import {
  type Entry,
  holeFor,
  nearest,
  originOf,
  own,
  placeOf,
  type Scope,
  scopesBelow,
  value,
  values,
} from '../scope.ts';
import { clientTrustOf } from './client-trust.ts';
import { folderOf } from './hashed-folders.ts';
import { ignoredLists } from './revocation.ts';
import type { Server } from './servers.ts';

const DEMANDS: ReadonlyMap<string, CertificateDemand> = new Map([
  ['none', 'none'],
  ['optional', 'optional'],
  ['optional_no_ca', 'unverified'],
  ['require', 'required'],
]);

/** What may look at the client's certificate, or tells somebody who may. */
const LOOKS = /SSL_CLIENT|ssl-verify-client|SSL:|%\{HTTPS/i;
const LOOKING: ReadonlySet<string> = new Set([
  'sslrequire',
  'require',
  'rewritecond',
  'requestheader',
  'setenvif',
  'setenvifexpr',
  'header',
  'proxypass',
]);

/** Whether anything in a server may act on the certificate; applications get it by `SSLOptions`. */
function someoneLooks(levels: readonly Scope[]): string | undefined {
  for (const level of levels) {
    for (const scope of scopesBelow(level)) {
      if (scope.holes.length > 0) return scope.holes[0]?.why;
      if (
        /^(if|elseif|else)$/.test(scope.key) &&
        LOOKS.test(scope.opener === undefined ? '' : values(scope.opener).join(' '))
      )
        return 'a condition looks at it';
      for (const entry of scope.entries) {
        const { key } = entry.directive;
        const text = values(entry).join(' ');
        if (LOOKING.has(key) && LOOKS.test(text)) return `\`${entry.directive.name.value}\` looks at it`;
        if (key === 'ssloptions' && /(StdEnvVars|ExportCertData|FakeBasicAuth)/i.test(text) && !/^-/.test(text))
          return 'applications learn of it';
        if (key === 'sslverifyclient' && scope !== level) return 'a section asks for it';
      }
    }
  }
  return undefined;
}

function waysOf(server: Server, entry: Entry, demand: CertificateDemand): Fact<readonly UncheckedWay[]> {
  const place = placeOf(entry);
  const origin = { kind: 'written' as const, place };
  const ignored = ignoredLists(server);
  if (demand === 'none') return known([], origin);
  if (demand === 'required') return known(ignored, origin);
  const looks = someoneLooks(server.levels.slice(0, 1));
  if (looks !== undefined) return ignored.length > 0 ? known(ignored, origin) : unknown(looks);
  const word = value(entry) ?? '';
  return known(
    [
      {
        kind: 'everything',
        place,
        message:
          demand === 'optional'
            ? `\`SSLVerifyClient ${word}\` lets clients without a certificate in, and nothing looks at the result`
            : `\`SSLVerifyClient ${word}\` takes certificates that nobody knows, and nothing looks at the result`,
        related: [],
        offers: [
          {
            title: 'Require a verified certificate',
            safety: 'behaviour',
            remedy: {
              kind: 'edit',
              edits: () => {
                const edit = replaceArgs(entry, 0, 'require');
                return edit === undefined ? undefined : byFile([edit]);
              },
            },
          },
        ],
      },
    ],
    origin,
  );
}

/** Without an authority nobody's certificate can be verified; Apache starts all the same (AH01896, seen with 2.4.71). */
function lockoutOf(
  { levels }: Server,
  entry: Entry,
  demand: CertificateDemand,
  project: ApacheProject,
): Fact<Lockout | undefined> {
  const origin = { kind: 'written' as const, place: placeOf(entry) };
  if (demand !== 'required') return known(undefined, origin);
  for (const key of ['sslcacertificatefile', 'sslcacertificatepath', 'sslopensslconfcmd']) {
    const found = nearest(levels, key);
    if (found.kind === 'hidden') return unknown(found.hole.why);
    if (found.kind === 'absent') continue;
    const folder = key === 'sslcacertificatepath' ? folderOf(found.entry, project) : undefined;
    if (folder?.known !== true || !folder.value.useless) return known(undefined, origin);
    const word = value(found.entry) ?? '';
    return known(
      {
        starts: true,
        message: `\`SSLCACertificatePath ${word}\` has no file that is named by the hash of its authority, which \`openssl rehash ${word}\` would make, and OpenSSL looks for no others`,
        related: [{ place: placeOf(found.entry), message: 'this folder' }],
        offers: [],
      },
      origin,
    );
  }
  return known(
    {
      starts: true,
      message: `\`SSLVerifyClient ${value(entry)}\` has no \`SSLCACertificateFile\` by which a certificate could be verified`,
      related: [],
      offers: [],
    },
    origin,
  );
}

/** Sections that ask for a certificate after the handshake, which TLS 1.3 does only with clients that offer it. */
function lateDemands(server: Server, demand: CertificateDemand, versions: Fact<readonly TlsVersion[]>): LateDemand[] {
  if (demand === 'required' || demand === 'optional') return [];
  if (!versions.known || !versions.value.includes('TLSv1.3')) return [];
  return scopesBelow(server.scope).flatMap((scope) => {
    if (
      scope === server.scope ||
      !/^(location|locationmatch|directory|directorymatch|files|filesmatch)$/.test(scope.key)
    )
      return [];
    return own(scope, 'sslverifyclient').flatMap((entry): LateDemand[] => {
      const asked = DEMANDS.get(value(entry)?.toLowerCase() ?? '');
      if (asked !== 'required') return [];
      return [
        {
          place: placeOf(entry),
          message: `\`SSLVerifyClient ${value(entry)}\` in \`<${scope.opener?.directive.name.value ?? 'Location'}>\` asks for a certificate after the handshake`,
        },
      ];
    });
  });
}

export function clientCertificatesOf(
  server: Server,
  versions: Fact<readonly TlsVersion[]>,
  project: ApacheProject,
): Fact<ClientCertificates> {
  const found = nearest(server.levels, 'sslverifyclient');
  if (found.kind === 'hidden') {
    // What is around a part asks for certificates in all hosts, or, nearly always, in none.
    const late = holeFor(server.scope, 'sslverifyclient') === undefined ? lateDemands(server, 'none', versions) : [];
    if (late.length === 0) return unknown(found.hole.why);
    return known(none(server, late), byDefault(`${MOD_SSL}#sslverifyclient`));
  }
  if (found.kind === 'absent')
    return known(none(server, lateDemands(server, 'none', versions)), byDefault(`${MOD_SSL}#sslverifyclient`));
  const { entry, scope } = found;
  const demand = DEMANDS.get(value(entry)?.toLowerCase() ?? '');
  if (demand === undefined) return unknown('`SSLVerifyClient` has a value that is not known');
  const late = lateDemands(server, demand, versions);
  return known(
    {
      demand,
      written: `SSLVerifyClient ${value(entry)}`,
      place: placeOf(entry),
      ways: waysOf(server, entry, demand),
      lockout: lockoutOf(server, entry, demand, project),
      trust: clientTrustOf(server, entry, project),
      ...(late.length > 0 ? { late } : {}),
    },
    originOf(server.scope, scope, entry),
  );
}

function none({ place }: Server, late: readonly LateDemand[]): ClientCertificates {
  const origin = byDefault(`${MOD_SSL}#sslverifyclient`);
  return {
    demand: 'none',
    written: 'no `SSLVerifyClient`',
    place,
    ways: known([], origin),
    lockout: known(undefined, origin),
    ...(late.length > 0 ? { late } : {}),
  };
}
