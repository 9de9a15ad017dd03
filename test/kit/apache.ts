/** Owns a real Apache httpd for tests: runs a user's configuration, or asks whether it would start. */
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { APACHE_FOLDER, APACHE_MAIN, rewriteApache } from './apache-text.ts';
import { runServer, type Seat } from './seat.ts';
import {
  checkServer,
  type Prepare,
  type RunningServer,
  type ServerOptions,
  type ServerVerdict,
  startServer,
} from './server.ts';

/** What packages build as modules; the configurations of tests name none. */
const MODULES = [
  'mpm_event',
  'authz_core',
  'authz_host',
  'alias',
  'dir',
  'env',
  'headers',
  'proxy',
  'proxy_http',
  'proxy_balancer',
  'lbmethod_byrequests',
  'slotmem_shm',
  'rewrite',
  'setenvif',
  'socache_shmcb',
  'ssl',
  'macro',
];
/** What it logs last when it does not start. */
const FAILED = 'AH00016: Configuration Failed';
const MODULE_FOLDERS = ['/usr/lib/apache2/modules', '/usr/lib64/httpd/modules', '/usr/local/apache2/modules'];

/**
 * Starts Apache with a configuration as a user writes it; rewriteApache says what is moved. Rejects, with Apache's own
 * words, when it does not start.
 */
export async function startApache(options: ServerOptions): Promise<RunningServer> {
  return startServer('apache', await apacheVersion(), options, prepare(options, []));
}

/** The verdict of `apachectl configtest`; it accepts some configurations that do not start. */
export function apacheTest(options: ServerOptions): Promise<ServerVerdict> {
  return checkServer('apache', options, prepare(options, ['-t']));
}

/** The directives of all modules, as `-L` prints them. */
export async function apacheList(): Promise<string> {
  const options = { files: { 'apache2.conf': 'Listen 80\n' } };
  return (await checkServer('apache', options, prepare(options, ['-L']))).output;
}

/** Whether Apache really starts, which its own check does not say. */
export async function apacheStarts(options: ServerOptions): Promise<ServerVerdict> {
  for (let attempt = 1; ; attempt++) {
    try {
      const server = await startApache(options);
      const output = server.log();
      await server.stop();
      return { ok: true, output };
    } catch (error) {
      const output = error instanceof Error ? error.message : `${error}`;
      // When it gives up at once, it ends what writes its log before that has begun, and its words are lost.
      if (/AH\d{5}/.test(output) || attempt === ATTEMPTS) return { ok: false, output };
    }
  }
}

const ATTEMPTS = 10;

/** The version of the current generation's Apache, such as `2.4.71`. */
export async function apacheVersion(): Promise<string> {
  const { output } = await runServer('apache', ['-v']);
  const version = /Apache\/(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined) throw new Error(`no version of Apache in: ${output}`);
  return version;
}

/** The version of the OpenSSL that a started Apache runs with, as it logs it. */
export async function apacheOpenssl(): Promise<string> {
  const server = await startApache({ files: { 'apache2.conf': 'Listen 80\n' } });
  const found = /OpenSSL\/(\d+\.\d+\.\d+)/.exec(server.log())?.[1];
  await server.stop();
  if (found === undefined) throw new Error('Apache names no OpenSSL');
  return found;
}

/** The folder with the modules, as the server sees it. */
function moduleFolder(seat: Seat): string {
  const root = seat.outside.slice(0, seat.outside.length - seat.path.length);
  const folder = MODULE_FOLDERS.find((one) => existsSync(join(root, one)));
  if (folder === undefined) throw new Error(`no modules of Apache in ${MODULE_FOLDERS.join(', ')}`);
  return folder;
}

function prepare(options: ServerOptions, moreArgs: readonly string[]): Prepare {
  return (seat, table) => {
    const { files, folders } = rewriteApache(options, seat.path, table);
    for (const path of folders) seat.makeFolder(path);
    for (const [path, text] of files) seat.write(path, text);
    // Started as root, Apache serves as somebody else, who has to come to the pages.
    chmodSync(seat.outside, 0o755);
    const modules = moduleFolder(seat);
    const beside = join(seat.path, 'before.conf');
    const before = [
      ...MODULES.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`),
      `DefaultRuntimeDir ${seat.path}`,
      `PidFile ${join(seat.path, 'apache.pid')}`,
      // Its own log cannot be a pipe of somebody else's; what it starts writes where it does, and reads to the end.
      'ErrorLog "|/usr/bin/env --ignore-signal=TERM /bin/cat"',
      'ServerName localhost',
      'User daemon',
      'Group daemon',
      `DocumentRoot ${join(seat.path, 'var/www/html')}`,
      '',
    ];
    seat.write(beside, before.join('\n'));
    return {
      args: [
        ...['-D', 'FOREGROUND', '-d', join(seat.path, APACHE_FOLDER), '-f', join(seat.path, APACHE_MAIN)],
        ...['-C', `Include ${beside}`],
        ...moreArgs,
      ],
      // Said when the listeners are open.
      async ready(process) {
        const said = process.waitForLog(new RegExp(`resuming normal operations|${FAILED}`));
        const ended = await said.then(
          () => process.log().includes(FAILED),
          () => true,
        );
        if (ended) throw new Error(`does not start: ${process.log()}`);
      },
      // From here on it waits some seconds for what writes its log, which reads to the end.
      ended: new RegExp(`AH00491: caught SIGTERM, shutting down|${FAILED}`),
    };
  };
}
