/** Owns Caddy's JSON: the model of a Caddyfile and that of what `caddy adapt` makes of it say the same. */
import { describe, expect, it } from 'vitest';
import { caddy } from '../../server/src/languages/caddy/index.ts';
import type { Model } from '../../server/src/model/model.ts';
import type { Fact } from '../../server/src/model/origin.ts';
import type { Remedy } from '../../server/src/model/remedy.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
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

  const http = (handle: object, server: object = {}) => ({
    http: {
      servers: {
        srv0: { listen: [':443'], routes: [{ match: [{ host: ['chat.example'] }], handle: [handle] }], ...server },
      },
    },
  });
  const proxy = {
    handler: 'reverse_proxy',
    upstreams: [{ dial: 'app:3000' }],
    headers: { request: { set: { 'X-A': ['b'] }, delete: ['X-B', 'Upgrade'] } },
    transport: { protocol: 'http', read_timeout: 30_000_000_000 },
    stream_timeout: '24h',
  };

  /** The JSON after a remedy. */
  function edited(apps: object, remedy: (model: Model) => Remedy | undefined): unknown {
    const text = JSON.stringify({ apps }, undefined, '\t');
    const project = load({ '/project/caddy.json': text }, { target: '2.11' });
    const asked = remedy(project.model);
    const [edits] = (asked === undefined ? undefined : project.realize(asked)) ?? [];
    const after = edits === undefined ? text : applyEdits(text, edits.edits);
    expect(after).toBe(JSON.stringify(JSON.parse(after), undefined, '\t'));
    return JSON.parse(after);
  }

  const routeIn = ({ sites }: Model) => {
    const [route] = sites.flatMap(({ routes }) => routes);
    if (route === undefined) throw new Error('no route');
    return route;
  };

  it('lose the one header that spoils a handshake', () => {
    const after = edited(http(proxy), (model) => ({ kind: 'forward-upgrade', route: routeIn(model) }));
    const headers = { request: { set: { 'X-A': ['b'] }, delete: ['X-B'] } };
    expect(after).toEqual({ apps: http({ ...proxy, headers }) });
  });

  it('keep a time as the number, or as the text, that it is', () => {
    const after = edited(http({ ...proxy, stream_timeout: '30s' }), (model) => ({
      kind: 'set-idle-limit',
      route: routeIn(model),
      seconds: 3600,
    }));
    const transport = { protocol: 'http', read_timeout: 3_600_000_000_000 };
    expect(after).toEqual({ apps: http({ ...proxy, transport, stream_timeout: '1h' }) });
  });

  it('get the Host by its full name, which alone counts there', () => {
    const bare = {
      handler: 'reverse_proxy',
      upstreams: [{ dial: 'app:443' }],
      transport: { protocol: 'http', tls: {} },
    };
    const after = edited(http(bare), (model) => ({ kind: 'forward-host', route: routeIn(model), port: true }));
    const headers = { request: { set: { Host: ['{http.request.hostport}'] } } };
    expect(after).toEqual({ apps: http({ ...bare, headers }) });
  });

  it('get their oldest version changed', () => {
    const policies = (first: object) => ({ tls_connection_policies: [first] });
    const after = edited(http(proxy, policies({ protocol_min: 'tls1.0' })), ({ sites: [site] }) =>
      site?.endpoint === undefined
        ? undefined
        : { kind: 'set-tls-versions', endpoint: site.endpoint, versions: ['TLSv1.2', 'TLSv1.3'] },
    );
    expect(after).toEqual({ apps: http(proxy, policies({ protocol_min: 'tls1.2' })) });
  });
});

describe('certificates that are loaded', () => {
  const site = (policy: object) => ({
    http: {
      servers: {
        srv0: {
          listen: [':443'],
          routes: [{ match: [{ host: ['shop.example'] }], handle: [{ handler: 'static_response' }] }],
          tls_connection_policies: [policy],
        },
      },
    },
  });
  const loads = {
    certificates: {
      load_files: [
        { certificate: '/project/a.pem', key: '/project/a.key', tags: ['a'] },
        { certificate: '/project/b.pem', key: '/project/b.key' },
        { certificate: '/project/c.json', key: '/project/c.key', format: 'json' },
      ],
      load_folders: ['/project/more'],
    },
  };

  const usesOf = (apps: object): string[] => {
    const texts = {
      '/project/caddy.json': JSON.stringify({ apps }),
      '/project/more/x.pem': '',
      '/project/more/deep/y.PEM': '',
      '/project/more/z.crt': '',
    };
    return load(texts).model.sites.flatMap(({ endpoint }) =>
      (endpoint?.certificates ?? []).map(({ certificate, key, names, label }) =>
        [certificate.written, key?.written, label, ...names.map(({ name }) => name)].join(' '),
      ),
    );
  };

  it('are those of the site whose policy names their tag, and of whoever has their names otherwise', () => {
    expect(usesOf({ ...site({ certificate_selection: { any_tag: ['a'] } }), tls: loads })).toEqual([
      '/project/a.pem /project/a.key shop.example shop.example',
      '/project/b.pem /project/b.key Caddy',
      '/project/more/deep/y.PEM /project/more/deep/y.PEM Caddy',
      '/project/more/x.pem /project/more/x.pem Caddy',
    ]);
    expect(usesOf({ ...site({ certificate_selection: { any_tag: ['a'], all_tags: ['z'] } }), tls: loads })[0]).toBe(
      '/project/a.pem /project/a.key Caddy',
    );
  });

  it('are read from folders of a Caddyfile, too', () => {
    const { model } = load({
      '/project/Caddyfile': 'shop.example {\n\ttls {\n\t\tload more\n\t}\n}\n',
      '/project/more/x.pem': '',
    });
    expect(model.sites[0]?.endpoint?.certificates.map(({ certificate }) => certificate.file)).toMatchObject([
      { value: '/project/more/x.pem' },
    ]);
  });
});
