/** Owns the edits for `ssl on` and `listen … http2`. */

import type { SourceFile } from '../../../files/store.ts';
import type { Safety } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import type { TextEdit } from '../../../text/edits.ts';
import type { Server } from '../lower/servers.ts';
import { type Entry, own } from '../scope.ts';
import { byFile, linesAfter, removal } from './layout.ts';

export interface Replacement {
  readonly safety: Safety;
  readonly edits: () => readonly FileEdits[];
}

function afterLastArg(entry: Entry, newText: string): { file: SourceFile; edit: TextEdit } {
  const last = entry.directive.args[entry.directive.args.length - 1] ?? entry.directive.name;
  return { file: entry.file, edit: { span: { start: last.span.end, end: last.span.end }, newText } };
}

/** Servers on one of these sockets, other than the given one. */
function sharing(server: Server, servers: readonly Server[], sockets: ReadonlySet<string>): Server[] {
  return servers.filter((other) => other !== server && other.listens.some((listen) => sockets.has(listen.socket)));
}

/**
 * `ssl on` makes every socket of its server speak TLS; so does `ssl` on each `listen`. The parameter counts for all
 * servers on the socket, so the edit is withheld when another server uses one of them without TLS.
 */
export function replaceSslOn(server: Server, entry: Entry, servers: readonly Server[]): Replacement | undefined {
  const { listens } = server;
  if (listens.length === 0) return undefined;
  const sockets = new Set(listens.map((listen) => listen.socket));
  const plain = sharing(server, servers, sockets).some(
    (other) =>
      own(other.scope, 'ssl')[0]?.directive.args[0]?.value !== 'on' &&
      other.listens.some((listen) => sockets.has(listen.socket) && !listen.ssl),
  );
  if (plain) return undefined;
  return {
    safety: 'safe',
    edits: () =>
      byFile([
        ...listens.filter((listen) => !listen.ssl).map((listen) => afterLastArg(listen.entry, ' ssl')),
        { file: entry.file, edit: removal(entry.file, entry.directive) },
      ]),
  };
}

/**
 * The parameter on one `listen` gives HTTP/2 to every server of the socket, the directive only to its own server; the
 * edit is safe when no other server loses HTTP/2 by it.
 */
export function replaceListenHttp2(server: Server, servers: readonly Server[]): Replacement | undefined {
  const listens = server.listens.filter((listen) => listen.http2 !== undefined);
  const last = server.listens[server.listens.length - 1];
  if (listens.length === 0 || last === undefined) return undefined;
  const sockets = new Set(listens.map((listen) => listen.socket));
  const losing = sharing(server, servers, sockets).some(
    (other) => own(other.scope, 'http2').length === 0 && !other.listens.some((listen) => listen.http2 !== undefined),
  );
  return {
    safety: losing ? 'behaviour' : 'safe',
    edits: () => {
      const edits = listens.flatMap((listen) => {
        const word = listen.http2;
        if (word === undefined) return [];
        const { text } = listen.entry.file;
        let start = word.span.start;
        while (text[start - 1] === ' ' || text[start - 1] === '\t') start--;
        return [{ file: listen.entry.file, edit: { span: { start, end: word.span.end }, newText: '' } }];
      });
      const has = own(server.scope, 'http2').length > 0;
      return byFile(
        has
          ? edits
          : [
              ...edits,
              { file: last.entry.file, edit: linesAfter(last.entry.file, last.entry.directive, ['http2 on;']) },
            ],
      );
    },
  };
}
