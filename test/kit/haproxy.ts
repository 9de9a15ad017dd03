/** Owns a real HAProxy for tests: runs a user's configuration, or asks HAProxy whether it would. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HAPROXY_MAIN, rewriteHaproxy } from './haproxy-text.ts';
import { runProcess } from './process.ts';
import { programPath } from './required.ts';
import {
  checkServer,
  type Prepare,
  type RunningServer,
  type ServerOptions,
  type ServerVerdict,
  startServer,
} from './server.ts';

/**
 * Starts HAProxy with a configuration as a user writes it; rewriteHaproxy says what is moved. Rejects, with HAProxy's own
 * words, when it refuses the configuration.
 */
export async function startHaproxy(options: ServerOptions): Promise<RunningServer> {
  const program = haproxyProgram(options);
  return startServer(program, await haproxyVersion(program), options, prepare(options, ['-db']));
}

/** The verdict of `haproxy -c`; warnings are in its output, but do not make it bad. */
export function haproxyCheck(options: ServerOptions): Promise<ServerVerdict> {
  return checkServer(haproxyProgram(options), options, prepare(options, ['-c']));
}

/** The version of a program, such as `2.6.12`. */
export async function haproxyVersion(program: string = haproxyProgram({})): Promise<string> {
  const { output } = await runProcess(program, ['-v']);
  const version = /version (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined) throw new Error(`no version of HAProxy in: ${output}`);
  return version;
}

function haproxyProgram({ binary }: Pick<ServerOptions, 'binary'>): string {
  return binary ?? programPath('haproxy') ?? 'haproxy';
}

function prepare(options: ServerOptions, moreArgs: readonly string[]): Prepare {
  return (folder, table) => {
    for (const [path, text] of rewriteHaproxy(options, folder.path, table)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return {
      args: ['-f', join(folder.path, HAPROXY_MAIN), ...moreArgs],
      async ready(process) {
        for (const port of table.ports.values()) await process.waitForPort(port);
      },
    };
  };
}
