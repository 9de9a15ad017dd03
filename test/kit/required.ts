/** Owns what a test needs from the machine: what is there, what must be there, and how an absence is reported. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { describe, it } from 'vitest';
import { SUITES, type Suite, suiteRoot } from './generations.ts';
import { repositoryRoot } from './root.ts';

const PROGRAMS = ['nginx', 'haproxy', 'apache', 'caddy', 'stunnel', 'openssl', 'chromium', 'git'] as const;
type Program = (typeof PROGRAMS)[number];
const NEEDS = [...PROGRAMS, 'corpus', ...SUITES] as const;

/** Something that not every machine has: a program, the corpus, the servers of another Debian release. */
export type Need = (typeof NEEDS)[number];

const PROGRAM_NAMES: Readonly<Record<Program, readonly string[]>> = {
  nginx: ['nginx'],
  haproxy: ['haproxy'],
  apache: ['apache2', 'httpd'],
  caddy: ['caddy'],
  stunnel: ['stunnel', 'stunnel4'],
  openssl: ['openssl'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'chrome'],
  git: ['git'],
};

/** The absolute path of an installed program, or undefined. Servers are in `sbin`, which is not in every user's PATH. */
export function programPath(program: Program): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin'].filter(Boolean);
  const candidates = PROGRAM_NAMES[program].flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find(isExecutable);
}

/** The folder with the corpus of published configurations, or undefined. Set WSSLINT_CORPUS to keep it elsewhere. */
export function corpusRoot(): string | undefined {
  const folder = process.env.WSSLINT_CORPUS ?? resolve(repositoryRoot, '../shared/corpus');
  return existsSync(folder) ? folder : undefined;
}

/** Whether this machine has it. */
export function available(need: Need): boolean {
  if (need === 'corpus') return corpusRoot() !== undefined;
  return (isSuite(need) ? suiteRoot(need) : programPath(need)) !== undefined;
}

function isSuite(need: Need): need is Suite {
  return SUITES.some((suite) => suite === need);
}

/** What WSSLINT_REQUIRE lists, such as `nginx,haproxy`; throws on a word that is no need, because it would require nothing. */
export function requiredNeeds(list: string = process.env.WSSLINT_REQUIRE ?? ''): ReadonlySet<Need> {
  const required = new Set<Need>();
  for (const word of list.split(',').map((part) => part.trim())) {
    if (word === '') continue;
    const need = NEEDS.find((candidate) => candidate === word);
    if (need === undefined) throw new Error(`WSSLINT_REQUIRE: unknown "${word}"; known are ${NEEDS.join(', ')}`);
    required.add(need);
  }
  return required;
}

/** What becomes of a group of tests on this machine. */
export type Verdict = { readonly kind: 'run' } | { readonly kind: 'fail' | 'notRun'; readonly reason: string };

/** Decides from what is needed, what is there and what must be there. */
export function verdictOf(
  needs: readonly Need[],
  isAvailable: (need: Need) => boolean,
  required: ReadonlySet<Need>,
): Verdict {
  const missing = needs.filter((need) => !isAvailable(need));
  if (missing.length === 0) return { kind: 'run' };
  const names = missing.map((need) => (isSuite(need) ? `Debian ${need} (scripts/generations.mjs)` : need));
  const reason = `${names.join(' and ')} not found on this machine`;
  return { kind: missing.some((need) => required.has(need)) ? 'fail' : 'notRun', reason };
}

/**
 * `describe` for tests that need something of the machine. Where it is missing, `body` is not even called: the group
 * becomes one failing test when WSSLINT_REQUIRE names the missing thing, otherwise one test that is reported as not run.
 */
export function describeWith(needs: Need | readonly Need[], title: string, body: () => void): void {
  const verdict = verdictHere(needs);
  if (verdict.kind === 'run') describe(title, body);
  else reportMissing(verdict, title);
}

/** `it`, in the same way as `describeWith`. */
export function itWith(needs: Need | readonly Need[], title: string, body: () => Promise<void> | void): void {
  const verdict = verdictHere(needs);
  if (verdict.kind === 'run') it(title, body);
  else reportMissing(verdict, title);
}

function verdictHere(needs: Need | readonly Need[]): Verdict {
  return verdictOf(typeof needs === 'string' ? [needs] : needs, available, requiredNeeds());
}

function reportMissing({ kind, reason }: Exclude<Verdict, { kind: 'run' }>, title: string): void {
  it(title, (context) => {
    if (kind === 'fail') throw new Error(`${reason}, but WSSLINT_REQUIRE names it`);
    context.skip(reason);
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
