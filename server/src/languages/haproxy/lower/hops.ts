/** Owns hops: what TLS does on the way to the servers of a back end, by `ssl`, `verify`, `sni` and `verifyhost`. */
import { MANUAL, NAMES_CHECKED_SINCE, PUBLIC_AUTHORITIES } from '../../../facts/haproxy.ts';
import { type AnyName, type Hop, type Reach, reachOf } from '../../../model/hops.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { globalStatements, type PathContext } from '../paths.ts';
import { isDisabled, originOf, type ProxySection, placeOf } from '../proxies.ts';
import { checkName, verifyBackEnd } from '../realize/hops.ts';
import { alwaysIn, statementsOf } from '../syntax/query.ts';
import { spanOfWords } from '../syntax/words.ts';
import { filesOf } from './certificates.ts';
import { type HopServer, nameOf, plainServers } from './hop-servers.ts';
import { mismatchOf } from './mismatch.ts';
import { isHttp } from './upgrade.ts';

const NOT_WRITTEN = (keyword: string): Origin => ({
  kind: 'default',
  versions: 'every version',
  source: `${MANUAL}#5.2-${keyword}`,
});

/** `ssl-server-verify` of `global`, which holds where no `verify` is written. */
export function sharedVerify({ whole }: PathContext, part: boolean): Fact<boolean> {
  const last = globalStatements(whole, 'ssl-server-verify').at(-1);
  if (last === undefined)
    return part ? unknown('`ssl-server-verify` may stand in another file') : known(true, NOT_WRITTEN('verify'));
  const word = last.statement.words[1];
  if (!alwaysIn(last.section, last.statement) || last.section.header.branch !== '' || word?.variable !== false)
    return unknown('what `ssl-server-verify` says is not known');
  return known(word.value !== 'none', { kind: 'written', place: placeOf(last.statement) });
}

export function verifiedBy({ proxy, parameters }: HopServer, shared: Fact<boolean>): Fact<boolean> {
  const own = parameters.get('verify');
  if (own === undefined) return proxy.unclear === undefined ? shared : unknown(proxy.unclear);
  const { value, section, name } = own;
  if (value === undefined || value.variable) return unknown('what `verify` says is not known');
  const origin = originOf(proxy, section, { start: name.span.start, end: value.span.end });
  return known(value.value !== 'none', origin);
}

/** Whether a server name goes with the handshake: `sni`, or by itself since 3.3 where there is a Host header to take it from. */
function nameSentBy({ proxy, parameters }: HopServer, target: Target): Fact<boolean> {
  const own = parameters.get('sni');
  if (own !== undefined) return known(true, originOf(proxy, own.section, own.name.span));
  if (proxy.unclear !== undefined) return unknown(proxy.unclear);
  const http = isHttp(proxy);
  if (http === undefined) return unknown('the `mode` cannot be known');
  const origin = NOT_WRITTEN('sni');
  if (!http || parameters.has('no-sni-auto')) return known(false, origin);
  const auto = atLeast(target, 'haproxy', NAMES_CHECKED_SINCE);
  return auto === undefined
    ? unknown(`whether HAProxy is ${NAMES_CHECKED_SINCE} or newer is not known`)
    : known(auto, origin);
}

/** What a certificate's name is compared with: `verifyhost`, or else the name that was sent (seen with 2.6, 3.0 and 3.2). */
function anyNameOf(
  server: HopServer,
  verified: Fact<boolean>,
  nameSent: Fact<boolean>,
  context: PathContext,
): Fact<AnyName | undefined> {
  const { parameters, proxy, statement } = server;
  if (!verified.known) return verified;
  if (!verified.value || parameters.has('verifyhost')) return known(undefined, verified.origin);
  if (!nameSent.known) return nameSent;
  if (nameSent.value) return known(undefined, nameSent.origin);
  const authorities = parameters.get('ca-file');
  if (authorities === undefined) return unknown('HAProxy does not start without `ca-file`');
  const path = authorities.value?.value ?? '';
  const always = isHttp(proxy) === false || parameters.has('no-sni-auto');
  return known(
    {
      message:
        'without `verifyhost` and `sni`, ' +
        (always
          ? 'HAProxy compares its name with nothing'
          : `HAProxy before ${NAMES_CHECKED_SINCE} compares its name with nothing`),
      everybody: PUBLIC_AUTHORITIES.has(path.replace(/\/$/, '')),
      trusted: filesOf(authorities.statement, context).find(({ setting }) => setting === 'ca-file'),
      offers: [
        {
          title:
            nameOf(server) === undefined
              ? 'Check the name (fill in which)'
              : `Send the name \`${nameOf(server)}\` and check it`,
          safety: nameOf(server) === undefined ? 'sketch' : 'behaviour',
          remedy: { kind: 'edit', edits: () => checkName([server]) },
        },
      ],
    },
    originOf(proxy, proxy.section, statement.span),
  );
}

