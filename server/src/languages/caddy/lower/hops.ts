/** Owns hops: where `reverse_proxy` leads, and what its transport says of TLS there (modules/caddyhttp/reverseproxy/httptransport.go). */
import { byDefault, DOCS } from '../../../facts/caddy.ts';
import { type Hop, type HopMismatch, isAddress, reachOf } from '../../../model/hops.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { addMember } from '../json/edits.ts';
import { byFile, isLine, removeLines, replaceArg } from '../realize/layout.ts';
import { type Entry, lastOwn, originOf, type Scope } from '../scope.ts';
import { type ProxyLine, transportOf, type Upstream } from './proxies.ts';
import { isTls } from './upgrade.ts';

const SOURCE = `${DOCS}/caddyfile/directives/reverse_proxy#the-http-transport`;

function verifiedOf(transport: Scope | undefined): Fact<boolean> {
  const [hole] = transport?.holes ?? [];
  const skip = lastOwn(transport, 'tls_insecure_skip_verify');
  if (skip !== undefined) return known(false, originOf(skip));
  return hole === undefined ? known(true, byDefault(SOURCE)) : unknown(hole.why);
}

/** Verification comes back with the line's end; what a private authority has signed needs that authority, too. */
function verifyOffers(transport: Entry | undefined, skip: Entry | undefined): Hop['verify'] {
  if (skip === undefined || transport === undefined) return [];
  return [
    {
      title: `Verify the back end again (a private authority has to be named in \`${isLine(skip) ? 'tls_trust_pool' : 'ca'}\`)`,
      safety: 'behaviour',
      remedy: { kind: 'edit', edits: () => byFile(removeLines(transport, [skip])) },
    },
  ];
}

/** Port 443 without TLS: Caddy speaks plain HTTP to it. */
function mismatchOf(upstream: Upstream, tls: boolean): HopMismatch | undefined {
  const { scheme, port, host, arg, entry } = upstream;
  if (tls || scheme !== undefined || port !== 443 || host === '') return undefined;
  const index = entry.args.indexOf(arg);
  // A transport is for all back ends of a line.
  const alone = !entry.args.some(({ value }) => value !== arg.value && /^[^@/*]/.test(value));
  const lines = isLine(entry);
  const edit = () =>
    lines ? replaceArg(entry, index, `https://${arg.value.replace(/:443$/, '')}`) : addTls(entry, transportOf(entry));
  return {
    message: `\`${arg.value}\` gets plain HTTP at port 443, where TLS is expected; without ${lines ? '`https://`' : '`tls` in its `transport`'} Caddy speaks none`,
    related: [],
    offers: [
      {
        title: lines ? 'Use `https://`' : 'Add `tls` to its `transport`',
        safety: 'behaviour',
        remedy: { kind: 'edit', edits: () => (alone ? byFile([edit()].flatMap((one) => one ?? [])) : undefined) },
      },
    ],
  };
}

/** In JSON, TLS is a member of the transport, which is HTTP's where none is written. */
function addTls({ file, json }: Entry, transport: Scope | undefined) {
  return transport === undefined
    ? addMember(file, json?.node, ['transport'], { protocol: 'http', tls: {} })
    : addMember(file, transport.opener?.json?.node, ['tls'], {});
}

export function hopsOf(proxies: readonly ProxyLine[]): Hop[] {
  return proxies.flatMap((proxy) => {
    const transport = transportOf(proxy.entry);
    const tls = isTls(proxy);
    const setting = isLine(proxy.entry) ? 'tls_insecure_skip_verify' : 'insecure_skip_verify';
    return proxy.upstreams.flatMap((upstream): Hop[] => {
      const { host, arg, entry } = upstream;
      if (host === '') return [];
      return [
        {
          place: { file: entry.file.id, span: arg.word.span },
          label: `reverse_proxy ${arg.value}`,
          reach: reachOf(host),
          tls,
          verifySetting: setting,
          verified: verifiedOf(transport),
          unverified: `\`${setting}\` switches the check of its chain and its name off`,
          nameSetting: isLine(proxy.entry) ? 'tls_server_name' : 'server_name',
          nameSent: known(true, byDefault(SOURCE)),
          name: isAddress(host) ? undefined : host,
          mismatch: mismatchOf(upstream, tls),
          verify: verifyOffers(transport?.opener, lastOwn(transport, 'tls_insecure_skip_verify')),
          sendName: [],
        },
      ];
    });
  });
}
