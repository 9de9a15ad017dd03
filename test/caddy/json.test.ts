/** Owns Caddy's JSON: the model of a Caddyfile and that of what `caddy adapt` makes of it say the same. */
import { describe, expect, it } from 'vitest';
import { caddy } from '../../server/src/languages/caddy/index.ts';
import type { Model } from '../../server/src/model/model.ts';
import type { Fact } from '../../server/src/model/origin.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import { caddyAdapt } from '../kit/caddy.ts';
import { examples, filesOf } from '../kit/proof.ts';
import { describeWith } from '../kit/required.ts';
import { load } from './project.ts';

const fact = <T>(one: Fact<T> | undefined, show: (value: T) => unknown): unknown =>
  one === undefined ? undefined : one.known ? show(one.value) : 'unknown';

/** What of a model does not depend on how it is written: JSON has a server for each port. */
function essence({ sites }: Model): unknown {
  return sites
    .flatMap(({ names, listeners, endpoint, routes, redirects }) =>
      listeners.map(({ port, tls }) => ({
        names: names.map(({ name }) => name).sort(),
        listener: [fact(port, String), fact(tls, String)],
        versions: tls.known && tls.value ? fact(endpoint?.versions, (all) => all.join(' ')) : undefined,
        demand: tls.known && tls.value ? fact(endpoint?.clientCertificates, ({ demand }) => demand) : undefined,
        redirects: fact(redirects, (all) => all.map(({ status }) => status)),
        routes: routes
          .map(({ path, upgrade, idle, backendHttp, handshake }) => ({
            path,
            upgrade: fact(upgrade, ({ passes }) => passes),
            idle: fact(idle, ({ seconds }) => seconds),
            http: fact(backendHttp, String),
            strict: (handshake.tooStrict ?? []).length,
            shadowed: handshake.shadow !== undefined,
            asks: fact(handshake.alwaysAsks, String),
          }))
          .sort((a, b) => `${a.path}`.localeCompare(`${b.path}`)),
      })),
    )
    .map((one) => JSON.stringify(one))
    .sort();
}

const pages = RULES.flatMap(({ id }) =>
  examples(id)
    .filter(({ language, files }) => language === 'caddy' && files.length === 1)
    .map((example) => [`${id}, line ${example.line}`, filesOf(example)] as const),
);

describeWith('caddy', 'what caddy adapt makes of the examples of all pages', () => {
  it('means the same', async () => {
    let compared = 0;
    for (const [title, files] of pages) {
      // The adapter makes a matcher for files and a rewrite of it, which are not put together again.
      if (files.Caddyfile?.includes('try_files') === true) continue;
      const { config } = await caddyAdapt({ files });
      // What Caddy refuses, or needs files for, has no JSON.
      if (config === undefined) continue;
      compared++;
      const fromJson = load({ '/project/caddy.json': JSON.stringify(config, undefined, 2) }).model;
      const written = load({ '/project/Caddyfile': files.Caddyfile ?? '' }).model;
      expect([title, essence(fromJson)]).toEqual([title, essence(written)]);
    }
    expect(compared).toBeGreaterThan(30);
  });
});

describe('JSON files', () => {
  const text = '{"apps": {"http": {"servers": {"srv0": {"listen": [":80"]}}}}}';

  it.each([
    ['/x/caddy.json', text, 'root'],
    ['/x/caddy/config.json', text, 'root'],
    ['/x/autosave.json', text, 'root'],
    ['/x/other.json', text, undefined],
    ['/x/caddy.json', '{"apps": {"http": {}}}', undefined],
    ['/x/caddy.json', `${'['.repeat(100_000)}"apps""http"`, undefined],
  ])('%s', (path, content, claim) => {
    expect(caddy.claim(path, () => content)).toBe(claim);
  });

  it('are not edited', () => {
    const config = {
      apps: {
        http: {
          servers: {
            srv0: {
              listen: [':80'],
              routes: [
                {
                  match: [{ host: ['chat.example'], path: ['/ws/*'] }],
                  handle: [
                    {
                      handler: 'reverse_proxy',
                      upstreams: [{ dial: 'app:3000' }],
                      headers: { request: { delete: ['Upgrade'] } },
                      transport: { protocol: 'http', read_timeout: 30_000_000_000 },
                    },
                  ],
                },
              ],
            },
          },
        },
      },
    };
    const project = load({ '/project/caddy.json': JSON.stringify(config, undefined, 2) });
    const [route] = project.model.sites.flatMap(({ routes }) => routes);
    if (route === undefined) throw new Error('no route');
    expect(route).toMatchObject({
      path: '/ws/*',
      upgrade: { value: { passes: false } },
      idle: { value: { seconds: 30 } },
    });
    expect(project.realize({ kind: 'forward-upgrade', route })).toBeUndefined();
  });
});
