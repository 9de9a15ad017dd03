/** Owns what newer nginx deprecates or refuses: `ssl on` and the `http2` and `spdy` parameters of `listen`. */
import { REMOVALS } from '../../../facts/nginx.ts';
import type { Obsolete } from '../../../model/model.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import type { NginxProject } from '../project.ts';
import { replaceListenHttp2, replaceSslOn } from '../realize/obsolete.ts';
import { own, placeOfWord, placeOfWords, type Scope } from '../scope.ts';
import type { Server } from './servers.ts';

/** `ssl on` in a server, or at a level whose servers inherit it; the latter has no edit of its own. */
function sslOn(scope: Scope, servers: readonly Server[]): Obsolete[] {
  return own(scope, 'ssl').flatMap((entry): Obsolete[] => {
    if (entry.directive.wording.values[0] !== 'on' || entry.directive.wording.values.length !== 1) return [];
    const server = servers.find((one) => one.scope === scope);
    const edits = server === undefined ? undefined : replaceSslOn(server, entry, servers);
    const { deprecatedIn, removedIn } = REMOVALS.sslOn;
    return [
      {
        place: placeOfWords(entry),
        what: '`ssl on`',
        deprecatedIn,
        removedIn,
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

const SSL_LEVELS = new Set(['http', 'mail', 'server', 'main']);

export function obsoleteOf(project: NginxProject, servers: readonly Server[], target: Target): Obsolete[] {
  const levels = project.scopes.filter((scope) => SSL_LEVELS.has(scope.name));
  return [
    ...levels.flatMap((scope) => sslOn(scope, servers)),
    ...servers.flatMap((server) => listenHttp2(servers, server, target)),
  ];
}
