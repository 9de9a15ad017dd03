/** Owns hops: where `reverse_proxy` leads, and what its transport says of TLS there (modules/caddyhttp/reverseproxy/httptransport.go). */
import { byDefault, DOCS } from '../../../facts/caddy.ts';
import { type Hop, type HopMismatch, isAddress, reachOf } from '../../../model/hops.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { byFile, removeLines, replaceArg } from '../realize/layout.ts';
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
      title: 'Verify the back end again (a private authority has to be named in `tls_trust_pool`)',
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
  return {
    message: `\`${arg.value}\` gets plain HTTP at port 443, where TLS is expected; without \`https://\` Caddy speaks none`,
    related: [],
    offers: [
      {
        title: 'Use `https://`',
        safety: 'behaviour',
        remedy: {
          kind: 'edit',
          edits: () => {
            const edit = replaceArg(entry, index, `https://${arg.value.replace(/:443$/, '')}`);
            return edit === undefined || entry.args.some(({ value }) => value !== arg.value && /^[^@/*]/.test(value))
              ? undefined
              : byFile([edit]);
          },
        },
      },
    ],
  };
}

export function hopsOf(proxies: readonly ProxyLine[]): Hop[] {
  return proxies.flatMap((proxy) => {
    const transport = transportOf(proxy.entry);
    const tls = isTls(proxy);
    return proxy.upstreams.flatMap((upstream): Hop[] => {
      const { host, arg, entry } = upstream;
      if (host === '') return [];
      return [
        {
          place: { file: entry.file.id, span: arg.word.span },
          label: `reverse_proxy ${arg.value}`,
          reach: reachOf(host),
          tls,
          verifySetting: 'tls_insecure_skip_verify',
          verified: verifiedOf(transport),
          unverified: '`tls_insecure_skip_verify` switches the check of its chain and its name off',
          nameSetting: 'tls_server_name',
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
