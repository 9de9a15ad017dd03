/** Owns early data (0-RTT): which routes get requests that came as such, and whether their back ends are told. */
import { sslProtocols } from '../../../facts/nginx.ts';
import type { EarlyData } from '../../../model/listening.ts';
import { type Fact, type Known, known, unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, firstOf, nearest, originOf, type Scope, value } from '../scope.ts';
import type { Directive } from '../syntax/tree.ts';
import { type Dependence, dependenceOn } from './dependence.ts';
import type { Server } from './servers.ts';
import type { Sockets } from './sockets.ts';
import type { Variables } from './variables.ts';

/** Where its use neither refuses a request nor tells a back end. */
const NO_USE = new Set(['proxy_set_header', 'log_format', 'access_log', 'add_header', 'add_trailer']);
/** What defines variables: such a use counts where the variable is used. */
const DEFINITIONS = new Set(['map', 'geo', 'split_clients', 'set']);

interface Watch {
  /** Whether a text depends on `$ssl_early_data`, by whatever variables. */
  of(text: string): Dependence;
  /** Whether conditions or code look at it, so that something is done about early data. */
  readonly isLookedAt: boolean;
}

const watches = new WeakMap<NginxProject, Watch>();

/** Made once for a project, and only where some server takes early data. */
function watchOf(project: NginxProject): Watch {
  const before = watches.get(project);
  if (before !== undefined) return before;
  const of = dependenceOn(project, (name) => name === 'ssl_early_data');
  const isLookedAt = project.scopes.some(
    (scope) => !DEFINITIONS.has(scope.name) && scope.entries.some(({ directive }) => isLook(directive, of)),
  );
  const watch = { of, isLookedAt };
  watches.set(project, watch);
  return watch;
}

function isLook({ wording: { name, values }, block }: Directive, of: Watch['of']): boolean {
  if (block?.body === 'lua') return true;
  if (NO_USE.has(name) || DEFINITIONS.has(name)) return false;
  return of(name) === 'yes' || values.some((value) => of(value) === 'yes');
}

/** There is no early data before TLS 1.3. */
function offersTls13(scope: Scope, project: NginxProject): Fact<boolean> {
  const found = nearest(scope, 'ssl_protocols');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const entry = firstOf(found);
  if (found.kind === 'absent' || entry === undefined) {
    const versions = sslProtocols(project.paths.environment.target);
    return versions.known ? known(versions.value.includes('TLSv1.3'), versions.origin) : versions;
  }
  const listed = found.entries.some(({ directive }) => directive.wording.values.includes('TLSv1.3'));
  return known(listed, originOf(scope, found.scope, entry));
}

const OFF: Known<boolean> = known(false, {
  kind: 'default',
  versions: 'every version',
  source: 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_early_data',
});
const NO_EARLY_DATA: Fact<EarlyData> = known('none', OFF.origin);

/**
 * Whether a server's sockets take early data. The default server of a socket decides for all of its servers: nginx asks
 * its context before it knows the name (ngx_ssl_create_connection), and OpenSSL does not change it with the certificate.
 */
export function takesEarlyData(server: Server, sockets: Sockets, project: NginxProject): Fact<boolean> {
  let answer: Fact<boolean> = OFF;
  for (const listen of server.listens) {
    const socket = sockets.of(listen);
    if (socket === undefined || (socket.tls.known && !socket.tls.value)) continue;
    const first = socket.defaultServer?.scope;
    if (first === undefined || !socket.tls.known) {
      answer = unknown('the default server of its socket is not known');
      continue;
    }
    const found = nearest(first, 'ssl_early_data');
    const entry = firstOf(found);
    if (found.kind === 'hidden') answer = unknown(found.hole.why);
    if (found.kind !== 'found' || entry === undefined || value(entry) !== 'on') continue;
    const three = offersTls13(first, project);
    if (!three.known) answer = three;
    else if (three.value) return known(true, originOf(server.scope, found.scope, entry));
  }
  return answer;
}

/** What the back ends behind blocks of a server learn of early data, where its sockets take it or not. */
export function earlyDataIn(
  taken: Fact<boolean>,
  project: NginxProject,
  variables: Variables,
): (scope: Scope) => Fact<EarlyData> {
  if (!taken.known) return () => taken;
  if (taken === OFF) return () => NO_EARLY_DATA;
  const none = known('none' as const, taken.origin);
  return taken.value ? (scope) => earlyDataOf(scope, taken, project, variables) : () => none;
}

function earlyDataOf(
  scope: Scope,
  taken: Known<boolean>,
  project: NginxProject,
  variables: Variables,
): Fact<EarlyData> {
  const headers = nearest(scope, 'proxy_set_header');
  if (headers.kind === 'hidden') return unknown(headers.hole.why);
  const lines = headers.kind === 'found' ? headers.entries : [];
  const watch = watchOf(project);
  let open: string | undefined = headers.kind === 'found' ? headers.hole?.why : undefined;
  for (const line of lines) {
    const told = tellsBy(line, scope, watch, variables);
    if (told === true) return known('told', taken.origin);
    if (told !== false) open ??= told;
  }
  if (open !== undefined) return unknown(open);
  if (watch.isLookedAt) return unknown('the configuration looks at `$ssl_early_data` itself');
  return known('untold', taken.origin);
}

/**
 * Whether a header tells of early data: whatever is in `Early-Data` counts as 1 (RFC 8470, 5.1), and nginx sends no header
 * that is empty. Where that cannot be known, why.
 */
function tellsBy(line: Entry, scope: Scope, watch: Watch, variables: Variables): boolean | string {
  const text = value(line, 1) ?? '';
  const depends = watch.of(text);
  if (value(line)?.toLowerCase() !== 'early-data' && depends === 'no') return false;
  const worth = variables.evaluateEarly(text, scope);
  if (!worth.known) return depends === 'yes' ? true : worth.why;
  if (worth.values.every((one) => one === '')) return false;
  return worth.values.includes('') ? 'its value depends on the request' : true;
}
