/** Owns the proof that what lowering says of HAProxy is what is seen on the wire. */
import { afterEach, expect, it } from 'vitest';
import { sharedAuthority } from '../kit/authority.ts';
import { webSocketBackend } from '../kit/backends.ts';
import { haproxyVersion, startHaproxy } from '../kit/haproxy.ts';
import { webSocketProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import { tlsScan } from '../kit/tls-probes.ts';
import { load, onlyRoute } from './project.ts';

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const { stop } of started.splice(0).reverse()) await stop();
});
async function run<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  started.push(server);
  return server;
}

const config = (defaults: string, frontend = '', backend = '') => `global
    maxconn 100
defaults
    mode http
    timeout connect 1s
    ${defaults}
frontend web
    bind :80
    ${frontend}
    default_backend app
backend app
    ${backend}
    server one 127.0.0.1:3000
`;

async function serve(text: string) {
  const backend = await run(webSocketBackend());
  return run(startHaproxy({ files: { 'haproxy.cfg': text }, backends: { '127.0.0.1:3000': backend.port } }));
}

describeWith('haproxy', 'on a real HAProxy', () => {
  it.each([
    config('timeout client 1s\n    timeout server 10s'),
    config('timeout client 10s\n    timeout server 1s'),
    config('timeout client 10s\n    timeout server 10s', '', 'timeout tunnel 1200'),
    config('timeout client 1s\n    timeout server 1s', '', 'timeout tunnel 2s'),
    config('timeout client 1s\n    timeout server 10s', 'timeout tunnel 5s'),
    config('timeout client 1s\n    timeout server 10s', '', 'timeout tunnel 0'),
    config('timeout client 0\n    timeout server 1s'),
  ])('a silent tunnel ends when the limit says: %#', async (text) => {
    const { idle } = onlyRoute(load(text).model);
    expect(idle.known).toBe(true);
    if (!idle.known) return;
    const server = await serve(text);
    const { opened, closedAfterMs } = await webSocketProbe({
      port: server.port(80),
      holdMs: idle.value.seconds * 1000 + 1500,
    });
    expect(opened).toBe(true);
    expect(closedAfterMs).toBeGreaterThan(idle.value.seconds * 1000 - 200);
    expect(closedAfterMs).toBeLessThan(idle.value.seconds * 1000 + 1000);
  });

  const TIMES = 'timeout client 5s\n    timeout server 5s';
  it.each([
    config(TIMES),
    config(TIMES, 'option httpclose', 'option http-server-close'),
    config(TIMES, 'http-request add-header Connection close'),
    config(TIMES, '', 'http-request set-header Connection "keep-alive, Upgrade"'),
    config(TIMES, 'http-request del-header Upgrade'),
    config(TIMES, '', 'http-request del-header Connection'),
    config(TIMES, '', 'http-request set-header Connection close'),
    config(TIMES, '', 'http-request set-header Upgrade h2c'),
    config(TIMES, '', 'http-request del-header Upg -m beg'),
    config(TIMES, 'http-response del-header Upgrade'),
    config(TIMES, '', 'http-response set-header Connection close'),
    config(TIMES.replace('timeout client', 'mode tcp\n    timeout client'), 'http-request del-header Upgrade'),
  ])('an upgrade reaches the client when it says so: %#', async (text) => {
    const { upgrade } = onlyRoute(load(text).model);
    expect(upgrade.known).toBe(true);
    if (!upgrade.known) return;
    const server = await serve(text);
    const { opened, headers } = await webSocketProbe({ port: server.port(80) });
    // RFC 6455, 4.1: a client must refuse an answer without these two headers.
    const accepted =
      opened &&
      /^websocket$/i.test(headers.get('upgrade') ?? '') &&
      /\bupgrade\b/i.test(headers.get('connection') ?? '');
    expect(accepted).toBe(upgrade.value.passes);
  });

  it.each([
    ['', ''],
    ['ssl-min-ver TLSv1.0', ''],
    ['ssl-min-ver TLSv1.0 ciphers ALL:@SECLEVEL=0', ''],
    ['', 'ssl-default-bind-options ssl-min-ver TLSv1.1\n    ssl-default-bind-ciphers ALL:@SECLEVEL=0'],
    ['ssl-min-ver TLSv1.3', 'ssl-default-bind-options ssl-min-ver TLSv1.0'],
    ['ssl-max-ver TLSv1.2', ''],
    ['ssl-max-ver TLSv1.1 ciphers ALL:@SECLEVEL=0', ''],
    ['force-tlsv12', ''],
    ['no-tlsv12', ''],
    ['no-tlsv13', 'ssl-default-bind-options no-tlsv10'],
    ['no-tlsv13 ssl-min-ver TLSv1.2', ''],
    ['no-sslv3 no-tlsv10 no-tlsv11', ''],
  ])('a listener offers the versions that it says: `%s` `%s`', async (bind, global) => {
    const authority = await sharedAuthority();
    const site = await authority.issue({ names: ['example.com'] });
    const text = `global\n    maxconn 10\n    ${global}\ndefaults\n    mode http\n    timeout client 5s\nfrontend web\n    bind :443 ssl crt /etc/site.pem ${bind}\n`;
    const version = await haproxyVersion();
    const { sites } = load(text, { target: { haproxy: version, openssl: '3.0.19' } }).model;
    const server = await run(startHaproxy({ files: { 'haproxy.cfg': text, '/etc/site.pem': site.bundle } }));
    const seen = await tlsScan({ port: server.port(443) });
    expect(sites[0]?.endpoint?.versions).toMatchObject({ known: true, value: [...seen].sort() });
  });
});
