/** Owns the proof that the HAProxy of the tests shows what a user's HAProxy would. */
import { afterEach, describe, expect, it } from 'vitest';
import { sharedAuthority } from './authority.ts';
import { webSocketBackend } from './backends.ts';
import { haproxyCheck, haproxyVersion, startHaproxy } from './haproxy.ts';
import { rewriteHaproxy } from './haproxy-text.ts';
import { keeper } from './keeper.ts';
import { webSocketProbe } from './probes.ts';
import { describeWith } from './required.ts';
import { tlsScan } from './tls-probes.ts';

const { keep, stopAll } = keeper();
afterEach(stopAll);

const config = (bind: string, more = '') => `global
    log /dev/log local0
    user haproxy
    daemon

defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 50s

frontend web
    ${bind}
    ${more}
    default_backend app

backend app
    server app1 app:8080 check
`;

describe('rewriting', () => {
  it('moves listeners, paths, addresses and times, and nothing else', () => {
    const text = `global
    user haproxy # user
    stats socket /run/admin.sock mode 660
    maxconn 100
frontend web
    bind *:80,[::]:80 v4v6
    bind :443 ssl crt /etc/ssl/a.pem ca-file /etc/ssl/ca.pem # bind :444
    http-request set-header X-User "bind :445 50s"
    timeout client 50s
    use_backend b if { path_beg /etc/ssl/ }
    errorfile 503 /etc/haproxy/503.http
backend b
    server one app:8080 ssl verify none
    server two 10.0.0.1:80
    server three other:81
`;
    const ports = new Map<string, number>();
    const portFor = (address: string) => ports.set(address, ports.get(address) ?? 5000 + ports.size).get(address) ?? 0;
    const options = { files: { 'haproxy.cfg': text }, backends: { 'app:8080': 4000 }, scale: { '50s': '1s' } };
    expect(rewriteHaproxy(options, '/t', { ports, portFor }).get('/t/etc/haproxy/haproxy.cfg')).toBe(`global
     # user
    
    maxconn 100
frontend web
    bind 127.0.0.1:5000,127.0.0.1:5001 
    bind 127.0.0.1:5002 ssl crt /t/etc/ssl/a.pem ca-file /t/etc/ssl/ca.pem # bind :444
    http-request set-header X-User "bind :445 50s"
    timeout client 1s
    use_backend b if { path_beg /etc/ssl/ }
    errorfile 503 /t/etc/haproxy/503.http
backend b
    server one 127.0.0.1:4000 ssl verify none
    server two 127.0.0.1:80
    server three 127.0.0.1:81
`);
    expect([...ports.keys()]).toEqual(['80', '[::]:80', '443']);
  });
});

describeWith('haproxy', 'HAProxy', () => {
  it.each([
    ['as it is', '', 101],
    ['with the header deleted', 'http-request del-header Upgrade', 426],
  ])('%s answers a handshake', async (_, more, status) => {
    const backend = await keep(webSocketBackend());
    const files = { 'haproxy.cfg': config('bind :80', more) };
    const haproxy = await keep(startHaproxy({ files, backends: { 'app:8080': backend.port } }));
    const answer = await webSocketProbe({ port: haproxy.port(80), path: '/ws' });
    expect([answer.status, answer.opened]).toEqual([status, status === 101]);
    expect(haproxy.version).toBe(await haproxyVersion());
  });

  it('closes an idle WebSocket after the smaller of the scaled times', async () => {
    const backend = await keep(webSocketBackend());
    const haproxy = await keep(
      startHaproxy({
        files: { 'haproxy.cfg': config('bind :80') },
        backends: { 'app:8080': backend.port },
        scale: { '30s': '1s', '50s': '2s' },
      }),
    );
    const { closedAfterMs } = await webSocketProbe({ port: haproxy.port(80), holdMs: 1800 });
    expect(closedAfterMs).toBeGreaterThan(900);
    expect(closedAfterMs).toBeLessThan(1800);
  });

  it.each([
    ['ssl-max-ver TLSv1.2', false, ['TLSv1.2']],
    ['ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.1', true, ['TLSv1', 'TLSv1.1']],
  ])('opens with %s (permissive library: %s) exactly %j', async (versions, permissiveTls, open) => {
    const leaf = await (await sharedAuthority()).issue({ names: ['a.example'], key: 'rsa2048' });
    const files = {
      'haproxy.cfg': config(`bind :443 ssl crt /etc/ssl/a.pem ${versions}`),
      '/etc/ssl/a.pem': leaf.bundle,
    };
    const haproxy = await keep(startHaproxy({ files, permissiveTls }));
    expect([...(await tlsScan({ port: haproxy.port(443), servername: 'a.example' }))]).toEqual(open);
  });

  it('says what haproxy -c says, with the names and lines of the user', async () => {
    expect(await haproxyCheck({ files: { 'haproxy.cfg': config('bind :80') } })).toMatchObject({ ok: true });
    const { ok, output } = await haproxyCheck({ files: { 'haproxy.cfg': config('bind :80', 'bogus yes') } });
    expect(ok).toBe(false);
    expect(output).toContain("[/etc/haproxy/haproxy.cfg:14] : unknown keyword 'bogus'");
  });

  it('rejects with the words of HAProxy when it does not start', async () => {
    const files = { 'haproxy.cfg': config('bind :80', 'bogus yes') };
    await expect(startHaproxy({ files })).rejects.toThrow("unknown keyword 'bogus'");
  });
});
