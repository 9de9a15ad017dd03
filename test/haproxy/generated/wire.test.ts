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

/** How a configuration is handed to HAProxy: as one file, or each section in a file of a folder, behind the first ones. */
type Layout = 'one file' | 'several files';

const MAIN = '/etc/haproxy/haproxy.cfg';
const FOLDER = '/etc/haproxy/conf.d';

/** The files by absolute path, in the order in which HAProxy reads them. */
function laidOut(text: string, layout: Layout): ReadonlyMap<string, string> {
  if (layout === 'one file') return new Map([[MAIN, text]]);
  const [first = '', ...others] = text.split(/^(?=(?:frontend|backend|listen) )/m);
  const name = (i: number) => `${FOLDER}/${String(i).padStart(3, '0')}.cfg`;
  return new Map([[MAIN, first], ...others.map((section, i) => [name(i), section] as const)]);
}

async function differencesOf(
  configuration: Configuration,
  compared: Compared,
  layout: Layout,
): Promise<readonly string[]> {
  const files = laidOut(configurationText(configuration), layout);
  const { model } = load(files.get(MAIN) ?? '', {
    target: { haproxy: await haproxyVersion(), openssl: '3.0' },
    root: MAIN,
    files: Object.fromEntries(files),
    together: [...files.keys()],
  });
  const authority = await sharedAuthority();
  const { bundle } = await authority.issue({ names: ['site.example'] });
  const { keep, stopAll } = keeper();
  try {
    const backends = await Promise.all(configuration.pairs.map(() => keep(webSocketBackend())));
    const server = await keep(
      startHaproxy({
        files: { ...Object.fromEntries(files), [SITE]: bundle, [CLIENTS]: authority.certificate },
        together: files.size > 1 ? [MAIN, FOLDER] : [MAIN],
        backends: Object.fromEntries(backends.map(({ port }, i) => [backendOf(i), port])),
      }),
    );
    return await differences(model, configuration, server, backends, compared);
  } finally {
    await stopAll();
  }
}

function onEach(generation: Generation): void {
  it.each<[Layout, number]>([
    ['one file', RUNS],
    ['several files', 2],
  ])(
    'what is known is what is seen: %s',
    (layout, runs) =>
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
          expect(await differencesOf(configuration, compared, layout), configurationText(configuration)).toEqual([]);
        });
        await fc.assert(property, {
          seed: SEED,
          numRuns: runs,
          endOnFailure: true,
          interruptAfterTimeLimit: TIME_LIMIT_MS,
        });
        // A property over nothing would hold, too.
        for (const [name, count] of Object.entries(compared)) expect(count, name).toBeGreaterThan(runs);
      }),
    TIME_LIMIT_MS * 2,
  );
}

describeWith('haproxy', 'the installed HAProxy', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
