/** Owns a real nginx for tests: runs a user's configuration, or asks nginx whether it would. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NGINX_FOLDER, NGINX_MAIN, type NginxOptions, rewriteNginx } from './nginx-text.ts';
import { runProcess } from './process.ts';
import { programPath } from './required.ts';
import { checkServer, type Prepare, type RunningServer, type ServerVerdict, startServer } from './server.ts';

/**
 * Starts nginx with a configuration as a user writes it; rewriteNginx says what is moved. Rejects, with nginx's own words,
 * when nginx refuses the configuration.
 */
export async function startNginx(options: NginxOptions): Promise<RunningServer> {
  const program = nginxProgram(options);
  return startServer(program, await nginxVersion(program), options, prepare(options, []));
}

/** The verdict of `nginx -t`. */
export function nginxTest(options: NginxOptions): Promise<ServerVerdict> {
  return checkServer(nginxProgram(options), options, prepare(options, ['-t']));
}

/** The version of a program, such as `1.22.1`. */
export async function nginxVersion(program: string = nginxProgram({})): Promise<string> {
  const { output } = await runProcess(program, ['-v']);
  const version = /nginx\/(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined) throw new Error(`no version of nginx in: ${output}`);
  return version;
}

function nginxProgram({ binary }: Pick<NginxOptions, 'binary'>): string {
  return binary ?? programPath('nginx') ?? 'nginx';
}

function prepare(options: NginxOptions, moreArgs: readonly string[]): Prepare {
  return (folder, table) => {
    const { files, folders } = rewriteNginx(options, folder.path, table);
    for (const path of folders) mkdirSync(path, { recursive: true });
    for (const [path, text] of files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const pid = join(folder.path, 'nginx.pid');
    const globals = `daemon off; master_process off; pid ${pid}; error_log stderr info;`;
    const prefix = `${join(folder.path, NGINX_FOLDER)}/`;
    return {
      args: ['-p', prefix, '-c', join(folder.path, NGINX_MAIN), '-g', globals, ...moreArgs],
      // nginx says this when its listeners are open: ngx_event_module_init runs after ngx_open_listening_sockets.
      ready: (process) => process.waitForLog(/using the "\w+" event method/),
    };
  };
}
