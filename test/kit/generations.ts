/**
 * Owns generations of the servers: the installed ones, and those of other Debian releases below `.cache/debian`, which
 * `scripts/generations.mjs` prepares. A test runs on one of them at a time; the kit starts its servers there.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './root.ts';

/** The Debian releases beside the installed one. */
export const SUITES = ['trixie', 'sid'] as const;
export type Suite = (typeof SUITES)[number];
export type Generation = 'installed' | Suite;

/** The programs that differ between generations. */
export const SERVERS = ['nginx', 'haproxy', 'apache', 'caddy', 'stunnel'] as const;
export type ServerName = (typeof SERVERS)[number];

const current = new AsyncLocalStorage<Generation>();

/** Runs a test with the servers of a generation. */
export function onGeneration<T>(generation: Generation, body: () => Promise<T>): Promise<T> {
  return current.run(generation, body);
}

/** The generation of the test that is running; outside of `onGeneration` the installed one. */
export function currentGeneration(): Generation {
  return current.getStore() ?? 'installed';
}

/** The folder that the servers of a release see as `/`; undefined where it is not prepared, or where only root could use it. */
export function suiteRoot(suite: Suite): string | undefined {
  const root = join(repositoryRoot, '.cache/debian', suite);
  const isThere = SERVERS.every((server) => existsSync(join(root, serverInSuite(server))));
  return isThere && process.getuid?.() === 0 ? realpathSync(root) : undefined;
}

const PROGRAMS: Readonly<Record<ServerName, string>> = {
  nginx: '/usr/sbin/nginx',
  haproxy: '/usr/sbin/haproxy',
  apache: '/usr/sbin/apache2',
  caddy: '/usr/bin/caddy',
  stunnel: '/usr/bin/stunnel',
};

/** Where a release keeps a server, below its root. */
export function serverInSuite(server: ServerName): string {
  return PROGRAMS[server];
}
