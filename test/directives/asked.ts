/** Owns asking the nginx of a generation about one line at one place, and what its answer says about the line. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../server/src/facts/nginx-directives.ts';
import { type Generation, suiteRoot } from '../kit/generations.ts';
import { type Seat, seatOf } from '../kit/seat.ts';

const MODULES = '/usr/lib/nginx/modules';

export interface Asked {
  /** What `nginx -t` says of a line at a place: undefined when it takes it, otherwise its message without the place. */
  says(context: Context, line: string): string | undefined;
  remove(): void;
}

/** An nginx of the current generation. */
export function askNginx(generation: Generation): Asked {
  const root = generation === 'installed' ? '' : (suiteRoot(generation) ?? '');
  const load = ['stream', 'mail']
    .map((name) => `${MODULES}/ngx_${name}_module.so`)
    .filter((file) => existsSync(join(root, file)))
    .map((file) => `load_module ${file}; `)
    .join('');
  const seat = seatOf('nginx');
  return {
    says: (context, line) => complaint(seat, `${load}${AT[context](line)}`),
    remove: seat.remove,
  };
}

/** A configuration with a line at a place, nothing behind it. */
const AT: Readonly<Record<Context, (line: string) => string>> = {
  main: (line) => (line.startsWith('events') ? line : `events {} ${line}`),
  events: (line) => `events { ${line} }`,
  http: (line) => `events {} http { ${line} }`,
  'http server': (line) => `events {} http { server { ${line} } }`,
  location: (line) => `events {} http { server { location / { ${line} } } }`,
  'if in server': (line) => `events {} http { server { if ($host) { ${line} } } }`,
  'if in location': (line) => `events {} http { server { location / { if ($host) { ${line} } } } }`,
  limit_except: (line) => `events {} http { server { location / { limit_except GET { ${line} } } } }`,
  'http upstream': (line) => `events {} http { upstream u { ${line} } }`,
  stream: (line) => `events {} stream { ${line} }`,
  'stream server': (line) => `events {} stream { server { ${line} } }`,
  'stream upstream': (line) => `events {} stream { upstream u { ${line} } }`,
  mail: (line) => `events {} mail { ${line} }`,
  'mail server': (line) => `events {} mail { server { ${line} } }`,
};

/** Where nginx has read an `error_log`, it complains there and no longer on its output. */
function complaint(seat: Seat, text: string): string | undefined {
  const file = join(seat.path, 'nginx.conf');
  seat.write(file, text);
  const { program, args } = seat.command(['-t', '-p', seat.path, '-c', file, '-e', 'stderr']);
  const result = spawnSync(program, args, { encoding: 'utf8' });
  if (result.error) throw result.error;
  if (result.status === 0) return undefined;
  const message = / \[emerg\] \d+#\d+: (.*)\nnginx: configuration file /s.exec(result.stderr)?.[1];
  if (message === undefined) {
    if (/^nginx: configuration file \S+ test failed$/m.test(result.stderr)) return 'elsewhere';
    throw new Error(`nginx ended with ${result.status}: ${result.stderr}`);
  }
  const place = message.lastIndexOf(` in ${file}:`);
  return place < 0 ? message : message.slice(0, place);
}

export type Verdict = 'unknown' | 'misplaced' | 'count' | 'value' | 'duplicate' | 'read';

/** What nginx finds wrong with a line: with its name, its place, its arguments, or nothing of these. */
export function verdictOf(says: string | undefined, name: string): Verdict {
  if (says === undefined) return 'read';
  if (says === `unknown directive "${name}"` || /^unknown directive "(?:stream|mail)"$/.test(says)) return 'unknown';
  if (says === `"${name}" directive is not allowed here`) return 'misplaced';
  if (says === `invalid number of arguments in "${name}" directive`) return 'count';
  if (says === `"${name}" directive is duplicate`) return 'duplicate';
  return VALUE.test(says) ? 'value' : 'read';
}

/** How nginx's setters refuse a value. */
const VALUE =
  /^the invalid |^invalid (?:value|parameter|number|burst|delay|rate|backlog|rcvbuf|sndbuf|setfib|fastopen|ipv6only|so_keepalive|inactive|max_size|min_free|keys zone|"levels"|use_temp_path|loader|manager|return code|condition|session cache|log level|method|location modifier|variable name|URL prefix|port)|^value (?:"\S*" )?must be|^unexpected |directive invalid |^invalid "\w+" (?:parameter|value)|^invalid \w+ value|^invalid [\w ]+ "/;
