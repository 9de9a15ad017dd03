/** Owns early data (0-RTT): which routes get requests that came as such, and whether their back ends are told. */
import { sslProtocols } from '../../../facts/nginx.ts';
import type { EarlyData } from '../../../model/listening.ts';
import { type Fact, type Known, known, unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { nearest, originOf, type Scope, value } from '../scope.ts';
import { variablesIn } from '../syntax/variables.ts';
import type { Server } from './servers.ts';
import type { Sockets } from './sockets.ts';

const VARIABLE = 'ssl_early_data';
/** Where its use neither refuses a request nor tells a back end. */
const NO_USE = new Set(['proxy_set_header', 'log_format', 'access_log', 'add_header']);

const usesIt = (text: string): boolean =>
  text.includes(VARIABLE) && variablesIn(text).some(({ name }) => name === VARIABLE);

const guarded = new WeakMap<NginxProject, boolean>();

/** Whether conditions, maps or code look at the variable, so that something is done about early data. */
function isLookedAt(project: NginxProject): boolean {
  let answer = guarded.get(project);
  if (answer === undefined) {
    answer = project.scopes.some((scope) =>
      scope.entries.some(({ directive: { name, args, block } }) => {
        if (block?.body === 'lua') return true;
        return !NO_USE.has(name.value) && (usesIt(name.value) || args.some((arg) => usesIt(arg.value)));
      }),
    );
    guarded.set(project, answer);
  }
  return answer;
}

/** There is no early data before TLS 1.3. */
function offersTls13(scope: Scope, project: NginxProject): Fact<boolean> {
  const found = nearest(scope, 'ssl_protocols');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const [entry] = found.kind === 'found' ? found.entries : [];
  if (found.kind === 'absent' || entry === undefined) {
    const versions = sslProtocols(project.paths.environment.target);
    return versions.known ? known(versions.value.includes('TLSv1.3'), versions.origin) : versions;
  }
  const listed = found.entries.some(({ directive }) => directive.args.some((arg) => arg.value === 'TLSv1.3'));
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
    const [entry] = found.kind === 'found' ? found.entries : [];
    if (found.kind === 'hidden') answer = unknown(found.hole.why);
    if (found.kind !== 'found' || entry === undefined || value(entry) !== 'on') continue;
    const three = offersTls13(first, project);
    if (!three.known) answer = three;
    else if (three.value) return known(true, originOf(server.scope, found.scope, entry));
  }
  return answer;
}

/** What the back ends behind blocks of a server learn of early data, where its sockets take it or not. */
export function earlyDataIn(taken: Fact<boolean>, project: NginxProject): (scope: Scope) => Fact<EarlyData> {
  if (!taken.known) return () => taken;
  if (taken === OFF) return () => NO_EARLY_DATA;
  const none = known('none' as const, taken.origin);
  return taken.value ? (scope) => earlyDataOf(scope, taken, project) : () => none;
}

function earlyDataOf(scope: Scope, taken: Known<boolean>, project: NginxProject): Fact<EarlyData> {
  const headers = nearest(scope, 'proxy_set_header');
  if (headers.kind === 'hidden') return unknown(headers.hole.why);
  const lines = headers.kind === 'found' ? headers.entries : [];
  const tells = lines.some((entry) => value(entry)?.toLowerCase() === 'early-data' || usesIt(value(entry, 1) ?? ''));
  if (tells) return known('told', taken.origin);
  if (headers.kind === 'found' && headers.hole !== undefined) return unknown(headers.hole.why);
  if (isLookedAt(project)) return unknown('the configuration looks at `$ssl_early_data` itself');
  return known('untold', taken.origin);
}
