/** Owns `ssl_verify_client`: what a server asks of its clients, and which of its blocks answer those it did not verify. */
import type { CertificateDemand, ClientCertificates, UncheckedWay } from '../../../model/client-certificates.ts';
import { type Fact, known, type Origin, type Place, unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { demandCertificate, redirectPlain, refuseUnverified } from '../realize/client-certificates.ts';
import { type Entry, enclosing, nearest, originOf, own, placeOfWords, type Scope, value } from '../scope.ts';
import { answersOf, type Block, guardOf, isServedBy, refusesBy, type Watch } from './answers.ts';
import { clientTrustOf } from './client-trust.ts';
import { type Dependence, dependenceOn } from './dependence.ts';
import { errorWays } from './error-ways.ts';
import type { Listen } from './listen.ts';
import { lockoutOf } from './lockout.ts';
import { once } from './once.ts';
import { type PointlessChecks, pointlessChecks } from './pointless-checks.ts';
import { NO_REQUESTS } from './unreached-route.ts';

const DEMANDS: ReadonlyMap<string, CertificateDemand> = new Map([
  ['off', 'none'],
  ['optional', 'optional'],
  ['optional_no_ca', 'unverified'],
  ['on', 'required'],
]);

const SOURCE = 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client';
const NOT_SET: Origin = { kind: 'default', versions: 'every version', source: SOURCE };

const NO_WAYS: ClientCertificates['ways'] = known([], NOT_SET);
const NO_LOCKOUT: ClientCertificates['lockout'] = known(undefined, NOT_SET);

/** What of a server the lowering needs. */
export interface ServerParts {
  readonly scope: Scope;
  readonly place: Place;
  readonly label: string;
  readonly listens: readonly Listen[];
  readonly isUnreached?: boolean;
}

interface Watches {
  /** What clients proved about themselves. */
  readonly identity: Watch;
  /** That, or whether there is TLS at all. */
  readonly encrypted: Watch;
}

const watchesOf = new WeakMap<NginxProject, Watches>();

/** Made once for a project, and only where some server asks for certificates. */
function watches(project: NginxProject): Watches {
  const before = watchesOf.get(project);
  if (before !== undefined) return before;
  const made = {
    identity: dependenceOn(project, isIdentity),
    encrypted: dependenceOn(project, (name) => /^(scheme|https|server_port|ssl_\w+)$/.test(name)),
  };
  watchesOf.set(project, made);
  return made;
}

/** The variables that tell who the client is; its address, its words and its cookies prove nothing. */
export function isIdentity(name: string): boolean {
  return name.startsWith('ssl_client_');
}

export function clientCertificatesOf(server: ServerParts, project: NginxProject): Fact<ClientCertificates> {
  const { scope } = server;
  if (enclosing(scope, 'mail') !== undefined) return unknown('it is not looked at in `mail`');
  const found = nearest(scope, 'ssl_verify_client');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'absent')
    return known(
      {
        demand: 'none',
        written: 'no `ssl_verify_client`',
        place: server.place,
        ways: NO_WAYS,
        lockout: NO_LOCKOUT,
      },
      NOT_SET,
    );
  const entry = found.entries[0] as Entry;
  const text = value(entry) ?? '';
  const demand = DEMANDS.get(text.toLowerCase());
  if (demand === undefined) return unknown('`ssl_verify_client` has a value that is not known');
  const origin = originOf(scope, found.scope, entry);
  const trust = once(() => clientTrustOf(scope, found.scope, entry, project));
  const written = `ssl_verify_client ${text}`;
  return known(
    {
      demand,
      written,
      place: placeOfWords(entry),
      ways: waysOf(server, demand, entry, origin, project),
      lockout: lockoutOf(scope, demand, entry, origin, project),
      get trust() {
        return trust();
      },
    },
    origin,
  );
}

