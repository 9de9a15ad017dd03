/** Owns a real Caddy for tests: runs a user's configuration, reloads it, or asks Caddy what it makes of one. */
import { request } from 'node:http';
import { join } from 'node:path';
import { CADDY_FOLDER, type Json, type JsonObject, rewriteCaddyfiles, rewriteCaddyJson } from './caddy-text.ts';
import { runProcess } from './process.ts';
import { runServer, type Seat, seatOf } from './seat.ts';
import { checkServer, type PortTable, type RunningServer, type ServerOptions, startServer } from './server.ts';

export interface RunningCaddy extends RunningServer {
  /** Loads the same configuration again, as `systemctl reload caddy` does after an edit; resolves when it is in force. */
  reload(): Promise<void>;
}

export interface CaddyVerdict {
  readonly ok: boolean;
  /** Caddy's messages, with file names as the user would see them. */
  readonly output: string;
}

/**
 * Starts Caddy with a configuration as a user writes it, `Caddyfile` or `caddy.json`; rewriteCaddyfiles and rewriteCaddyJson
 * say what is moved. Rejects, with Caddy's own words, when it refuses the configuration. It asks nobody for certificates.
 */
export async function startCaddy(options: ServerOptions): Promise<RunningCaddy> {
  let place: { readonly socket: string; readonly config: Json } | undefined;
  const server = await startServer('caddy', await caddyVersion(), options, async (seat, table) => {
    const adapted = await adapt(options, seat);
    if (adapted.config === undefined) throw new Error(`caddy adapt: ${adapted.output}`);
    const config = rewriteCaddyJson(adapted.config, options, join(seat.path, 'admin.sock'), table);
    place = { socket: join(seat.outside, 'admin.sock'), config };
    const path = join(seat.path, 'moved.json');
    seat.write(path, JSON.stringify(config));
    return {
      args: ['run', '--config', path],
      env: ownFolders(seat),
      // Said when the listeners are open.
      ready: (process) => process.waitForLog(/serving initial configuration/),
    };
  });
  return { ...server, reload: () => (place === undefined ? Promise.resolve() : load(place.socket, place.config)) };
}

/** The verdict of `caddy validate`, which reads certificates but listens nowhere; warnings do not make it bad. */
export function caddyValidate(options: ServerOptions): Promise<CaddyVerdict> {
  return checkServer('caddy', options, (seat: Seat, _table: PortTable) => ({
    args: ['validate', ...configuration(options, seat)],
    env: ownFolders(seat),
    ready: () => Promise.resolve(),
  }));
}

/** What `caddy adapt` makes of a Caddyfile; `config` is undefined where it refuses it. */
export async function caddyAdapt(options: ServerOptions): Promise<CaddyVerdict & { readonly config?: JsonObject }> {
  const seat = seatOf('caddy');
  try {
    const { output, config } = await adapt(options, seat);
    return { ok: config !== undefined, output, ...(config === undefined ? {} : { config }) };
  } finally {
    seat.remove();
  }
}

/** The version of the current generation's Caddy, such as `2.6.2`. */
export async function caddyVersion(): Promise<string> {
  const { output } = await runServer('caddy', ['version']);
  const version = /^v?(\d+\.\d+\.\d+)/m.exec(output)?.[1];
  if (version === undefined) throw new Error(`no version of Caddy in: ${output}`);
  return version;
}

/** Writes the files and names the main one, as options of Caddy's commands. */
function configuration(options: ServerOptions, seat: Seat): string[] {
  for (const [path, text] of rewriteCaddyfiles(options, seat.path)) seat.write(path, text);
  const isJson = options.files['caddy.json'] !== undefined;
  const main = join(seat.path, CADDY_FOLDER, isJson ? 'caddy.json' : 'Caddyfile');
  return ['--config', main, ...(isJson ? [] : ['--adapter', 'caddyfile'])];
}

async function adapt(
  options: ServerOptions,
  seat: Seat,
): Promise<{ readonly config: JsonObject | undefined; readonly output: string }> {
  const args = configuration(options, seat);
  const json = options.files['caddy.json'];
  if (json !== undefined) return { config: JSON.parse(json), output: '' };
  const command = seat.command(['adapt', ...args]);
  const { code, output, stdout } = await runProcess(command.program, command.args, {
    cwd: seat.outside,
    env: ownFolders(seat),
  });
  const config = code === 0 ? (JSON.parse(stdout) as JsonObject) : undefined;
  return { config, output: output.replaceAll(seat.path, '') };
}

/** Certificates and what it remembers stay in the folder of the test. */
function ownFolders(seat: Seat): Record<string, string> {
  return {
    HOME: seat.path,
    XDG_DATA_HOME: join(seat.path, 'data'),
    XDG_CONFIG_HOME: join(seat.path, 'config'),
  };
}

function load(socketPath: string, config: Json): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'must-revalidate' };
    const asked = request({ socketPath, path: '/load', method: 'POST', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`Caddy answers ${response.statusCode}: ${body}`)),
      );
    });
    asked.on('error', reject);
    asked.end(JSON.stringify(config));
  });
}
