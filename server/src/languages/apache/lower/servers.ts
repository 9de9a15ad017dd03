/** Owns servers: the main one and its virtual hosts, with their names, addresses, and the levels that they take settings from. */
import type { Listener, SiteName } from '../../../model/model.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import type { ApacheProject } from '../project.ts';
import {
  type Entry,
  holeFor,
  isOpen,
  nearest,
  openerPlace,
  originOf,
  own,
  placeOfWord,
  type Scope,
  value,
} from '../scope.ts';
import { isManaged } from './managed.ts';
import type { Sockets } from './sockets.ts';

/** An address of a `<VirtualHost>`, or of a `Listen` line for the main server. */
export interface Address {
  readonly place: Place;
  readonly text: string;
  readonly host: string;
  /** Undefined for all ports. */
  readonly port: number | undefined;
  /** A part of it that only the running server knows. */
  readonly open: boolean;
}

export interface Server {
  readonly scope: Scope;
  /** The scope itself, the main server, what is around a fragment. */
  readonly levels: readonly Scope[];
  readonly names: readonly SiteName[];
  readonly addresses: readonly Address[];
  readonly label: string;
  readonly place: Place;
}

/** A `Listen` line. */
export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly https: boolean;
  readonly entry: Entry;
}

const ANY = /^(\*|0\.0\.0\.0|\[::\])?$/;
const LOCAL = /^(127\.[\d.]+|localhost|\[::1\]|::1)$/i;

function addressOf(text: string, place: Place): Address {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+|\*))?$/.exec(text);
  const port = match?.[2] === undefined || match[2] === '*' ? undefined : Number(match[2]);
  return { place, text, host: match?.[1] ?? text, port, open: isOpen(text) };
}

/** A name as `ServerName` takes it: perhaps with a scheme and a port. */
const bareName = (text: string): string => text.replace(/^\w+:\/\//, '').replace(/:\d+$/, '');

function namesOf(scope: Scope): SiteName[] {
  const names = (entry: Entry, count: number): SiteName[] =>
    entry.directive.args.slice(0, count).flatMap((word, i) => {
      const text = bareName(value(entry, i) ?? '');
      return text === '' || isOpen(text) ? [] : [{ name: text, place: placeOfWord(entry.file, word) }];
    });
  const last = own(scope, 'servername').at(-1);
  const aliases = own(scope, 'serveralias').flatMap((entry) => names(entry, entry.directive.args.length));
  return [...(last === undefined ? [] : names(last, 1)), ...aliases];
}

export function listensOf({ main }: ApacheProject): Listen[] {
  return own(main, 'listen').flatMap((entry) => {
    const { host, port, open } = addressOf(value(entry) ?? '', { file: entry.file.id, span: entry.directive.head });
    const number = port ?? (/^\d+$/.test(host) ? Number(host) : undefined);
    if (open || number === undefined) return [];
    const protocol = value(entry, 1)?.toLowerCase();
    // Port 443 is https where the line names no protocol (docs, Listen).
    const https = protocol === undefined ? number === 443 : protocol === 'https';
    return [{ host: port === undefined ? '*' : host, port: number, https, entry }];
  });
}

function hostOf(scope: Scope, main: Scope): Server {
  const names = namesOf(scope);
  const { opener } = scope;
  const addresses =
    opener?.directive.args.map((word, i) => addressOf(value(opener, i) ?? '', placeOfWord(opener.file, word))) ?? [];
  const first = names[0]?.name ?? addresses[0]?.text;
  const levels = main.parent === undefined ? [scope, main] : [scope, main, main.parent];
  const label = first === undefined ? 'this virtual host' : `virtual host ${first}`;
  return { scope, levels, names, addresses, label, place: openerPlace(scope) };
}

/** What makes the main server one that answers by itself. */
const ANSWERS = [
  'proxypass',
  'proxypassmatch',
  'rewriterule',
  'sslengine',
  'sslcertificatefile',
  'documentroot',
  'location',
];

export function serversOf(project: ApacheProject): Server[] {
  const { main, scopes } = project;
  const hosts = scopes.filter(({ key, opener }) => key === 'virtualhost' && opener !== undefined);
  const servers = hosts.map((scope) => hostOf(scope, main));
  if (main.key === 'htaccess') return own(main, 'rewriterule').length > 0 ? [mainServer(main)] : [];
  if (!ANSWERS.some((key) => own(main, key).length > 0)) return servers;
  const taken = new Set(servers.flatMap(({ addresses }) => addresses.map(({ port }) => port)));
  const free = listensOf(project).filter(({ port }) => !taken.has(port) && !taken.has(undefined));
  const addresses = free.map(({ host, port, entry }): Address => {
    const place = { file: entry.file.id, span: entry.directive.head };
    return { place, text: `${host}:${port}`, host, port, open: false };
  });
  // A part of a configuration without hosts is a part of some server.
  const alone = project.role === 'fragment' && hosts.length === 0;
  if (addresses.length === 0 && !alone) return servers;
  return [{ ...mainServer(main), addresses }, ...servers];
}

/** The main server as an inner level sees it. */
function mainServer(main: Scope): Server {
  const names = namesOf(main);
  return {
    scope: main,
    levels: main.parent === undefined ? [main] : [main, main.parent],
    names,
    addresses: [],
    label: main.parent === undefined ? 'the main server' : 'this file',
    place: openerPlace(main),
  };
}

/**
 * What a `Listen` line for https does where there is no `SSLEngine`: hosts with a certificate speak TLS, those without one plain
 * HTTP, and the main server never does by itself (seen with 2.4.69 and 2.4.71).
 */
function byListen({ scope, levels }: Server, { place }: Address, { main }: ApacheProject): Fact<boolean> {
  if (scope.opener === undefined) return unknown('the main server has no `SSLEngine`, and its modules are not known');
  const found = nearest(levels, 'sslcertificatefile');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'absent' && isManaged(main)) return unknown('mod_md may bring a certificate');
  return known(found.kind === 'found', { kind: 'written', place });
}

