/** Owns Caddy's own format, JSON: reads it into the form in which Caddyfiles are lowered. */
import { type Node, parseTree } from 'jsonc-parser';
import type { FileId } from '../../../files/host.ts';
import { dirname } from '../../../files/paths.ts';
import { noDependencies, type SourceFile } from '../../../files/store.ts';
import type { Environment } from '../../language.ts';
import type { CaddyProject } from '../project.ts';
import type { Scope } from '../scope.ts';
import { type Loaded, loadedBy, loadedIn, loadLines } from './certificates.ts';
import { poolLine, routeLine, routeLines } from './handlers.ts';
import { elements, emptyScope, isTrue, type Made, Maker, member, members, named, path, word, words } from './made.ts';

/** Nobody nests deeper than this; what does is hostile. */
const MOST_LEVELS = 200;
const MOST_BYTES = 8 * 1024 * 1024;

/** Whether a file is a configuration of Caddy: `apps` with `http` at the top. Asked only of names that may be one. */
export function isCaddyJson(text: string): boolean {
  if (!text.includes('"apps"') || !text.includes('"http"') || text.length > MOST_BYTES) return false;
  return members(path(rootOf(text), 'apps', 'http', 'servers')).length > 0;
}

/** The tree of a text; undefined where it is no object, or nested without end. */
function rootOf(text: string): Node | undefined {
  let depth = 0;
  for (const char of text) {
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth > MOST_LEVELS) return undefined;
  }
  return parseTree(text);
}

/** The global options that the lowering asks for, and what is loaded for all sites. */
function optionLines(apps: Node | undefined, loaded: readonly Loaded[], into: Scope, maker: Maker): void {
  const http = member(apps, 'http');
  const at = http ?? { type: 'object', offset: 0, length: 0 };
  maker.line(into, named('', at), [], (scope) => {
    for (const name of ['http_port', 'https_port']) {
      const value = member(http, name);
      const made = word(value);
      if (value !== undefined && made !== undefined) maker.line(scope, named(name, value), [made]);
    }
    loadLines(member(apps, 'tls'), loaded, scope, maker);
  });
}

/** The policy for handshakes with some names: the first one that is for no other names. */
function policyFor(server: Node, hosts: readonly string[]): Node | undefined {
  return elements(member(server, 'tls_connection_policies')).find((one) => {
    const names = words(path(one, 'match', 'sni')).map(({ value }) => value);
    return member(one, 'match') === undefined || names.some((name) => hosts.includes(name));
  });
}

/** A connection policy as `tls`, with the certificates that it chooses. */
function tlsLines(policy: Node, loaded: readonly Loaded[], into: Scope, maker: Maker): void {
  for (const { certificate, key } of loadedBy(policy, loaded))
    maker.line(into, { ...certificate, value: 'tls' }, [certificate, key]);
  maker.line(into, named('tls', policy), [], (scope) => {
    const [min, max] = ['protocol_min', 'protocol_max'].map((name) => word(member(policy, name)));
    const first = min ?? (max === undefined ? undefined : { ...max, value: 'tls1.2', node: undefined });
    if (first !== undefined)
      maker.line(scope, { ...first, value: 'protocols' }, [first, ...(max === undefined ? [] : [max])]);
    const suites = member(policy, 'cipher_suites');
    if (suites !== undefined) maker.line(scope, named('ciphers', suites), words(suites));
    const auth = member(policy, 'client_authentication');
    if (auth === undefined) return;
    maker.line(scope, named('client_auth', auth), [], (inner) => {
      const mode = word(member(auth, 'mode'));
      if (mode !== undefined) maker.line(inner, { ...mode, value: 'mode' }, [mode]);
      poolLine(member(auth, 'ca'), 'trust_pool', inner, maker);
      for (const [name, value] of members(auth)) {
        const line = TRUST.get(name);
        if (line !== undefined) maker.line(inner, named(line, value), words(value));
      }
    });
  });
}

/** What says whom to trust, by the name of the line for it. */
const TRUST: ReadonlyMap<string, string> = new Map([
  ['trusted_ca_certs', 'trusted_ca_cert'],
  ['trusted_ca_certs_pem_files', 'trusted_ca_cert_file'],
  ['trusted_leaf_certs', 'trusted_leaf_cert'],
  ['verifiers', 'verifier'],
]);

