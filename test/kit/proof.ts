/** Owns what a rule's `proof.ts` exports, and what it is given: servers that are stopped for it, and its own page's examples. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareVersions, parseVersion } from '../../server/src/model/target.ts';
import { startApache } from './apache.ts';
import { type Authority, sharedAuthority } from './authority.ts';
import { type Backend, httpBackend, webSocketBackend } from './backends.ts';
import { type RunningCaddy, startCaddy } from './caddy.ts';
import { SERVERS, type ServerName } from './generations.ts';
import { startHaproxy } from './haproxy.ts';
import { keeper } from './keeper.ts';
import { type Example, parseExamples } from './markdown.ts';
import { startNginx } from './nginx.ts';
import type { NginxOptions } from './nginx-text.ts';
import { ocspResponder, type Responder } from './ocsp.ts';
import type { Need } from './required.ts';
import { repositoryRoot } from './root.ts';
import type { RunningServer, ServerOptions } from './server.ts';
import { startStunnel } from './stunnel.ts';

/** One demonstration on real servers: the broken example shows the symptom, the fixed one does not. */
export interface Proof {
  readonly title: string;
  readonly needs: readonly Need[];
  /** The versions that it holds for, where that is not every one: it is run on generations with such servers only. */
  readonly versions?: { readonly [server in ServerName]?: VersionRange };
  run(kit: ProofKit): Promise<void>;
}

/** From a version on, and only before another. */
export interface VersionRange {
  readonly from?: string;
  readonly before?: string;
}

/** The versions of the servers of one generation; undefined for one that is not there. */
export type ServerVersions = { readonly [server in ServerName]?: string | undefined };

/** Whether a proof is meant for a generation's versions. A server that is not there is the business of `needs`. */
export function holdsOn({ versions = {} }: Pick<Proof, 'versions'>, have: ServerVersions): boolean {
  return SERVERS.every((server) => {
    const version = have[server];
    const { from, before } = versions[server] ?? {};
    if (version === undefined) return true;
    return (
      (from === undefined || compare(version, from) >= 0) && (before === undefined || compare(version, before) < 0)
    );
  });
}

function compare(a: string, b: string): number {
  const [one, other] = [parseVersion(a), parseVersion(b)];
  if (one === undefined || other === undefined) throw new Error(`${a} or ${b} is no version`);
  return compareVersions(one, other);
}

/** What `rules/<id>/proof.ts` exports: proofs, or the reason why no server can show the rule. */
export type ProofModule =
  | { readonly proofs: readonly Proof[]; readonly unprovable?: never }
  | { readonly proofs?: never; readonly unprovable: string };

/** Texts by file name, as servers of the kit take them. */
export type Files = Readonly<Record<string, string>>;

/** A broken example and its fixed form. */
export interface Pair {
  /** The `name=` of the example. */
  readonly name: string | undefined;
  readonly bad: Files;
  readonly fixed: Files;
}

/** Everything that is started through it ends with the proof. */
export interface ProofKit {
  /** All fixable examples of the rule's page in a language; throws when there are none, because nothing would be proved. */
  pairs(language: string): readonly Pair[];
  /** One of them, by its `name=`; without a name the first. */
  pair(language: string, name?: string): Pair;
  /** All examples of a language and kind, in the order of the page; throws when there are none. */
  examples(language: string, kind: Example['kind']): readonly Files[];
  nginx(options: NginxOptions): Promise<RunningServer>;
  haproxy(options: ServerOptions): Promise<RunningServer>;
  apache(options: ServerOptions): Promise<RunningServer>;
  caddy(options: ServerOptions): Promise<RunningCaddy>;
  stunnel(options: ServerOptions): Promise<RunningServer>;
  webSocketBackend(...options: Parameters<typeof webSocketBackend>): Promise<Backend>;
  httpBackend(...options: Parameters<typeof httpBackend>): Promise<Backend>;
  ocspResponder(): Promise<Responder>;
  /** A test authority; the same one for all proofs of a run. */
  authority(): Promise<Authority>;
}

/** The examples of a rule's page. */
export function examples(ruleId: string): readonly Example[] {
  const path = join(repositoryRoot, 'server/src/rules', ruleId, 'rule.md');
  try {
    return parseExamples(readFileSync(path, 'utf8')).blocks;
  } catch (error) {
    throw new Error(`${ruleId}/rule.md: ${error instanceof Error ? error.message : error}`);
  }
}

/** The files of an example by name. */
export function filesOf(example: Example): Files {
  return Object.fromEntries(example.files.map(({ path, text }) => [path, text]));
}

/** Runs a proof of a rule, with examples from its page, and stops whatever it started. */
export async function runProof(proof: Proof, page: readonly Example[]): Promise<void> {
  const { keep, stopAll } = keeper();
  const kit: ProofKit = {
    ...exampleAccess(page),
    nginx: (options) => keep(startNginx(options)),
    haproxy: (options) => keep(startHaproxy(options)),
    apache: (options) => keep(startApache(options)),
    caddy: (options) => keep(startCaddy(options)),
    stunnel: (options) => keep(startStunnel(options)),
    webSocketBackend: (...options) => keep(webSocketBackend(...options)),
    httpBackend: (...options) => keep(httpBackend(...options)),
    ocspResponder: () => keep(ocspResponder()),
    authority: sharedAuthority,
  };
  try {
    await proof.run(kit);
  } finally {
    await stopAll();
  }
}

function exampleAccess(page: readonly Example[]): Pick<ProofKit, 'pairs' | 'pair' | 'examples'> {
  const pairs = (language: string) => {
    const found = page.flatMap((example) =>
      example.kind === 'bad' && example.fixed !== undefined && example.language === language
        ? [{ name: example.name, bad: filesOf(example), fixed: filesOf(example.fixed) }]
        : [],
    );
    if (found.length === 0) throw new Error(`the page has no fixable example for ${language}`);
    return found;
  };
  return {
    pairs,
    pair(language, name) {
      const pair = pairs(language).find((candidate) => name === undefined || candidate.name === name);
      if (pair === undefined) throw new Error(`the page has no fixable example "${name}" for ${language}`);
      return pair;
    },
    examples(language, kind) {
      const found = page.filter((example) => example.language === language && example.kind === kind);
      if (found.length === 0) throw new Error(`the page has no ${kind} example for ${language}`);
      return found.map(filesOf);
    },
  };
}
