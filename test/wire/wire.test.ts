/** Owns the proof over generated configurations that what the lowering of nginx knows is what is seen, on each generation. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { describeWith } from '../kit/required.ts';
import { configurations } from './configuration.ts';
import type { Compared } from './observe.ts';
import { differencesOf } from './wire.ts';

/** Servers in one nginx, and how many of those are started: some hundred servers on each generation. */
const SERVERS = 24;
const RUNS = 8;
const SEED = 20261123;
const TIME_LIMIT_MS = 60_000;

function onEach(generation: Generation): void {
  it(
    'what is known is what is seen',
    () =>
      onGeneration(generation, async () => {
        const compared: Compared = {
          versions: 0,
          suites: 0,
          demands: 0,
          upgrades: 0,
          httpVersions: 0,
          limits: 0,
          hosts: 0,
          alwaysAsked: 0,
          anyProtocols: 0,
        };
        const property = fc.asyncProperty(configurations(SERVERS), async (configuration) => {
          expect(await differencesOf(configuration, compared)).toEqual([]);
        });
        await fc.assert(property, {
          seed: SEED,
          numRuns: RUNS,
          endOnFailure: true,
          interruptAfterTimeLimit: TIME_LIMIT_MS,
        });
        // A property over nothing would hold, too.
        for (const [name, count] of Object.entries(compared)) expect(count, name).toBeGreaterThan(RUNS * 2);
      }),
    TIME_LIMIT_MS * 2,
  );
}

describeWith('nginx', 'the installed nginx', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
