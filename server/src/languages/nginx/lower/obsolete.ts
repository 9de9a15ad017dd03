/** Owns what newer nginx deprecates or refuses: `ssl on` and the `http2` and `spdy` parameters of `listen`. */
import { REMOVALS } from '../../../facts/nginx.ts';
import type { Obsolete } from '../../../model/model.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { replaceListenHttp2, replaceSslOn } from '../realize/obsolete.ts';
import { own, placeOfWord, placeOfWords } from '../scope.ts';
import type { Server } from './sites.ts';

function sslOn(servers: readonly Server[], server: Server): Obsolete[] {
  return own(server.scope, 'ssl').flatMap((entry): Obsolete[] => {
    if (entry.directive.args[0]?.value !== 'on' || entry.directive.args.length !== 1) return [];
    const edits = replaceSslOn(server, entry, servers);
    return [
      {
        place: placeOfWords(entry),
        what: '`ssl on`',
        product: 'nginx',
        deprecatedIn: REMOVALS.sslOn.deprecatedIn,
        removedIn: REMOVALS.sslOn.removedIn,
        advice: 'TLS is switched on by the `ssl` parameter of `listen`',
        offers:
          edits === undefined
            ? []
            : [
                {
                  title: 'Put `ssl` on the `listen` lines instead',
                  safety: edits.safety,
                  remedy: { kind: 'edit', edits: edits.edits },
                },
              ],
      },
    ];
  });
}

function listenHttp2(servers: readonly Server[], server: Server, target: Target): Obsolete[] {
  return server.listens.flatMap((listen): Obsolete[] => {
    const { http2, entry } = listen;
    if (http2 === undefined) return [];
    // `http2 on` is an unknown directive before 1.25.1, so it is offered only where the target is known to have it.
    const edits = atLeast(target, 'nginx', '1.25.1') === true ? replaceListenHttp2(server, servers) : undefined;
    return [
      {
        place: placeOfWord(entry.file, http2),
        what: 'The `http2` parameter of `listen`',
        product: 'nginx',
        deprecatedIn: REMOVALS.listenHttp2.deprecatedIn,
        removedIn: REMOVALS.listenHttp2.removedIn,
        advice: 'HTTP/2 is switched on by the directive `http2 on`',
        offers:
          edits === undefined
            ? []
            : [
                {
                  title: 'Use `http2 on;` instead',
                  safety: edits.safety,
                  remedy: { kind: 'edit', edits: edits.edits },
                },
              ],
      },
    ];
  });
}

export function obsoleteOf(servers: readonly Server[], target: Target): Obsolete[] {
  return servers.flatMap((server) => [...sslOn(servers, server), ...listenHttp2(servers, server, target)]);
}
