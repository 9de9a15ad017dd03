/** Owns a real nginx for tests: runs a user's configuration, or asks nginx whether it would. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { currentGeneration, suiteRoot } from './generations.ts';
import { NGINX_FOLDER, NGINX_MAIN, type NginxOptions, rewriteNginx } from './nginx-text.ts';
import { runServer } from './seat.ts';
import { checkServer, type Prepare, type RunningServer, type ServerVerdict, startServer } from './server.ts';

/**
 * Starts nginx with a configuration as a user writes it; rewriteNginx says what is moved. Rejects, with nginx's own words,
 * when nginx refuses the configuration.
 */
export async function startNginx(options: NginxOptions): Promise<RunningServer> {
  return startServer('nginx', await nginxVersion(), options, prepare(options, []));
}

/** The verdict of `nginx -t`. */
export function nginxTest(options: NginxOptions): Promise<ServerVerdict> {
  return checkServer('nginx', options, prepare(options, ['-t']));
}

/** The version of the current generation's nginx, such as `1.22.1`. */
export async function nginxVersion(): Promise<string> {
  const { output } = await runServer('nginx', ['-v']);
  const version = /nginx\/(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined) throw new Error(`no version of nginx in: ${output}`);
  return version;
}

/** The version of the OpenSSL that the current generation's nginx runs with, such as `3.0.19`. */
export async function nginxOpenssl(): Promise<string> {
  const { output } = await runServer('nginx', ['-V']);
  const found = /running with OpenSSL ([\d.]+)/.exec(output) ?? /built with OpenSSL ([\d.]+)/.exec(output);
  if (found?.[1] === undefined) throw new Error(`no version of OpenSSL in: ${output}`);
  return found[1];
}

function prepare(options: NginxOptions, moreArgs: readonly string[]): Prepare {
  return (seat, table) => {
    const { files, folders } = rewriteNginx(options, seat.path, table);
    for (const path of folders) seat.makeFolder(path);
    for (const [path, text] of files) seat.write(path, text);
    const pid = join(seat.path, 'nginx.pid');
    const globals = `${modulesFor(options)}daemon off; master_process off; pid ${pid}; error_log stderr info;`;
    const prefix = `${join(seat.path, NGINX_FOLDER)}/`;
    return {
      args: ['-p', prefix, '-c', join(seat.path, NGINX_MAIN), '-g', globals, ...moreArgs],
      // nginx says this when its listeners are open: ngx_event_module_init runs after ngx_open_listening_sockets.
      ready: (process) => process.waitForLog(/using the "\w+" event method/),
    };
  };
}

const MODULES = '/usr/lib/nginx/modules';

/** `load_module` for the blocks that a configuration has, where the modules are files of their own. */
function modulesFor({ files }: NginxOptions): string {
  const generation = currentGeneration();
  const root = generation === 'installed' ? '' : (suiteRoot(generation) ?? '');
  return ['stream', 'mail']
    .filter((block) => Object.values(files).some((text) => isBlockOf(block, text)))
    .map((block) => `${MODULES}/ngx_${block}_module.so`)
    .filter((file) => existsSync(join(root, file)))
    .map((file) => `load_module ${file}; `)
    .join('');
}

function isBlockOf(block: string, text: string | Uint8Array): boolean {
  return typeof text === 'string' && new RegExp(`^${block}\\s*\\{`, 'm').test(text) && !text.includes('load_module');
}
