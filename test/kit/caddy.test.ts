/** Owns the proof that the Caddy of the tests shows what a user's Caddy would. */
import { afterEach, describe, expect, it } from 'vitest';
import { sharedAuthority } from './authority.ts';
import { webSocketBackend } from './backends.ts';
import { caddyAdapt, caddyValidate, caddyVersion, startCaddy } from './caddy.ts';
import { type JsonObject, rewriteCaddyfiles, rewriteCaddyJson } from './caddy-text.ts';
import { onGeneration, SUITES } from './generations.ts';
import { keeper } from './keeper.ts';
import { httpProbe, webSocketProbe } from './probes.ts';
import { describeWith, itWith } from './required.ts';

const { keep, stopAll } = keeper();
afterEach(stopAll);

const FILE = `{
	email somebody@shop.example
}

shop.example {
	tls /etc/ssl/shop.pem /etc/ssl/shop.key
	@socket path /ws
	reverse_proxy @socket app:8080 {
		transport http {
			read_timeout 60s
		}
	}
	respond /etc/ssl "{host} 60s" 200
}

own.example, :8080 {
	respond hello
}
`;

const portTable = () => {
  const ports = new Map<string, number>();
  return {
    ports,
    portFor: (address: string) => ports.set(address, ports.get(address) ?? 5000 + ports.size).get(address) ?? 0,
  };
};

describe('rewriting', () => {
  it('moves the names of files and scales times in the text', () => {
    const files = { Caddyfile: FILE, '/etc/ssl/shop.pem': '', '/etc/ssl/shop.key': '' };
    const text = rewriteCaddyfiles({ files, scale: { '60s': '1s' } }, '/t').get('/t/etc/caddy/Caddyfile');
    const moved = FILE.replace('/etc/ssl/shop.pem /etc/ssl/shop.key', '/t/etc/ssl/shop.pem /t/etc/ssl/shop.key');
    expect(text).toBe(moved.replace('read_timeout 60s', 'read_timeout 1s').replace('/etc/ssl "', '/t/etc/ssl "'));
  });

  it('moves listeners and peers, keeps the name that is checked, and lets nobody outside be asked', () => {
    const proxy = { handler: 'reverse_proxy', upstreams: [{ dial: 'app:8443' }], transport: { tls: {} } };
    const config: JsonObject = {
      apps: {
        http: { servers: { a: { listen: [':443', '127.0.0.2:8080', 'unix//run/a'], routes: [{ handle: [proxy] }] } } },
        tls: { automation: { policies: [{ subjects: ['a.example'], issuers: [{ module: 'acme' }] }] } },
      },
    };
    const table = portTable();
    expect(rewriteCaddyJson(config, { files: {}, backends: { 'app:8443': 4000 } }, '/t/admin.sock', table)).toEqual({
      admin: { listen: 'unix//t/admin.sock', origins: ['localhost'], config: { persist: false } },
      apps: {
        http: {
          http_port: 5002,
          https_port: 5000,
          servers: {
            a: {
              listen: ['127.0.0.1:5000', '127.0.0.2:5001', 'unix//run/a'],
              routes: [
                {
                  handle: [
                    {
                      handler: 'reverse_proxy',
                      upstreams: [{ dial: '127.0.0.1:4000' }],
                      transport: { tls: { server_name: 'app' } },
                    },
                  ],
                },
              ],
            },
          },
        },
        pki: { certificate_authorities: { local: { install_trust: false } } },
        tls: {
          automation: {
            policies: [
              { subjects: ['a.example'], issuers: [{ module: 'internal' }] },
              { issuers: [{ module: 'internal' }] },
            ],
          },
        },
      },
    });
  });
});

async function files(text = FILE): Promise<Record<string, string>> {
  const leaf = await (await sharedAuthority()).issue({ names: ['shop.example'] });
  return { Caddyfile: text, '/etc/ssl/shop.pem': leaf.chain, '/etc/ssl/shop.key': leaf.key };
}

async function proxies(): Promise<void> {
  const backend = await keep(webSocketBackend());
  const caddy = await keep(
    startCaddy({ files: await files(), backends: { 'app:8080': backend.port }, scale: { '60s': '1s' } }),
  );
  expect(caddy.version).toBe(await caddyVersion());
  const target = { port: caddy.port(443), path: '/ws', tls: { servername: 'shop.example' } };
  const headers = { Host: 'shop.example' };
  const { opened, closedAfterMs } = await webSocketProbe({ ...target, headers, holdMs: 3000 });
  expect(opened).toBe(true);
  expect(closedAfterMs).toBeGreaterThan(900);
  expect(closedAfterMs).toBeLessThan(2900);
  expect((await httpProbe({ port: caddy.port(8080) })).body).toBe('hello');
  expect((await httpProbe({ port: caddy.port(80), headers })).status).toBe(308);
  await caddy.reload();
  expect((await httpProbe({ port: caddy.port(8080) })).body).toBe('hello');
}

async function judges(): Promise<void> {
  const { ok, config } = await caddyAdapt({ files: await files() });
  expect([ok, Object.keys(config ?? {})]).toEqual([true, ['apps']]);
  expect(await caddyValidate({ files: await files() })).toMatchObject({ ok: true });
  const bad = { files: await files(FILE.replace('respond hello', 'nonsense hello')) };
  for (const verdict of [await caddyAdapt(bad), await caddyValidate(bad)]) {
    expect(verdict.ok).toBe(false);
    expect(verdict.output).toContain('Caddyfile:17');
  }
  await expect(startCaddy(bad)).rejects.toThrow('Caddyfile:17');
}

itWith('caddy', 'the installed one proxies, reloads, and asks nobody for certificates', proxies);
itWith('caddy', 'the installed one judges', judges);
for (const suite of SUITES) {
  describeWith(suite, `that of Debian ${suite}`, () => {
    it('proxies, reloads, and asks nobody for certificates', () => onGeneration(suite, proxies));
    it('judges', () => onGeneration(suite, judges));
  });
}
