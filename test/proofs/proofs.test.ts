/** Owns the run of every rule's proof; a rule without one is a failure. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples, type ProofModule, runProof } from '../kit/proof.ts';
import { itWith } from '../kit/required.ts';
import { repositoryRoot } from '../kit/root.ts';

const rules = join(repositoryRoot, 'server/src/rules');
const ids = readdirSync(rules).filter((id) => existsSync(join(rules, id, 'rule.ts')));

it('finds the rules', () => {
  expect(ids).not.toEqual([]);
});

for (const id of ids) {
  const path = join(rules, id, 'proof.ts');
  const module = existsSync(path) ? ((await import(path)) as ProofModule) : undefined;
  describe(id, () => {
    if (module?.unprovable !== undefined) {
      it('says why no server can show it', () => expect(module.unprovable).toMatch(/\S/));
      return;
    }
    it('has a proof', () => expect(module?.proofs ?? []).not.toEqual([]));
    for (const proof of module?.proofs ?? []) {
      itWith(proof.needs, proof.title, () => runProof(proof, examples(id)));
    }
  });
}
