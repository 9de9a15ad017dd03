/** Owns schemes that do not fit their port: plain HTTP to 443, TLS to 80, also where 80 is only what nginx assumes. */
import type { HopMismatch } from '../../../model/hops.ts';
import { dropPort, useHttps, useTlsPorts } from '../realize/hops.ts';
import { placeOfWords, value } from '../scope.ts';
import type { Pass } from './hops.ts';

/** In an `upstream`, a server without a port is at 80, whatever the scheme of those who use it (ngx_http_upstream_server). */
const ASSUMED = 80;

/** `shared` says whether others speak plain HTTP to the same `upstream`. */
export function mismatchOf(pass: Pass, shared: boolean): HopMismatch | undefined {
  const { entry, tls, family, port, block, servers } = pass;
  if (block === undefined && port !== 443 && port !== 80) return undefined;
  const url = value(entry) ?? '';
  if (family !== 'proxy' || !/^https?:\/\//i.test(url)) return undefined;
  if (block === undefined) {
    if (!tls && port === 443) return plainToTls(pass, 'port 443', []);
    if (tls && port === 80) {
      return {
        message: `\`proxy_pass ${url}\` speaks TLS to port 80, where plain HTTP is expected`,
        related: [],
        offers: [
          {
            title: 'Use the port of `https`, 443',
            safety: 'behaviour',
            remedy: { kind: 'edit', edits: () => dropPort(entry) },
          },
        ],
      };
    }
    return undefined;
  }
  if (servers.length === 0 || servers.some(({ host }) => host.startsWith('unix:') || host.includes('$')))
    return undefined;
  const related = servers.map((server) => ({ place: placeOfWords(server.entry), message: 'the back end' }));
  if (!tls && servers.every((server) => server.port === 443)) return plainToTls(pass, 'servers at port 443', related);
  if (!tls || !servers.every((server) => (server.port ?? ASSUMED) === 80)) return undefined;
  const assumed = servers.some((server) => server.port === undefined);
  return {
    message:
      `\`proxy_pass ${url}\` speaks TLS to port 80` +
      (assumed
        ? `: a \`server\` without a port is at 80, also when \`https\` leads there`
        : ', where plain HTTP is expected'),
    related,
    offers: shared
      ? []
      : [
          {
            title: 'Use port 443 in the `upstream`',
            safety: 'behaviour',
            remedy: { kind: 'edit', edits: () => useTlsPorts(servers) },
          },
        ],
  };
}

function plainToTls({ entry }: Pass, where: string, related: HopMismatch['related']): HopMismatch {
  return {
    message: `\`proxy_pass ${value(entry) ?? ''}\` speaks plain HTTP to ${where}, where TLS is expected`,
    related,
    offers: [{ title: 'Use `https`', safety: 'behaviour', remedy: { kind: 'edit', edits: () => useHttps(entry) } }],
  };
}
