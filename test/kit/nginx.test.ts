/** Owns the proof that the nginx of the tests shows what a user's nginx would. */
import { afterEach, describe, expect, it } from 'vitest';
import { sharedAuthority } from './authority.ts';
import { webSocketBackend } from './backends.ts';
import { keeper } from './keeper.ts';
import { nginxTest, nginxVersion, startNginx } from './nginx.ts';
import { nginxStatements } from './nginx-statements.ts';
import { type NginxOptions, rewriteNginx } from './nginx-text.ts';
import { httpProbe, webSocketProbe } from './probes.ts';
import { describeWith } from './required.ts';
import { tlsScan } from './tls-probes.ts';

const { keep, stopAll } = keeper();
afterEach(stopAll);

const UPGRADE = `proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";`;

const site = (location: string) => `server {
  listen 80;
  listen [::]:80 ipv6only=on;
  location /ws/ {
    proxy_pass http://app:3000;
    ${location}
  }
}
`;

describe('rewriting', () => {
  const rewritten = (options: NginxOptions) => {
    const ports = new Map<string, number>();
    const portFor = (address: string) => ports.set(address, ports.get(address) ?? 5000 + ports.size).get(address) ?? 0;
    return rewriteNginx(options, '/t', { ports, portFor }).files;
  };

  it('reads directives as nginx does', () => {
    const text = `a "x;y" \${b}c#d; # e;\nif ($x = '}') { f g\\;h; }\ni {} # }`;
    const names = nginxStatements(text).map((s) => [s.name, ...s.words.map((w) => w.text), s.parent?.name]);
    expect(names).toEqual([
      ['a', '"x;y"', `\${b}c#d`, undefined],
      ['if', '($x', '=', "'}'", ')', undefined],
      ['f', 'g\\;h', 'if'],
      ['i', undefined],
    ]);
  });

  it('moves listeners, paths, addresses and times, and nothing else', () => {
    const text = `user nobody;
error_log /var/log/e.log warn;
events {}
http {
  upstream named { server app:3000 weight=2; server 10.0.0.1; }
  server {
    listen 443 ssl default_server; # listen 444;
    listen *:443;
    listen [::]:443 ipv6only=on ssl;
    server_name app;
    ssl_certificate "/etc/ssl/a.pem";
    proxy_read_timeout 60s;
    location /60s { proxy_pass http://app:3000/x; }
    location /b { proxy_pass http://named; }
    location /c { proxy_pass http://elsewhere:81/app:3000; }
    location /d { set $up app:3000; proxy_pass http://$up$request_uri; }
  }
  server { server_name none; }
}
`;
    const options = { files: { 'nginx.conf': text }, backends: { 'app:3000': 4000 }, scale: { '60s': '1s' } };
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (n) => `${n}_temp_path /t/${n}_temp_path;`,
    );
    expect(rewritten(options).get('/t/etc/nginx/nginx.conf')).toBe(`
error_log stderr warn;
events {}
http { ${temporary.join(' ')} access_log off; 
  upstream named { server 127.0.0.1:4000 weight=2; server 127.0.0.1; }
  server {
    listen 127.0.0.1:5000 ssl default_server; # listen 444;
    listen 127.0.0.1:5000;
    listen 127.0.0.1:5001  ssl;
    server_name app;
    ssl_certificate "/t/etc/ssl/a.pem";
    proxy_read_timeout 1s;
    location /60s { proxy_pass http://127.0.0.1:4000/x; }
    location /b { proxy_pass http://named; }
    location /c { proxy_pass http://127.0.0.1:81/app:3000; }
    location /d { set $up 127.0.0.1:4000; proxy_pass http://$up$request_uri; }
  }
  server { listen 127.0.0.1:5002;  server_name none; }
}
`);
  });

  it('says when a text to replace is not there', () => {
    const options: NginxOptions = { files: { 'nginx.conf': site('') }, replace: [['listen 81', 'listen 82']] };
    expect(() => rewritten(options)).toThrow('nothing to replace: "listen 81"');
  });
});

