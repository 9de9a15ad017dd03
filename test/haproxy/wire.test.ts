/** Owns the proof that what lowering says of HAProxy is what is seen on the wire. */
import { afterEach, expect, it } from 'vitest';
import { createAuthority, sharedAuthority } from '../kit/authority.ts';
import { httpBackend, webSocketBackend } from '../kit/backends.ts';
import { haproxyVersion, startHaproxy } from '../kit/haproxy.ts';
import { httpProbe, webSocketProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import { clientCertificateProbe, tlsScan } from '../kit/tls-probes.ts';
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

/** A listener with TLS, and a back end. */
const secure = (bind: string) =>
  config('timeout client 2s').replace('bind :80', `bind :443 ssl crt /etc/site.pem ${bind}`);

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

  it.each([
    '',
    'ca-file /etc/clients.pem',
    'ca-file /etc/clients.pem verify optional',
    'ca-file /etc/clients.pem verify required',
    'ca-file /etc/clients.pem verify optional crt-ignore-err all',
    'ca-file /etc/clients.pem verify required crt-ignore-err all ca-ignore-err all',
  ])('a listener demands the certificates that it says: `%s`', async (bind) => {
    const authority = await sharedAuthority();
    const site = await authority.issue({ names: ['example.com'] });
    const [good, foreign] = await Promise.all(
      [authority, await createAuthority()].map((one) => one.issue({ commonName: 'client', usages: ['client'] })),
    );
    const text = secure(bind);
    const clients = load(text).model.sites[0]?.endpoint?.clientCertificates;
    if (clients?.known !== true || good === undefined || foreign === undefined) throw new Error('not known');
    const { demand, ways } = clients.value;
    const backend = await run(httpBackend());
    const server = await run(
      startHaproxy({
        files: { 'haproxy.cfg': text, '/etc/site.pem': site.bundle, '/etc/clients.pem': authority.certificate },
        backends: { '127.0.0.1:3000': backend.port },
      }),
    );
    const seen = await clientCertificateProbe({
      port: server.port(443),
      good: { cert: good.chain, key: good.key },
      foreign: { cert: foreign.chain, key: foreign.key },
    });
    const gets = (verdict: object) => 'status' in verdict;
    expect(gets(seen.good)).toBe(true);
    expect(gets(seen.foreign)).toBe(demand === 'none' || demand === 'unverified');
    if (ways.known && ways.value.length === 0 && demand !== 'none') {
      expect([gets(seen.none), gets(seen.foreign)]).toEqual([false, false]);
    }
    if (demand === 'required') expect(gets(seen.none)).toBe(false);
    if (demand === 'none' || demand === 'optional') expect(gets(seen.none)).toBe(true);
  });

  it.each([
    ['ssl verify none', ''],
    ['ssl', 'ssl-server-verify none'],
    ['ssl ca-file /etc/clients.pem', ''],
    ['ssl ca-file /etc/clients.pem verifyhost api.example', ''],
    ['ssl ca-file /etc/clients.pem sni str(api.example)', ''],
    ['ssl verify none sni str(api.example)', ''],
    ['ssl ca-file /etc/clients.pem', 'ssl-server-verify none'],
  ])('a server is verified as it says: `%s` `%s`', async (parameters, global) => {
    const authority = await sharedAuthority();
    const names = ['api.example'];
    const issued = [
      await authority.issue({ names }),
      await authority.issue({ names: ['other.example'] }),
      await (await createAuthority()).issue({ names }),
    ];
    const text = config('timeout client 2s', '', '')
      .replace('maxconn 100', `maxconn 100\n    ${global}`)
      .replace('one 127.0.0.1:3000', `one api.example:443 ${parameters}`);
    const target = { haproxy: await haproxyVersion() };
    const [hop] = load(text, { target }).model.hops;
    if (hop?.verified.known !== true || hop.anyName?.known !== true) throw new Error('not known');
    const answers: boolean[] = [];
    for (const { chain: cert, key } of issued) {
      const backend = await run(httpBackend({ tls: { cert, key } }));
      const server = await run(
        startHaproxy({
          files: { 'haproxy.cfg': text, '/etc/clients.pem': authority.certificate },
          backends: { 'api.example:443': backend.port },
        }),
      );
      answers.push((await httpProbe({ port: server.port(80), host: 'api.example' })).status === 200);
    }
    const verified = hop.verified.value;
    expect(answers).toEqual([true, !verified || hop.anyName.value !== undefined, !verified]);
  });

  it.each([
    '',
    'http-request redirect scheme https',
    'http-request redirect scheme https unless { ssl_fc }',
    'redirect scheme https code 301 if !{ ssl_fc }',
    'http-request deny',
    'http-request set-header X-A b',
    'http-request redirect location /x if { path /y }',
  ])('plain requests get what the model says: `%s`', async (rule) => {
    const text = config('timeout client 2s', rule);
    const answer = load(text).model.sites[0]?.plainAnswer;
    if (answer === undefined) throw new Error('no site');
    const backend = await run(httpBackend());
    const server = await run(
      startHaproxy({ files: { 'haproxy.cfg': text }, backends: { '127.0.0.1:3000': backend.port } }),
    );
    const { status } = await httpProbe({ port: server.port(80) });
    const seen = status === 200 ? 'pages' : status < 400 ? 'redirect' : 'nothing';
    if (answer.known) expect(answer.value).toBe(seen);
    else expect(rule).toContain('{ path');
  });
});
