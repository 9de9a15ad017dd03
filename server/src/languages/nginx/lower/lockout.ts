/** Owns certificates that nothing could verify: `ssl_verify_client` without an authority, with which nginx does not start. */
import type { CertificateDemand, Lockout } from '../../../model/client-certificates.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { atLeast } from '../../../model/target.ts';
import type { NginxProject } from '../project.ts';
import { nameAuthority } from '../realize/client-certificates.ts';
import { type Entry, nearest, placeOfWords, type Scope, value } from '../scope.ts';

/** `ssl_trusted_certificate` is enough since this version (changes 1.27.2). */
const TRUSTED_SINCE = '1.27.2';
const MADE_UP = 'client-ca.pem';

/** What nginx makes of a server's authorities; it looks only where the server has a certificate of its own (ngx_http_ssl_merge_srv_conf). */
export function lockoutOf(
  server: Scope,
  demand: CertificateDemand,
  entry: Entry,
  origin: Origin,
  project: NginxProject,
): Fact<Lockout | undefined> {
  const nothing = known(undefined, origin);
  if (demand === 'none' || demand === 'unverified' || server.name !== 'server') return nothing;
  const own = nearest(server, 'ssl_certificate');
  const named = nearest(server, 'ssl_client_certificate');
  const trusted = nearest(server, 'ssl_trusted_certificate');
  for (const one of [own, named, trusted]) if (one.kind === 'hidden') return unknown(one.hole.why);
  if (own.kind === 'absent' || named.kind === 'found') return nothing;
  const written = `ssl_verify_client ${value(entry) ?? ''}`;
  const related = trusted.kind === 'found' ? trusted.entries[0] : undefined;
  if (related === undefined) {
    return known(
      {
        starts: false,
        message: `\`${written}\` has nothing to verify certificates by: no \`ssl_client_certificate\` reaches this server`,
        related: [],
        offers: [
          {
            title: `Name the authority of the clients (fill in the file; \`${MADE_UP}\` is made up)`,
            safety: 'sketch',
            remedy: { kind: 'edit', edits: () => nameAuthority(entry, MADE_UP) },
          },
        ],
      },
      origin,
    );
  }
  const enough = atLeast(project.paths.environment.target, 'nginx', TRUSTED_SINCE);
  if (enough === undefined) return unknown(`\`ssl_trusted_certificate\` is enough since nginx ${TRUSTED_SINCE} only`);
  if (enough) return nothing;
  const word = related.directive.args[0];
  const path = word === undefined ? MADE_UP : related.file.text.slice(word.span.start, word.span.end);
  return known(
    {
      starts: false,
      message: `\`${written}\` needs \`ssl_client_certificate\` before nginx ${TRUSTED_SINCE}; \`ssl_trusted_certificate\` alone is not enough`,
      related: [{ place: placeOfWords(related), message: 'trusted, but not for this in the target version' }],
      offers: [
        {
          title: `Name the same file as \`ssl_client_certificate\`, whose names are sent to clients`,
          safety: 'behaviour',
          remedy: { kind: 'edit', edits: () => nameAuthority(entry, path) },
        },
      ],
    },
    origin,
  );
}