function waysOf(
  server: ServerParts,
  demand: CertificateDemand,
  entry: Entry,
  origin: Origin,
  project: NginxProject,
): Fact<readonly UncheckedWay[]> {
  if (demand === 'none') return known([], origin);
  if (server.isUnreached === true) return NO_REQUESTS;
  if (server.scope.name !== 'server') return unknown('this is a part of a server');
  const { identity, encrypted } = watches(project);
  if (demand === 'required') {
    const byError = errorWays(server.scope, identity);
    const plain = server.listens.filter((listen) => isPlain(listen, project));
    if (plain.length === 0 || server.scope.holes.length > 0) return known(byError, origin);
    return known([...plainWays(server, plain, encrypted), ...byError], origin);
  }
  const answers = answersOf(server.scope);
  const pointless = new Map(answers.map((block) => [block, pointlessChecks(block, demand)]));
  const guards = new Map(answers.map((block) => [block, guardOf(block, identity, pointless.get(block)?.entries)]));
  const undecided = answers.find((block) => guards.get(block) === 'maybe');
  const unchecked = answers.filter((block) => guards.get(block) === 'no');
  if (answers.some((block) => guards.get(block) === 'yes')) {
    const refusing = answers.filter((block) => block.location && refusesBy(block, identity));
    return known(uncoveredWays(unchecked, refusing), origin);
  }
  if (undecided !== undefined) return unknown(`what \`${undecided.label}\` does with the result is not known`);
  if (unchecked.length === 0) return known([], origin);
  const [first] = unchecked.flatMap((block) => pointless.get(block) ?? []);
  return known(
    [first === undefined ? everything(server, demand, entry) : halfChecked(server, demand, entry, first)],
    origin,
  );
}

/** Something looks at the result, and takes the wrong clients for the right ones. */
function halfChecked(
  { scope }: ServerParts,
  demand: CertificateDemand,
  entry: Entry,
  { entries, passes }: PointlessChecks,
): UncheckedWay {
  const checks = entries.map(({ file, directive }) => {
    const end = directive.args.at(-1)?.span.end ?? directive.name.span.end;
    return `\`${file.text.slice(directive.name.span.start, end)}\``;
  });
  const who = passes === 'none' ? 'clients without a certificate' : 'clients with a certificate that nobody has signed';
  return {
    kind: passes === 'none' ? 'everything' : 'foreign',
    place: placeOfWords(entry),
    message: `\`ssl_verify_client ${value(entry) ?? ''}\` lets ${who} in, and ${checks.join(' and ')} ${checks.length === 1 ? 'does' : 'do'} not refuse them`,
    related: entries.map((check) => ({ place: placeOfWords(check), message: 'this lets them pass' })),
    offers: offersFor(scope, demand, entry),
  };
}

function everything({ scope, label }: ServerParts, demand: CertificateDemand, entry: Entry): UncheckedWay {
  const who =
    demand === 'optional'
      ? 'lets clients without a certificate in'
      : 'lets clients in with no certificate, and with one that nobody has signed';
  return {
    kind: 'everything',
    place: placeOfWords(entry),
    message: `\`ssl_verify_client ${value(entry) ?? ''}\` ${who}, and nothing in \`${label}\` looks at \`$ssl_client_verify\``,
    related: [],
    offers: offersFor(scope, demand, entry),
  };
}

/** Both need an authority by which certificates can be verified; without one, nobody would get in. */
function offersFor(scope: Scope, demand: CertificateDemand, entry: Entry): UncheckedWay['offers'] {
  const named = nearest(scope, 'ssl_client_certificate').kind;
  if (named === 'hidden' ? demand !== 'optional' : named === 'absent') return [];
  return [
    {
      title: 'Require a verified client certificate',
      safety: 'behaviour',
      remedy: { kind: 'edit', edits: () => demandCertificate(entry) },
    },
    ...(scope.name === 'server' && enclosing(scope, 'stream') === undefined
      ? [
          {
            title: 'Answer 403 to clients without a verified certificate',
            safety: 'behaviour' as const,
            remedy: { kind: 'edit' as const, edits: () => refuseUnverified(scope) },
          },
        ]
      : []),
  ];
}

/**
 * Blocks that a check elsewhere does not cover: `if`, `return` and `rewrite` are not inherited by nested locations, and a
 * regular expression takes requests out of the prefix locations (ngx_http_rewrite_module, docs: location).
 */
