/** Owns what back ends see of handshakes: the Host, and conditions that miss some clients. */
import { byDefault, DOCS, UPSTREAM_HOST_SINCE } from '../../../facts/caddy.ts';
import type { Handshake, SentHost, StrictMatch } from '../../../model/handshake.ts';
import { isAddress } from '../../../model/hops.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { byFile, removeLine, replaceArg } from '../realize/layout.ts';
import { originOf, placeOf } from '../scope.ts';
import { isFor, upLines } from './header-lines.ts';
import type { HeaderTest } from './matchers.ts';
import type { ProxyLine } from './proxies.ts';
import { alwaysAskedBy, isTls, overHttp2Of } from './upgrade.ts';

const SOURCE = `${DOCS}/caddyfile/directives/reverse_proxy#headers`;

/** What stands for the client's Host; the port is in `{hostport}` only. */
const CLIENT = /^\{(hostport|http\.request\.hostport|header\.host|http\.request\.header\.host)\}$/i;
const CLIENT_NAME = /^\{(host|http\.request\.host)\}$/;
const UPSTREAM = /^\{(upstream_hostport|http\.reverse_proxy\.upstream\.(hostport|host))\}$/;

function isOtherSite(host: string): boolean {
  return /^[\w-]+(\.[\w-]+)*\.[a-z][\w-]*$/i.test(host) && !/\.(local|internal|lan|localdomain|localhost)$/i.test(host);
}

function hostSent(proxy: ProxyLine, target: Target): Fact<SentHost> {
  const [upstream, ...more] = proxy.upstreams;
  if (upstream === undefined || more.length > 0 || upstream.host === '' || upstream.entry.name === 'dynamic')
    return unknown('which back end gets it is known only then');
  const otherSite = isOtherSite(upstream.host) && !isAddress(upstream.host);
  const name = upstream.arg.value.replace(/^\w+:\/\//, '');
  const line = upLines(proxy).findLast((one) => isFor(one, 'Host'));
  if (line !== undefined) {
    const text = line.value;
    const origin = originOf(line.entry);
    if (line.kind !== 'set') return unknown('`header_up` changes it');
    if (CLIENT.test(text)) return known({ kind: 'client', text, otherSite }, origin);
    if (CLIENT_NAME.test(text)) return known({ kind: 'without-port', text, otherSite }, origin);
    if (UPSTREAM.test(text)) return known({ kind: 'upstream', text, otherSite }, origin);
    return text.includes('{')
      ? unknown('a placeholder decides it')
      : known({ kind: 'fixed', text, otherSite: isOtherSite(text) }, origin);
  }
  if (!isTls(proxy)) return known({ kind: 'client', text: '{hostport}', otherSite }, byDefault(SOURCE));
  const newer = atLeast(target, 'caddy', UPSTREAM_HOST_SINCE);
  if (newer === undefined) return unknown(`from ${UPSTREAM_HOST_SINCE} on, back ends with TLS get their own name`);
  return newer
    ? known({ kind: 'upstream', text: name, otherSite }, byDefault(SOURCE, `Caddy ${UPSTREAM_HOST_SINCE} and newer`))
    : known(
        { kind: 'client', text: '{hostport}', otherSite },
        byDefault(SOURCE, `Caddy before ${UPSTREAM_HOST_SINCE}`),
      );
}

/** Values of header matchers are compared as they are; a `*` at either end stands for anything (MatchHeader). */
function strictness({ entry, name, value, index }: HeaderTest): StrictMatch | undefined {
  const place = placeOf(entry);
  if (/^connection$/i.test(name)) {
    const exact = !value.includes('*');
    const message = exact
      ? `\`header ${name} ${value}\` takes only requests whose \`Connection\` is exactly that; Firefox sends \`keep-alive, Upgrade\``
      : `\`header ${name} ${value}\` tells small letters from capitals, and some clients send \`upgrade\``;
    const others = entry.scope === undefined && index > 1 ? [] : [entry];
    return {
      place,
      message,
      offers: others.map((line) => ({
        title: 'Leave `Connection` out: `Upgrade` says it all',
        safety: 'behaviour' as const,
        remedy: { kind: 'edit' as const, edits: () => byFile(removeLine(line)) },
      })),
    };
  }
  if (!/^upgrade$/i.test(name) || value === 'websocket' || value === '*') return undefined;
  if (!/^\*?websocket\*?$/i.test(value)) return undefined;
  if (/^\*?websocket\*?$/.test(value)) return undefined;
  return {
    place,
    message: `\`header ${name} ${value}\` tells small letters from capitals, and clients send \`websocket\``,
    offers: [
      {
        title: 'Write `websocket`',
        safety: 'behaviour',
        remedy: {
          kind: 'edit',
          edits: () => {
            const edit = replaceArg(entry, index, 'websocket');
            return edit === undefined ? undefined : byFile([edit]);
          },
        },
      },
    ],
  };
}

/** Tests on the headers of handshakes in the matchers around a proxy. */
export function handshakeTests({ matchers }: ProxyLine): HeaderTest[] {
  return matchers.flatMap(({ headers }) => headers.filter(({ name }) => /^(upgrade|connection)$/i.test(name)));
}

export function asksForHandshake(proxy: ProxyLine): boolean {
  return handshakeTests(proxy).some(({ name, value }) => /^upgrade$/i.test(name) && /websocket/i.test(value));
}

/**
 * `is`: whether it may be a WebSocket; of others nobody asks what Host they get. `isSpared`: whether what its matcher leaves out
 * comes to the same back ends.
 */
export function handshakeOf(proxy: ProxyLine, is: boolean, isSpared: () => boolean, target: Target): Handshake {
  const tests = handshakeTests(proxy);
  const alone = tests.length === 1;
  const tooStrict = tests.flatMap((test) => {
    const found = strictness(test);
    if (found === undefined) return [];
    // Without the only test the matcher would take everything.
    return [alone && /^connection$/i.test(test.name) ? { ...found, offers: [] } : found];
  });
  const asked = alwaysAskedBy(proxy);
  return {
    overHttp2: overHttp2Of(proxy),
    host: is ? hostSent(proxy, target) : unknown('it is no WebSocket'),
    alwaysAsks: known(asked !== undefined, asked === undefined ? byDefault(SOURCE) : originOf(asked.entry)),
    // Whatever is asked for is handed on (reverseproxy.go, prepareRequest: upgradeType), and a 101 to it opens the tunnel.
    anyProtocol: is
      ? known(!asksForHandshake(proxy) && !upLines(proxy).some((line) => isFor(line, 'Upgrade')), byDefault(SOURCE))
      : unknown('it is no WebSocket'),
    ...(tooStrict.length > 0 && !isSpared() ? { tooStrict } : {}),
  };
}
