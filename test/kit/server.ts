/** Owns what all started servers have in common: options, ports, rewritten files, the running server. */
import { join } from 'node:path';
import type { ServerName } from './generations.ts';
import { freePorts } from './ports.ts';
import { type RunningProcess, runProcess, startProcess } from './process.ts';
import { type Seat, seatOf } from './seat.ts';

/** A configuration as a user writes it, and what the test puts in place of the world around it. */
export interface ServerOptions {
  /** Texts by name: relative to the product's folder below `/etc`, or absolute (certificates, further configuration). */
  readonly files: Readonly<Record<string, string>>;
  /** Files that are no text, by absolute path. */
  readonly bytes?: Readonly<Record<string, Uint8Array>>;
  /** Ports of back ends by their address as written: `{'127.0.0.1:3000': port, 'app:8080': port}`. */
  readonly backends?: Readonly<Record<string, number>>;
  /** Words to replace wherever one stands alone, to make times short: `{'60s': '1s'}`. */
  readonly scale?: Readonly<Record<string, string>>;
  /** Literal texts to replace everywhere in configuration files, before all else; each must be found. */
  readonly replace?: readonly (readonly [from: string, to: string])[];
  /** Lets the TLS library allow what Debian's settings refuse (TLS 1.0 and 1.1, weak keys), as older systems do. */
  readonly permissiveTls?: boolean;
}

/** A server that runs in a temporary folder, on ports of 127.0.0.1. */
export interface RunningServer {
  /** Such as `1.22.1`. */
  readonly version: string;
  /** The real ports by written address: `443`, `[::]:443`, `127.0.0.1:8443`. All wildcards of IPv4 are the bare port. */
  readonly ports: ReadonlyMap<string, number>;
  /** The real port of a written port or address; throws when the configuration has no such listener. */
  port(written: number | string): number;
  /** What it has logged so far. */
  log(): string;
  /** Resolves when its log matches: Apache's comes through a program of its own, after the client has its answer. */
  logged(pattern: RegExp): Promise<void>;
  stop(): Promise<void>;
}

/** What a product's own check says about a configuration. */
export interface ServerVerdict {
  readonly ok: boolean;
  /** Its messages, with file names as the user would see them. */
  readonly output: string;
}

/** Files as they go to the disk, and the command that reads them. */
export interface Preparation {
  readonly args: readonly string[];
  /** Variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves when the server answers. */
  ready(process: RunningProcess): Promise<void>;
  /** What it logs when all that it does has ended, where it takes its time afterwards. */
  readonly ended?: RegExp;
}

/** How a product's files are rewritten: writes them below the seat's folder and says how to start. */
export type Prepare = (seat: Seat, ports: PortTable) => Preparation | Promise<Preparation>;

/** Hands out one real port for each written address. */
export interface PortTable {
  readonly ports: ReadonlyMap<string, number>;
  portFor(address: string): number;
}

const START_ATTEMPTS = 3;

/** Starts a server; once more with other ports when somebody else took one in between. */
export async function startServer(
  server: ServerName,
  version: string,
  options: ServerOptions,
  prepare: Prepare,
): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    const seat = seatOf(server);
    const table = await portTable(server, options);
    const { args, ready, env, ended } = await prepared(seat, table, options, prepare);
    const command = seat.command(args);
    const process = startProcess(command.program, command.args, {
      cwd: seat.outside,
      env: { ...environment(seat, options), ...env },
      // As under a service manager, there is nobody to ask.
      input: '',
    });
    try {
      await ready(process);
      return running(process, seat, version, table.ports, ended);
    } catch (error) {
      await process.stop(ended);
      seat.remove();
      if (attempt === START_ATTEMPTS || !/Address already in use/i.test(process.log())) throw error;
    }
  }
}

async function prepared(
  seat: Seat,
  table: PortTable,
  { bytes = {} }: ServerOptions,
  prepare: Prepare,
): Promise<Preparation> {
  try {
    for (const [path, content] of Object.entries(bytes)) seat.write(join(seat.path, path), content);
    return await prepare(seat, table);
  } catch (error) {
    seat.remove();
    throw error;
  }
}

/** Runs a product's own check over the rewritten files. */
export async function checkServer(
  server: ServerName,
  options: ServerOptions,
  prepare: Prepare,
): Promise<ServerVerdict> {
  const seat = seatOf(server);
  try {
    const { args, env } = await prepared(seat, await portTable(server, options), options, prepare);
    const command = seat.command(args);
    const result = await runProcess(command.program, command.args, {
      cwd: seat.outside,
      env: { ...environment(seat, options), ...env },
    });
    return { ok: result.code === 0, output: result.output.replaceAll(seat.path, '') };
  } finally {
    seat.remove();
  }
}

function running(
  process: RunningProcess,
  seat: Seat,
  version: string,
  ports: ReadonlyMap<string, number>,
  ended: RegExp | undefined,
): RunningServer {
  return {
    version,
    ports,
    port(written) {
      const sameNumber = [...ports].find(([address]) => address.endsWith(`:${written}`))?.[1];
      const port = ports.get(`${written}`) ?? sameNumber;
      if (port === undefined) throw new Error(`nothing listens on ${written}, only on ${[...ports.keys()].join(', ')}`);
      return port;
    },
    log: () => process.log().replaceAll(seat.path, ''),
    logged: (pattern) => process.waitForLog(pattern),
    async stop() {
      await process.stop(ended);
      seat.remove();
    },
  };
}

/** What may begin a listener (a server of nginx without `listen` has one too). */
const LISTENERS = /\b(listen|bind|server|virtualhost|accept)\b|,/gi;
/** In a Caddyfile any first word can be an address. */
const CADDY_LISTENERS = /:\d|\{/g;

async function portTable(server: ServerName, { files }: ServerOptions): Promise<PortTable> {
  const text = Object.values(files).join('\n');
  const count = text.match(server === 'caddy' ? CADDY_LISTENERS : LISTENERS)?.length ?? 0;
  // Caddy has two ports that nobody writes.
  const pool = await freePorts(count + 2);
  const ports = new Map<string, number>();
  return {
    ports,
    portFor(address) {
      const port = ports.get(address) ?? pool.pop();
      if (port === undefined) throw new Error(`no port left for ${address}`);
      ports.set(address, port);
      return port;
    },
  };
}

const PERMISSIVE_OPENSSL = `openssl_conf = settings
[settings]
ssl_conf = ssl
[ssl]
system_default = defaults
[defaults]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
`;

function environment(seat: Seat, { permissiveTls }: ServerOptions): Record<string, string> {
  if (permissiveTls !== true) return {};
  const path = join(seat.path, 'openssl.cnf');
  seat.write(path, PERMISSIVE_OPENSSL);
  return { OPENSSL_CONF: path };
}