function uncoveredWays(unchecked: readonly Block[], checked: readonly Block[]): UncheckedWay[] {
  return unchecked.flatMap((block) => {
    const outer = checked.find((one) => isInside(block.scope, one.scope));
    const cut = outer ?? checked.find((one) => takesFrom(block, one));
    if (cut === undefined) return [];
    const why =
      outer === undefined
        ? `takes requests out of \`${cut.label}\`, and does not have its check`
        : `is inside \`${cut.label}\`, but \`if\`, \`return\` and \`rewrite\` are not inherited, so the check there does not count here`;
    return [
      {
        kind: 'part' as const,
        place: block.place,
        message: `\`${block.label}\` ${why}`,
        related: [{ place: cut.place, message: 'the certificate is looked at here' }],
        offers: [
          {
            title: 'Answer 403 to clients without a verified certificate',
            safety: 'behaviour' as const,
            remedy: { kind: 'edit' as const, edits: () => refuseUnverified(block.scope) },
          },
        ],
      },
    ];
  });
}

function isInside(scope: Scope, outer: Scope): boolean {
  for (let at = scope.parent; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

/** Whether a regular expression that may match anywhere in a path hands requests of a prefix location to a back end. */
function takesFrom(block: Block, prefix: Block): boolean {
  const server = enclosing(block.scope, 'server');
  if (block.scope.parent !== server || prefix.scope.parent !== server || server === undefined) return false;
  const [modifier, pattern] = argumentsOf(block.scope);
  const regular = modifier === '~' || modifier === '~*';
  if (!regular || pattern === undefined || /^\(?\^/.test(pattern) || !isServedBy(block.scope)) return false;
  return argumentsOf(prefix.scope).length === 1;
}

function argumentsOf(scope: Scope): readonly string[] {
  return scope.opener?.directive.wording.values ?? [];
}

/** A listener without TLS that others than this machine reach. */
function isPlain(listen: Listen, project: NginxProject): boolean {
  if (listen.ssl || listen.quic || listen.port === undefined) return false;
  if (/^(127\.|localhost:|\[::1\])/.test(listen.socket)) return false;
  // `ssl` on the same socket in another server, or on all of a server, counts here, too.
  const { addresses, ports, servers } = encryptedListeners(project);
  return !servers && !addresses.has(value(listen.entry) ?? '') && !ports.has(listen.port);
}

interface EncryptedListeners {
  /** As they are written. */
  readonly addresses: ReadonlySet<string>;
  /** Those of addresses with a port. */
  readonly ports: ReadonlySet<number>;
  /** Whether some server has the old `ssl` for all of its listeners. */
  readonly servers: boolean;
}

const encryptedListenersOf = new WeakMap<NginxProject, EncryptedListeners>();

/** Looked up once for a project, and only where some server requires certificates. */
function encryptedListeners(project: NginxProject): EncryptedListeners {
  const before = encryptedListenersOf.get(project);
  if (before !== undefined) return before;
  const addresses = new Set<string>();
  const ports = new Set<number>();
  let servers = false;
  for (const scope of project.scopes) {
    servers ||= own(scope, 'ssl').length > 0;
    for (const entry of own(scope, 'listen')) {
      if (!entry.directive.wording.values.includes('ssl')) continue;
      const address = value(entry) ?? '';
      addresses.add(address);
      const port = /:(\d+)$/.exec(address)?.[1];
      if (port !== undefined) ports.add(Number(port));
    }
  }
  const made = { addresses, ports, servers };
  encryptedListenersOf.set(project, made);
  return made;
}

function plainWays(
  server: ServerParts,
  listens: readonly Listen[],
  encrypted: (text: string) => Dependence,
): UncheckedWay[] {
  const answers = answersOf(server.scope);
  if (answers.length === 0 || answers.some((block) => guardOf(block, encrypted) !== 'no')) return [];
  return listens.slice(0, 1).map(
    (listen): UncheckedWay => ({
      kind: 'plain',
      place: placeOfWords(listen.entry),
      message: `\`ssl_verify_client on\` says nothing about plain HTTP, and \`${server.label}\` answers on \`listen ${value(listen.entry)}\` as well, without TLS`,
      related: [],
      offers: [
        {
          title: 'Redirect plain HTTP to HTTPS',
          safety: 'behaviour',
          remedy: { kind: 'edit', edits: () => redirectPlain(server.scope) },
        },
      ],
    }),
  );
}
