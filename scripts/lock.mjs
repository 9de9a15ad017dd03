/**
 * Owns the completeness of package-lock.json: npm leaves out the packages of other platforms that a registry mirror does
 * not have, and `npm ci` then refuses the file. This adds them; with `--check` it only says what is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const file = path.resolve(import.meta.dirname, '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'aix',
  'cygwin',
];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** What a platform package's name says of its platform; such names are `tool-system-processor[-library]`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.find((one) => words.includes(one));
  const cpu = PROCESSORS.find((one) => words.includes(one));
  if (os === undefined || cpu === undefined) return undefined;
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return { cpu: [cpu], ...(os === 'linux' && libc !== undefined ? { libc: [libc] } : {}), os: [os] };
}

const added = [];
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] !== undefined) continue;
    const platform = platformOf(name);
    if (platform === undefined || !/^\d+\.\d+\.\d+/.test(version)) continue;
    const { cpu, ...rest } = platform;
    lock.packages[key] = { version, cpu, ...(entry.dev ? { dev: true } : {}), ...rest, optional: true };
    added.push(`${name}@${version}`);
  }
}
if (process.argv.includes('--check')) {
  for (const name of added) console.error(`package-lock.json lacks ${name}: run \`node scripts/lock.mjs\``);
  if (added.length > 0) process.exitCode = 1;
} else if (added.length > 0) {
  const sorted = Object.keys(lock.packages).sort((a, b) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries(sorted.map((key) => [key, lock.packages[key]]));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`added ${added.length} packages of other platforms`);
}