/** Whether an address speaks TLS: `SSLEngine`, or the protocol of the `Listen` line (modules/ssl/ssl_engine_init.c). */
function tlsOf(server: Server, address: Address, project: ApacheProject, listens: readonly Listen[]): Fact<boolean> {
  const engine = nearest(server.levels, 'sslengine');
  if (engine.kind === 'hidden') return unknown(engine.hole.why);
  if (engine.kind === 'found') {
    const word = value(engine.entry)?.toLowerCase();
    if (word !== 'on' && word !== 'off') return unknown('`SSLEngine` is neither `on` nor `off`');
    return known(word === 'on', originOf(server.scope, engine.scope, engine.entry));
  }
  const hole = holeFor(project.main, 'listen');
  if (hole !== undefined || address.port === undefined) return unknown(hole?.why ?? 'it is for all ports');
  const mine = listens.filter(({ port }) => port === address.port);
  if (mine.length === 0) return unknown('no `Listen` line for its port');
  // Only a line for the same address, or for all of them, gives its protocol to a host.
  if (mine.some(({ host }) => !ANY.test(host) && host !== address.host))
    return unknown('its `Listen` line is for another address');
  if (mine.some(({ https }) => https) !== mine.every(({ https }) => https)) return unknown('its `Listen` lines differ');
  if (mine[0]?.https !== true) return known(false, { kind: 'written', place: address.place });
  return byListen(server, address, project);
}

/** Whether clients come here themselves. */
function directOf(address: Address, server: Server, project: ApacheProject, listens: readonly Listen[]): Fact<boolean> {
  const origin = { kind: 'written' as const, place: address.place };
  if (LOCAL.test(address.host)) return known(false, origin);
  if (nearest(server.levels, 'remoteipproxyprotocol').kind === 'found') return known(false, origin);
  const mine = listens.filter(({ port }) => port === address.port);
  if (mine.length > 0)
    return known(
      mine.some(({ host }) => !LOCAL.test(host)),
      origin,
    );
  const usual = address.port === 80 || address.port === 443;
  if (usual && project.role === 'fragment') return known(true, origin);
  return unknown('no `Listen` line for its port');
}

export function listenersOf(
  server: Server,
  project: ApacheProject,
  listens: readonly Listen[],
  sockets: Sockets,
): Listener[] {
  return server.addresses.map((address): Listener => {
    const { place, port, open } = address;
    const isMain = server.scope.opener === undefined;
    return {
      place,
      label: isMain ? `Listen ${address.text}` : `<VirtualHost ${address.text}>`,
      port: port === undefined || open ? unknown('it is for all ports') : known(port, { kind: 'written', place }),
      tls: tlsOf(server, address, project, listens),
      direct: directOf(address, server, project, listens),
      answersUnknownNames: sockets.answersUnknownNames(server, address),
    };
  });
}
