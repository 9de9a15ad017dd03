/** Owns hops: where `ProxyPass`, `RewriteRule` and `BalancerMember` lead, and what `SSLProxy…` says of TLS there. */
import { byDefault, MOD_SSL } from '../../../facts/apache.ts';
import type { Hop, HopMismatch, Reach } from '../../../model/hops.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { ApacheProject } from '../project.ts';
import { dropPort, switchEngineOn, useHttps, verifyBackEnd } from '../realize/hops.ts';
import { type Entry, isOpen, nearest, originOf, own, placeOf, placeOfArgs, type Scope, value } from '../scope.ts';
import { mayCount } from './handshake.ts';
import { passesOf } from './passes.ts';
import { handsOn, rewritesIn } from './rewrites.ts';
import type { Server } from './servers.ts';

/** An address that requests are sent to. */
export interface HopLine {
  readonly entry: Entry;
  readonly server: Server;
  readonly url: string;
  /** Which argument it is. */
  readonly index: number;
}

function linesOf(server: Server): HopLine[] {
  const { lines, located } = passesOf(server);
  const mine = [...lines, ...located].filter(({ scope }) => scope === server.scope || scope.parent === server.scope);
  return [
    ...mine.map(({ entry, url, urlIndex }) => ({ entry, server, url, index: urlIndex })),
    ...rewritesIn(server.scope)
      .filter(handsOn)
      .map(({ entry, target }) => ({ entry, server, url: target, index: 1 })),
  ];
}

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[');

function reachOf(host: string): Reach {
  if (/^(127\.[\d.]+|localhost|\[::1\])$/i.test(host)) return 'local';
  if (isAddress(host)) return 'remote';
  if (!host.includes('.')) return 'near';
  return /\.(local|localhost|internal|lan|home|intranet|corp|svc|arpa)$/i.test(host) ? 'near' : 'remote';
}

/** A setting of the server that `<Proxy>` sections may change for some addresses. */
function setting(line: HopLine, key: string): ReturnType<typeof nearest> | undefined {
  return mayCount(line.server, line.server.levels, key) ? undefined : nearest(line.server.levels, key);
}

function verifiedOf(line: HopLine): Fact<boolean> {
  const found = setting(line, 'sslproxyverify');
  if (found === undefined) return unknown('`SSLProxyVerify` stands in a section that counts for some requests');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'absent') return known(false, byDefault(`${MOD_SSL}#sslproxyverify`));
  const word = value(found.entry)?.toLowerCase() ?? '';
  return known(word === 'require', originOf(line.server.scope, found.scope, found.entry));
}

/** Without `SSLProxyEngine on` there is no TLS to back ends: every request ends with 500 (AH01961, seen with 2.4.71). */
function engineMissing(line: HopLine): HopMismatch | undefined {
  const found = setting(line, 'sslproxyengine');
  if (found === undefined || found.kind === 'hidden') return undefined;
  if (found.kind === 'found' && value(found.entry)?.toLowerCase() !== 'off') return undefined;
  const place = found.kind === 'found' ? placeOf(found.entry) : undefined;
  return {
    message: `\`${labelOf(line)}\` needs \`SSLProxyEngine on\`, which is ${place === undefined ? 'off unless it is written' : 'switched off'} (AH01961)`,
    related: place === undefined ? [] : [{ place, message: 'switched off here' }],
    offers: [
      {
        title: 'Switch TLS to back ends on',
        safety: 'behaviour',
        remedy: { kind: 'edit', edits: () => switchEngineOn(line) },
      },
    ],
  };
}

function mismatchOf(line: HopLine, tls: boolean, port: number | undefined): HopMismatch | undefined {
  if (tls && port === 80) {
    return {
      message: `\`${labelOf(line)}\` speaks TLS to port 80, where plain HTTP is expected`,
      related: [],
      offers: [
        {
          title: 'Use the port of `https`, 443',
          safety: 'behaviour',
          remedy: { kind: 'edit', edits: () => dropPort(line) },
        },
      ],
    };
  }
  if (!tls && port === 443) {
    return {
      message: `\`${labelOf(line)}\` speaks plain HTTP to port 443, where TLS is expected`,
      related: [],
      offers: [{ title: 'Use `https`', safety: 'behaviour', remedy: { kind: 'edit', edits: () => useHttps(line) } }],
    };
  }
  return tls ? engineMissing(line) : undefined;
}

function labelOf({ entry, url }: HopLine): string {
  return `${entry.directive.name.value} ${url}`;
}

function hopOf(line: HopLine): Hop[] {
  const [, scheme = '', host = '', port] = /^(https?|wss?):\/\/(\[[^\]]*\]|[^/:?]*)(?::(\d+))?/i.exec(line.url) ?? [];
  if (host === '' || isOpen(host) || /[$%]/.test(host)) return [];
  const tls = /^(https|wss)$/i.test(scheme);
  return [
    {
      place:
        line.entry.directive.args.length > line.index
          ? placeOfArgs(line.entry, line.index, line.index)
          : placeOf(line.entry),
      label: labelOf(line),
      reach: reachOf(host),
      tls,
      verifySetting: 'SSLProxyVerify',
      verified: verifiedOf(line),
      nameSetting: 'ProxyPreserveHost',
      nameSent: known(true, byDefault(`${MOD_SSL}#sslproxyengine`)),
      name: isAddress(host) ? undefined : host,
      mismatch: mismatchOf(line, tls, port === undefined ? undefined : Number(port)),
      verify: [
        {
          title: 'Verify the back end (fill in whom to trust)',
          safety: 'sketch',
          remedy: { kind: 'edit', edits: () => verifyBackEnd(line) },
        },
      ],
      sendName: [],
    },
  ];
}

/** The hops of all servers, in the order of the text; main lines that hosts take count once. */
export function hopsOf(project: ApacheProject, servers: readonly Server[]): Hop[] {
  const { main } = project;
  const all: readonly Server[] = servers.some(({ scope }) => scope === main) ? servers : [mainOf(main), ...servers];
  return all.flatMap((server) => linesOf(server).flatMap(hopOf));
}

function mainOf(scope: Scope): Server {
  const levels = scope.parent === undefined ? [scope] : [scope, scope.parent];
  const place = own(scope, 'listen')[0];
  return {
    scope,
    levels,
    names: [],
    addresses: [],
    label: 'the main server',
    place: place === undefined ? { file: '', span: { start: 0, end: 0 } } : placeOf(place),
  };
}
