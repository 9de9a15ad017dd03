/** Owns what listeners speak: `ssl` on a `listen`, a `listen` of its own, `ssl_reject_handshake`, redirects to TLS, servers that refuse. */
import type { Listener, Site } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { atLeast } from '../../../model/target.ts';
import { isPublic } from '../lower/plain.ts';
import { handshakeOf, type Socket, speaksTls } from '../lower/sockets.ts';
import { type Entry, own, placeOfWords, scopesBelow } from '../scope.ts';
import { redirectPlain } from './client-certificates.ts';
import type { RealizeContext } from './index.ts';
import { byFile, indentStep, lastOf, linesAfter, replaceArgs } from './layout.ts';

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
  if (listen === undefined || address === undefined || !canSpeakTls(sockets.of(listen))) return undefined;
  const at = address.span.end;
  return byFile([{ file: listen.entry.file, edit: { span: { start: at, end: at }, newText: ' ssl' } }]);
}

/** Whether the version that is meant certainly has `ssl_reject_handshake` (docs: since 1.19.4). */
function canRefuse({ project }: RealizeContext): boolean {
  return atLeast(project.paths.environment.target, 'nginx', '1.19.4') === true;
}

/** `ssl_reject_handshake on`, behind the last `listen` of the server. */
export function refuseHandshakes(site: Site, context: RealizeContext): FileEdits[] | undefined {
  const server = context.siteSource(site)?.server;
  if (server === undefined || !canRefuse(context)) return undefined;
  const [written] = own(server.scope, 'ssl_reject_handshake');
  if (written !== undefined) return byFile([{ file: written.file, edit: replaceArgs(written.directive, 0, 'on') }]);
  const last = lastOf(server.listens.map(({ entry }) => entry).filter(({ via }) => via.length === 0));
  if (last === undefined) return undefined;
  return byFile([{ file: last.file, edit: linesAfter(last.file, last.directive, ['ssl_reject_handshake on;']) }]);
}

/**
 * Where all listeners of a server are plain, it only redirects from now on; where some speak TLS, a condition tells. Both
 * come before any location, so files that have to be had in plain text, such as ACME challenges, stand against it.
 */
export function redirectToTls(site: Site, context: RealizeContext): FileEdits[] | undefined {
  const source = context.siteSource(site);
  if (source === undefined || scopesBelow(source.server.scope).some(isPublic)) return undefined;
  const { server, sockets } = source;
  if (speaksTls(server, sockets)) return redirectPlain(server.scope);
  const last = lastOf(
    [...own(server.scope, 'listen'), ...own(server.scope, 'server_name')].filter(({ via }) => via.length === 0),
  );
  if (last === undefined) return undefined;
  const line = 'return 301 https://$host$request_uri;';
  return byFile([{ file: last.file, edit: linesAfter(last.file, last.directive, [line]) }]);
}

/** A server of its own behind the last one of the level, for all TLS sockets whose first server this one is. */
export function refuseUnknownNames(site: Site, context: RealizeContext): FileEdits[] | undefined {
  const source = context.siteSource(site);
  if (source === undefined || !canRefuse(context)) return undefined;
  const { server, sockets } = source;
  const mine = server.listens.filter((listen) => {
    const socket = sockets.of(listen);
    return socket?.tls.known === true && socket.tls.value && socket.defaultServer === server && !socket.named;
  });
  const last = lastOf((server.scope.parent?.entries ?? []).filter(isServerHere));
  const block = last?.directive.block;
  if (mine.length === 0 || mine.some(({ quic }) => quic) || last === undefined || block === undefined) return undefined;
  const step = indentStep([last.directive], last.file.text);
  const lines = [
    'server {',
    ...mine.map(({ entry }) => `${step}listen ${entry.directive.args[0]?.value ?? ''} ssl default_server;`),
    `${step}ssl_reject_handshake on;`,
    '}',
  ];
  return byFile([{ file: last.file, edit: linesAfter(last.file, last.directive, lines) }]);
}

function isServerHere({ directive, via }: Entry): boolean {
  return directive.name.value === 'server' && directive.block !== undefined && via.length === 0;
}