describeWith('nginx', 'nginx', () => {
  it.each([
    ['the upgrade headers', UPGRADE, 101],
    ['no upgrade headers', '', 426],
  ])('with %s answers a handshake', async (_, location, status) => {
    const backend = await keep(webSocketBackend());
    const backends = { 'app:3000': backend.port };
    const nginx = await keep(startNginx({ files: { 'conf.d/site.conf': site(location) }, backends }));
    const answer = await webSocketProbe({ port: nginx.port(80), path: '/ws/', host: 'a.example' });
    expect([answer.status, answer.opened]).toEqual([status, status === 101]);
    expect(backend.requests.map(({ path }) => path)).toEqual(['/ws/']);
    expect(nginx.version).toBe(await nginxVersion());
  });

  it('sends HTTP/1.0 without proxy_http_version, which a strict back end refuses', async () => {
    const backend = await keep(webSocketBackend({ strict: true }));
    const files = { 'conf.d/site.conf': site(UPGRADE.replace('proxy_http_version 1.1;', 'proxy_http_version 1.0;')) };
    const nginx = await keep(startNginx({ files, backends: { 'app:3000': backend.port } }));
    expect((await webSocketProbe({ port: nginx.port(80), path: '/ws/' })).status).toBe(400);
    expect(backend.requests[0]?.httpVersion).toBe('1.0');
  });

  it('closes an idle WebSocket after the scaled time, unless there are pings', async () => {
    const [silent, pinging] = [await keep(webSocketBackend()), await keep(webSocketBackend({ pingEveryMs: 300 }))];
    const files = { 'nginx.conf': site(`${UPGRADE} proxy_read_timeout 60s;`) };
    const held = async (port: number) => {
      const nginx = await keep(startNginx({ files, backends: { 'app:3000': port }, scale: { '60s': '1s' } }));
      return (await webSocketProbe({ port: nginx.port(80), path: '/ws/', holdMs: 1800 })).closedAfterMs;
    };
    const [closed, kept] = await Promise.all([held(silent.port), held(pinging.port)]);
    expect(closed).toBeGreaterThan(900);
    expect(closed).toBeLessThan(1800);
    expect(kept).toBeUndefined();
  });

  it('takes a shortened default for the whole http block', async () => {
    const backend = await keep(webSocketBackend());
    const backends = { 'app:3000': backend.port };
    const files = { 'nginx.conf': site(UPGRADE) };
    const nginx = await keep(startNginx({ files, backends, http: 'proxy_read_timeout 500ms;' }));
    const answer = await webSocketProbe({ port: nginx.port(80), path: '/ws/', holdMs: 1500 });
    expect(answer.closedAfterMs).toBeLessThan(1500);
  });

  it.each([
    ['TLSv1.2', false, ['TLSv1.2']],
    ['TLSv1 TLSv1.1 TLSv1.2', true, ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
  ])('opens of ssl_protocols %s (permissive library: %s) exactly %j', async (protocols, permissiveTls, open) => {
    const leaf = await (await sharedAuthority()).issue({ names: ['a.example'], key: 'rsa2048' });
    const nginx = await keep(
      startNginx({
        permissiveTls,
        files: {
          'nginx.conf': `server {
            listen 443 ssl;
            server_name a.example;
            ssl_certificate /etc/ssl/a.pem;
            ssl_certificate_key /etc/ssl/a.key;
            ssl_protocols ${protocols};
            return 200 "secure";
          }`,
          '/etc/ssl/a.pem': leaf.chain,
          '/etc/ssl/a.key': leaf.key,
        },
      }),
    );
    const port = nginx.port(443);
    expect([...(await tlsScan({ port, servername: 'a.example' }))]).toEqual(open);
    expect((await httpProbe({ port, tls: { servername: 'a.example' } })).body).toBe('secure');
  });

  it('says what nginx -t says, with the names and lines of the user', async () => {
    const text = `# first\n${site('proxy_set_header Connection $connection_upgrade;')}`;
    expect(await nginxTest({ files: { 'conf.d/site.conf': site(UPGRADE) } })).toMatchObject({ ok: true });
    const { ok, output } = await nginxTest({ files: { 'nginx.conf': text } });
    expect(ok).toBe(false);
    expect(output).toContain('unknown "connection_upgrade" variable');
    const misplaced = await nginxTest({ files: { 'nginx.conf': '# first\nserver {\n  bogus on;\n}\n' } });
    expect(misplaced.output).toContain('unknown directive "bogus" in /etc/nginx/nginx.conf:3');
  });

  it('rejects with the words of nginx when it does not start', async () => {
    await expect(startNginx({ files: { 'nginx.conf': 'server { bogus on; }' } })).rejects.toThrow(
      'unknown directive "bogus"',
    );
  });
});
