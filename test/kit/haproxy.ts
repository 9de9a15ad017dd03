/** Owns a real HAProxy for tests: runs a user's configuration, or asks HAProxy whether it would. */
import { join } from 'node:path';
import { HAPROXY_MAIN, rewriteHaproxy } from './haproxy-text.ts';
import { runServer } from './seat.ts';
import {
  checkServer,
  type Prepare,
  type RunningServer,
  type ServerOptions,
  type ServerVerdict,
  startServer,
} from './server.ts';

export interface HaproxyOptions extends ServerOptions {
  /** The files and folders behind `-f`, absolute; `/etc/haproxy/haproxy.cfg` without them. */
  readonly together?: readonly string[];
}

/**
 * Starts HAProxy with a configuration as a user writes it; rewriteHaproxy says what is moved. Rejects, with HAProxy's own
 * words, when it refuses the configuration.
 */
export async function startHaproxy(options: HaproxyOptions): Promise<RunningServer> {
  return startServer('haproxy', await haproxyVersion(), options, prepare(options, ['-db']));
}

/** The verdict of `haproxy -c`; warnings are in its output, but do not make it bad. */
export function haproxyCheck(options: HaproxyOptions): Promise<ServerVerdict> {
  return checkServer('haproxy', options, prepare(options, ['-c']));
}

/** The version of the current generation's HAProxy, such as `2.6.12`. */
export async function haproxyVersion(): Promise<string> {
  const { output } = await runServer('haproxy', ['-v']);
  const version = /version (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined) throw new Error(`no version of HAProxy in: ${output}`);
  return version;
}

function prepare(options: HaproxyOptions, moreArgs: readonly string[]): Prepare {
  return (seat, table) => {
    for (const [path, text] of rewriteHaproxy(options, seat.path, table)) seat.write(path, text);
    return {
      args: [...(options.together ?? [HAPROXY_MAIN]).flatMap((path) => ['-f', join(seat.path, path)]), ...moreArgs],
      async ready(process) {
        for (const port of table.ports.values()) await process.waitForPort(port);
      },
    };
  };
}
