/**
 * Owns the other generations of nginx, HAProxy, Apache, Caddy and stunnel that proofs run on: prepares Debian releases below
 * `.cache/debian`.
 *
 *   node scripts/generations.mjs [trixie] [sid]
 *
 * Prepares those that are named, or both, unless they are there; to one that lacks a package, the package is added. It needs root (debootstrap and chroot do) and
 * debootstrap; without them it says so and fails, and the tests report the generations as not run. Nothing stays
 * mounted, and no packaged server is started: tests start their own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SUITES = ['trixie', 'sid'];
const PACKAGES = [
  'nginx-light',
  'libnginx-mod-stream',
  'libnginx-mod-mail',
  'haproxy',
  'apache2-bin',
  'caddy',
  'stunnel4',
  'openssl',
  'ca-certificates',
];
const MODULES = ['usr/lib/nginx/modules/ngx_stream_module.so', 'usr/lib/nginx/modules/ngx_mail_module.so'];
const SERVERS = [
  ['usr/sbin/nginx', '-v'],
  ['usr/sbin/haproxy', '-v'],
  ['usr/sbin/apache2', '-v'],
  ['usr/bin/caddy', 'version'],
  ['usr/bin/stunnel', '-version'],
  ['usr/bin/openssl', 'version'],
];

const home = path.resolve(import.meta.dirname, '../.cache/debian');

function fail(message) {
  console.error(message);
  process.exit(1);
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return error === undefined && status === 0;
}

/** What is still mounted below a folder, deepest first. */
function mountsBelow(folder) {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((mount) => mount.startsWith(`${folder}/`))
    .sort()
    .reverse();
}

/** Unmounts what debootstrap mounted, and only then removes a folder. */
function unmount(folder) {
  for (const mount of mountsBelow(folder)) if (!run('umount', [mount])) fail(`${mount} stays mounted`);
}

/** The versions that a prepared release has; undefined when something is missing. */
function versionsIn(root) {
  if (!MODULES.every((module) => existsSync(path.join(root, module)))) return undefined;
  const lines = [];
  for (const [program, option] of SERVERS) {
    if (!existsSync(path.join(root, program))) return undefined;
    const { status, stdout, stderr } = spawnSync('chroot', [root, `/${program}`, option], { encoding: 'utf8' });
    if (status !== 0) return undefined;
    // stunnel tells which file it would read first of all.
    const told = `${stdout}${stderr}`.split('\n').filter((line) => !line.includes('[ ] Initializing'));
    lines.push((told.find((line) => /\d\.\d/.test(line)) ?? '').replace(/^.*LOG\d\[\w+\]: /, ''));
  }
  return lines.join('; ');
}

/** Packages must not start their servers. */
function startNothing(root) {
  writeFileSync(path.join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
}

/** Adds what a release that is there lacks, and changes nothing else in it. */
function complete(root) {
  if (!existsSync(path.join(root, 'usr/bin/apt-get'))) return;
  startNothing(root);
  const apt = (...args) =>
    run('chroot', [root, '/usr/bin/env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args]);
  const options = ['-y', '--no-install-recommends', '--no-upgrade'];
  // A mirror that stands still is as good here as it is to debootstrap.
  if (apt('update', '-o', 'Acquire::Check-Valid-Until=false') && apt('install', ...options, ...PACKAGES)) apt('clean');
}

function prepare(suite) {
  const root = path.join(home, suite);
  const there = versionsIn(root);
  if (there !== undefined) return console.log(`${suite} is there: ${there}`);
  complete(root);
  const completed = versionsIn(root);
  if (completed !== undefined) return console.log(`${suite} is complete: ${completed}`);
  // Made beside its place, so that a run that was cut short leaves nothing that looks finished.
  const making = `${root}.new`;
  unmount(making);
  rmSync(making, { recursive: true, force: true });
  console.log(`${suite}: debootstrap fetches and unpacks it, which takes a minute or more`);
  const made = run('debootstrap', ['--variant=minbase', `--include=${PACKAGES.join(',')}`, suite, making]);
  unmount(making);
  if (!made) fail(`${suite}: debootstrap failed; see ${making}/debootstrap/debootstrap.log`);
  // debootstrap starts nothing; nor may what somebody installs there later.
  startNothing(making);
  rmSync(path.join(making, 'var/cache/apt/archives'), { recursive: true, force: true });
  unmount(root);
  rmSync(root, { recursive: true, force: true });
  renameSync(making, root);
  const versions = versionsIn(root);
  if (versions === undefined)
    fail(`${suite}: nginx with its modules, HAProxy, Apache, Caddy, stunnel or openssl does not run in ${root}`);
  console.log(`${suite} is ready: ${versions}`);
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !SUITES.includes(name));
if (unknown.length > 0) fail(`unknown: ${unknown.join(', ')}; known are ${SUITES.join(', ')}`);
if (process.getuid?.() !== 0) fail('Not prepared: only root can run debootstrap and chroot.');
if (spawnSync('debootstrap', ['--version']).error !== undefined) fail('Not prepared: debootstrap is not installed.');
mkdirSync(home, { recursive: true });
for (const suite of named.length > 0 ? named : SUITES) prepare(suite);
