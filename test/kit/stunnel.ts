/** Owns a real stunnel for tests: runs a user's configuration, or asks whether it would start. */
import { symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runServer } from './seat.ts';
import { type Prepare, type RunningServer, type ServerOptions, type ServerVerdict, startServer } from './server.ts';
import { rewriteStunnel, STUNNEL_MAIN } from './stunnel-text.ts';

/**
 * Starts stunnel with a configuration as a user writes it; rewriteStunnel says what is moved. Rejects, with stunnel's own
 * words, when it does not start.
 */
export async function startStunnel(options: ServerOptions): Promise<RunningServer> {
  return startServer('stunnel', await stunnelVersion(), options, prepare(options));
}

/** Whether stunnel starts; it has no check of its own. */
export async function stunnelStarts(options: ServerOptions): Promise<ServerVerdict> {
  try {
    const server = await startStunnel(options);
    const output = server.log();
    await server.stop();
    return { ok: true, output };
  } catch (error) {
    return { ok: false, output: error instanceof Error ? error.message : `${error}` };
  }
}

/** The version of the current generation's stunnel, such as `5.68`. */
export async function stunnelVersion(): Promise<string> {
  return told(/stunnel (\d+\.\d+)/);
}

/** The version of the OpenSSL that the current generation's stunnel runs with, such as `3.0.22`. */
export async function stunnelOpenssl(): Promise<string> {
  return told(/OpenSSL (\d+\.\d+\.\d+)\S* .*(?:\n(?!.*Running)|$)/);
}

async function told(pattern: RegExp): Promise<string> {
  const { output } = await runServer('stunnel', ['-version']);
  const version = pattern.exec(output)?.[1];
  if (version === undefined) throw new Error(`no ${pattern} in what stunnel tells of itself: ${output}`);
  return version;
}

function prepare(options: ServerOptions): Prepare {
  return (seat, table) => {
    for (const [path, text] of rewriteStunnel(options, seat.path, table)) seat.write(path, text);
    // A file of the kit's comes first and includes the user's, whose lines keep their numbers so.
    const parts = join(seat.path, 'parts');
    const before = join(seat.path, 'before.conf');
    seat.makeFolder(parts);
    const outside = seat.outside.slice(0, seat.outside.length - seat.path.length);
    symlinkSync(join(seat.path, STUNNEL_MAIN), join(outside, parts, basename(STUNNEL_MAIN)));
    seat.write(before, ['foreground = yes', 'pid =', 'debug = info', `include = ${parts}`, ''].join('\n'));
    // Said when the listeners are open.
    return { args: [before], ready: (process) => process.waitForLog(/Accepting new connections/) };
  };
}
