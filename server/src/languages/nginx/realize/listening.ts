/** Owns making a listener speak TLS: `ssl` on its `listen`, or a `listen` of its own. */
import type { Listener, Site } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { handshakeOf, type Socket } from '../lower/sockets.ts';
import { placeOfWords } from '../scope.ts';
import type { RealizeContext } from './index.ts';
import { byFile, lastOf, linesAfter } from './layout.ts';

/** Every server of a socket needs a certificate, or nginx does not start. */
function canSpeakTls(socket: Socket | undefined): boolean {
  return socket !== undefined && socket.servers.length === 1;
}

/** With `ssl` on one `listen`, all servers of its socket speak TLS, so a socket with others on it is left alone. */
export function speakTls(site: Site, listener: Listener | undefined, context: RealizeContext): FileEdits[] | undefined {
  const source = context.siteSource(site);
  if (source === undefined) return undefined;
  const { server, sockets } = source;
  const handshake = handshakeOf(server, sockets);
  if (!handshake.known || handshake.value !== 'certificate') return undefined;
  if (listener === undefined) {
    const last = lastOf(server.listens.map(({ entry }) => entry).filter(({ via }) => via.length === 0));
    if (last === undefined) return undefined;
    const { file, directive } = last;
    return byFile([{ file, edit: linesAfter(file, directive, ['listen 443 ssl;']) }]);
  }
  const listen = server.listens.find(({ entry }) => {
    const place = placeOfWords(entry);
    return place.file === listener.place.file && place.span.start === listener.place.span.start;
  });
  const address = listen?.entry.directive.args[0];
  if (listen === undefined || address === undefined || !canSpeakTls(sockets.of(server, listen))) return undefined;
  const at = address.span.end;
  return byFile([{ file: listen.entry.file, edit: { span: { start: at, end: at }, newText: ' ssl' } }]);
}