const hostsOf = (route: Node): Made[] => {
  const sets = elements(member(route, 'match'));
  const lists = sets.map((set) => words(member(set, 'host')));
  // A set without hosts is for all of them.
  return lists.some((list) => list.length === 0) ? [] : lists.flat();
};

/** What counts for all servers. */
interface Shared {
  readonly http: string;
  readonly https: string;
  readonly loaded: readonly Loaded[];
}

/** A route of a server with the hosts that it is for, as a site. */
function siteLine(
  server: Node,
  route: Node,
  errors: Node | undefined,
  shared: Shared,
  into: Scope,
  maker: Maker,
): void {
  const hosts = hostsOf(route);
  const off = isTrue(path(server, 'automatic_https', 'disable'));
  const policies = elements(member(server, 'tls_connection_policies')).length > 0;
  // One name is enough for TLS on all of the server's ports (caddyhttp/autohttps.go).
  const namesAny = elements(member(server, 'routes')).some((one) => hostsOf(one).length > 0);
  const addresses = words(member(server, 'listen')).flatMap((listen): Made[] => {
    const [, host, port] = /^(?:tcp\/)?(\[[^\]]*\]|[^:/]*):(\d+)$/.exec(listen.value) ?? [];
    if (port === undefined || host === undefined) return [];
    const tls = port !== shared.http && (policies || (!off && (namesAny || port === shared.https)));
    const scheme = tls ? 'https' : 'http';
    const names = hosts.length === 0 ? [listen] : hosts;
    return names.map((made) => ({
      ...made,
      value: `${scheme}://${made === listen ? '' : made.value}:${port}`,
    }));
  });
  const [first, ...more] = addresses;
  if (first === undefined) return;
  maker.line(into, first, more, (scope) => {
    const locals = words(member(server, 'listen')).flatMap(
      (listen) => /^(127\.[\d.]+|localhost|\[::1\]):/.exec(listen.value)?.[1] ?? [],
    );
    const listen = member(server, 'listen');
    if (listen !== undefined && locals.length === elements(listen).length)
      maker.line(
        scope,
        named('bind', listen),
        locals.map((value) => named(value, listen)),
      );
    const policy = policyFor(
      server,
      hosts.map(({ value }) => value),
    );
    if (policy !== undefined) tlsLines(policy, shared.loaded, scope, maker);
    maker.line(scope, named('route', route), [], (inner) => routeLine(route, inner, maker, true));
    const https = member(server, 'automatic_https');
    if (isTrue(member(https, 'disable')) || isTrue(member(https, 'disable_certificates')))
      maker.line(scope, named('automatic_https', https ?? server), []);
    if (errors !== undefined)
      maker.line(scope, named('handle_errors', errors), [], (inner) => routeLines(errors, inner, maker));
  });
}

/** The routes of a server as sites; what it does after errors goes with the first of them. */
function serverLines(server: Node, shared: Shared, into: Scope, maker: Maker): void {
  for (const [name, route] of members(member(server, 'named_routes')))
    maker.line(into, named(`&(${name})`, route), [], (scope) => routeLine(route, scope, maker, false));
  for (const [i, route] of elements(member(server, 'routes')).entries())
    siteLine(server, route, i === 0 ? path(server, 'errors', 'routes') : undefined, shared, into, maker);
}

/** Reads a JSON configuration as a project; without `apps` it has no sites. */
export function readJson(root: SourceFile, environment: Environment): CaddyProject {
  const dependencies = noDependencies();
  dependencies.files.add(root.id);
  const main = emptyScope();
  const maker = new Maker(root);
  const apps = member(rootOf(root.text), 'apps');
  const http = member(apps, 'http');
  const loaded = loadedIn(member(apps, 'tls'));
  optionLines(apps, loaded, main, maker);
  const shared: Shared = {
    http: word(member(http, 'http_port'))?.value ?? '80',
    https: word(member(http, 'https_port'))?.value ?? '443',
    loaded,
  };
  for (const [, server] of members(member(http, 'servers'))) serverLines(server, shared, main, maker);
  return {
    root,
    role: 'root',
    inner: false,
    main,
    files: new Map([[root.id, { file: root, tree: { text: root.text, items: [], comments: [], problems: [] } }]]),
    snippets: new Map(),
    includes: [],
    snippetUses: [],
    problems: [],
    unseen: [],
    dependencies,
    paths: { environment, dependencies, folder: dirname(root.id), located: new Map() },
  };
}

export const isJson = (path_: FileId): boolean => /\.json$/i.test(path_);
