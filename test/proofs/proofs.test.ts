/** Owns the run of every rule's proof on every generation of the servers that is there; a rule without a proof is a failure. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { apacheVersion } from '../kit/apache.ts';
import { caddyVersion } from '../kit/caddy.ts';
import { type Generation, onGeneration, SERVERS, type ServerName, SUITES } from '../kit/generations.ts';
import { haproxyVersion } from '../kit/haproxy.ts';
import { nginxVersion } from '../kit/nginx.ts';
import { examples, holdsOn, type Proof, type ProofModule, runProof, type ServerVersions } from '../kit/proof.ts';
import { available, describeWith, itWith, type Need } from '../kit/required.ts';
import { repositoryRoot } from '../kit/root.ts';
import { stunnelVersion } from '../kit/stunnel.ts';
import { createRecord } from './record.ts';

const rules = join(repositoryRoot, 'server/src/rules');
const ids = readdirSync(rules).filter((id) => existsSync(join(rules, id, 'rule.ts')));
const modules = new Map<string, ProofModule>();
for (const id of ids) {
  const path = join(rules, id, 'proof.ts');
  if (existsSync(path)) modules.set(id, (await import(path)) as ProofModule);
}

/** A prepared release has all servers. */
const hasServer = (generation: Generation, server: ServerName) => generation !== 'installed' || available(server);
const isServer = (need: Need): need is ServerName => SERVERS.some((server) => server === need);

function versionsOn(generation: Generation): Promise<ServerVersions> {
  return onGeneration(generation, async () => ({
    nginx: hasServer(generation, 'nginx') ? await nginxVersion() : undefined,
    haproxy: hasServer(generation, 'haproxy') ? await haproxyVersion() : undefined,
    apache: hasServer(generation, 'apache') ? await apacheVersion() : undefined,
    caddy: hasServer(generation, 'caddy') ? await caddyVersion() : undefined,
    stunnel: hasServer(generation, 'stunnel') ? await stunnelVersion() : undefined,
  }));
}

const here: readonly Generation[] = ['installed', ...SUITES.filter(available)];
const versions = new Map<Generation, ServerVersions>();
for (const generation of here) versions.set(generation, await versionsOn(generation));

/** Whether a proof is run on a generation; one without servers is the same on all of them. */
function isRunOn(proof: Proof, generation: Generation): boolean {
  return (generation === 'installed' || proof.needs.some(isServer)) && holdsOn(proof, versions.get(generation) ?? {});
}

const record = createRecord();

function runOn(generation: Generation): void {
  for (const [id, { proofs = [] }] of modules) {
    const mine = proofs.filter((proof) => isRunOn(proof, generation));
    if (mine.length === 0) continue;
    describe(id, () => {
      for (const proof of mine) {
        const outcome = record.expect(
          id,
          proof.needs.filter(isServer).map((server) => ({ server, version: versions.get(generation)?.[server] })),
        );
        const needs = proof.needs.filter((need) => generation === 'installed' || !isServer(need));
        itWith(needs, proof.title, async () => {
          await onGeneration(generation, () => runProof(proof, examples(id)));
          outcome.passed();
        });
      }
    });
  }
}

it('finds the rules', () => {
  expect(ids).not.toEqual([]);
});

for (const id of ids) {
  const module = modules.get(id);
  it(`${id} has a proof, or says why no server can show it`, () => {
    if (module?.unprovable === undefined) expect(module?.proofs ?? []).not.toEqual([]);
    else expect(module.unprovable).toMatch(/\S/);
  });
  for (const proof of module?.proofs ?? []) {
    if (here.some((generation) => isRunOn(proof, generation))) continue;
    it(`${id}: ${proof.title}`, (context) => context.skip('no generation here has the versions of the proof'));
  }
}

describe('on the installed servers', () => runOn('installed'));
for (const suite of SUITES) describeWith(suite, `on Debian ${suite}`, () => runOn(suite));

// WSSLINT_RECORD=1 writes down on which versions each rule was proved; the documentation tells it.
if (process.env.WSSLINT_RECORD === '1') {
  afterAll(() => record.write(join(repositoryRoot, 'docs/proved.json')));
}
