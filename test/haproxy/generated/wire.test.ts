/** Owns the proof over generated configurations that what the lowering of HAProxy knows is what is seen, on each generation. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedAuthority } from '../../kit/authority.ts';
import { webSocketBackend } from '../../kit/backends.ts';
import { type Generation, onGeneration, SUITES } from '../../kit/generations.ts';
import { haproxyVersion, startHaproxy } from '../../kit/haproxy.ts';
import { keeper } from '../../kit/keeper.ts';
import { describeWith } from '../../kit/required.ts';
import { load } from '../project.ts';
import { backendOf, CLIENTS, type Configuration, configurations, configurationText, SITE } from './configuration.ts';
import { type Compared, differences } from './observe.ts';

/** Pairs of a frontend and a back end in one HAProxy, and how many of those are started. */
const PAIRS = 12;
const RUNS = 6;
const SEED = 20261130;
const TIME_LIMIT_MS = 60_000;

async function differencesOf(configuration: Configuration, compared: Compared): Promise<readonly string[]> {
  const text = configurationText(configuration);
  const { model } = load(text, { target: { haproxy: await haproxyVersion(), openssl: '3.0' } });
  const authority = await sharedAuthority();
  const { bundle } = await authority.issue({ names: ['site.example'] });
  const { keep, stopAll } = keeper();
  try {
    const backends = await Promise.all(configuration.pairs.map(() => keep(webSocketBackend())));
    const server = await keep(
      startHaproxy({
        files: { 'haproxy.cfg': text, [SITE]: bundle, [CLIENTS]: authority.certificate },
        backends: Object.fromEntries(backends.map(({ port }, i) => [backendOf(i), port])),
      }),
    );
    return await differences(model, configuration, server, backends, compared);
  } finally {
    await stopAll();
  }
}

function onEach(generation: Generation): void {
  it(
    'what is known is what is seen',
    () =>
      onGeneration(generation, async () => {
        const compared: Compared = {
          versions: 0,
          demands: 0,
          upgrades: 0,
          limits: 0,
          hosts: 0,
          asks: 0,
          protocols: 0,
          plain: 0,
          hsts: 0,
        };
        const property = fc.asyncProperty(configurations(PAIRS), async (configuration) => {
          expect(await differencesOf(configuration, compared), configurationText(configuration)).toEqual([]);
        });
        await fc.assert(property, {
          seed: SEED,
          numRuns: RUNS,
          endOnFailure: true,
          interruptAfterTimeLimit: TIME_LIMIT_MS,
        });
        // A property over nothing would hold, too.
        for (const [name, count] of Object.entries(compared)) expect(count, name).toBeGreaterThan(RUNS);
      }),
    TIME_LIMIT_MS * 2,
  );
}

describeWith('haproxy', 'the installed HAProxy', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