function farthest(servers: readonly HopServer[]): Reach {
  const all = servers.map(({ host }) => reachOf(host));
  return all.includes('remote') ? 'remote' : all.includes('near') ? 'near' : 'local';
}

function unverifiedWords({ parameters }: HopServer): string {
  return parameters.has('verify') ? '`verify none`' : '`ssl-server-verify none` in `global`';
}

/** The hop of one server, or of several whose settings are shared lines. */
function hopOf(servers: readonly [HopServer, ...HopServer[]], shared: Fact<boolean>, context: PathContext): Hop {
  const [first] = servers;
  const { proxy, statement, parameters } = first;
  const more = servers.length > 1 ? ` and ${servers.length - 1} more` : '';
  const verified = verifiedBy(first, shared);
  const nameSent = nameSentBy(first, context.environment.target);
  const name = nameOf(first);
  return {
    place: placeOf(statement, spanOfWords(statement.words, 0, 3)),
    label: `server ${first.name} ${first.address}${more}`,
    reach: farthest(servers),
    tls: parameters.has('ssl'),
    verifySetting: 'verify',
    verified,
    unverified: unverifiedWords(first),
    anyName: anyNameOf(first, verified, nameSent, context),
    nameSetting: 'sni',
    nameSent,
    nameless: 'there is no `sni`',
    failure: isHttp(proxy) === true ? 'a 503' : 'a closed connection',
    name,
    mismatch: mismatchOf(first),
    verify: [
      {
        title: 'Verify the back end (fill in whom to trust, and check the name)',
        safety: 'sketch',
        remedy: { kind: 'edit', edits: () => verifyBackEnd(servers) },
      },
    ],
    sendName:
      name === undefined || more !== ''
        ? []
        : [
            {
              title: `Send the name \`${name}\` in the handshake`,
              safety: 'behaviour',
              remedy: { kind: 'edit', edits: () => checkName(servers) },
            },
          ],
  };
}

/** What servers of a back end share, so that one finding is enough for all: who switches verification off for them. */
function groupOf(server: HopServer, shared: Fact<boolean>): unknown {
  const { statement, parameters, host } = server;
  if (!parameters.has('ssl') || reachOf(host) === 'local' || mismatchOf(server) !== undefined) return statement;
  const verify = parameters.get('verify');
  if (verify === undefined) return shared.known && !shared.value ? shared : statement;
  return verify.value?.value === 'none' ? verify.statement : statement;
}

/** The hops of a configuration, in the order of its proxies. */
export function hopsOf(proxies: readonly ProxySection[], context: PathContext, part: boolean): Hop[] {
  const shared = sharedVerify(context, part);
  return proxies.flatMap((proxy) => {
    if (proxy.kind === 'frontend' || isDisabled(proxy)) return [];
    // Which servers they count for depends on their place.
    const defaults = statementsOf(proxy.section, 'default-server');
    if (!defaults.every((line) => alwaysIn(proxy.section, line))) return [];
    const groups = new Map<unknown, [HopServer, ...HopServer[]]>();
    for (const server of plainServers(proxy)) {
      const key = groupOf(server, shared);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [server]);
      else group.push(server);
    }
    return [...groups.values()].map((servers) => hopOf(servers, shared, context));
  });
}
