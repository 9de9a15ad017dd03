/** Owns the proof that the stunnel of the tests shows what a user's stunnel would. */
import { afterEach, describe, expect, it } from 'vitest';
import { sharedAuthority } from './authority.ts';
import { httpBackend, webSocketBackend } from './backends.ts';
import { onGeneration, SUITES } from './generations.ts';
import { keeper } from './keeper.ts';
import { httpProbe, webSocketProbe } from './probes.ts';
import { describeWith, itWith } from './required.ts';
import { startStunnel, stunnelOpenssl, stunnelStarts, stunnelVersion } from './stunnel.ts';
import { rewriteStunnel } from './stunnel-text.ts';
import { tlsScan } from './tls-probes.ts';

const { keep, stopAll } = keeper();
afterEach(stopAll);

it('moves listeners, peers, paths and times, and nothing else', () => {
  const text = `; the usual
setuid = stunnel4
pid = /run/stunnel.pid
cert = /etc/stunnel/a.pem
 key=a.key
[web]
accept = 443
connect = app:8080
TIMEOUTidle = 60
; accept = 444
[own]
accept  = :::8443
connect = 8000
sni = web:other.example
CAfile =
[away]
client = yes
accept = 127.0.0.1:3000
connect = db.example:5432
checkHost = db.example
`;
  const ports = new Map<string, number>();
  const portFor = (address: string) => ports.set(address, ports.get(address) ?? 5000 + ports.size).get(address) ?? 0;
  const options = { files: { 'stunnel.conf': text }, backends: { 'app:8080': 4000 }, scale: { '60': '1' } };
  expect(rewriteStunnel(options, '/t', { ports, portFor }).get('/t/etc/stunnel/stunnel.conf')).toBe(`; the usual


cert = /t/etc/stunnel/a.pem
 key=/t/etc/stunnel/a.key
[web]
accept = 127.0.0.1:5000
connect = 127.0.0.1:4000
TIMEOUTidle = 1
; accept = 444
[own]
accept  = 127.0.0.1:5001
connect = 127.0.0.1:8000
sni = web:other.example
CAfile =
[away]
client = yes
accept = 127.0.0.1:5002
connect = 127.0.0.1:5432
checkHost = db.example
`);
  expect([...ports.keys()]).toEqual(['443', '8443', '127.0.0.1:3000']);
});

const config = (more = '') => `setuid = stunnel4
[web]
accept = 443
connect = app:8080
cert = /etc/stunnel/a.pem
${more}
`;

async function files(text: string) {
  const leaf = await (await sharedAuthority()).issue({ names: ['a.example'], key: 'rsa2048' });
  return { 'stunnel.conf': text, '/etc/stunnel/a.pem': leaf.bundle };
}

function shows(): void {
  itWith('stunnel', 'passes requests on, and is idle as long as it says', async () => {
    const backend = await keep(webSocketBackend());
    const stunnel = await keep(
      startStunnel({
        files: await files(config('TIMEOUTidle = 60')),
        backends: { 'app:8080': backend.port },
        scale: { '60': '1' },
      }),
    );
    expect(stunnel.version).toBe(await stunnelVersion());
    const target = { port: stunnel.port(443), tls: { servername: 'a.example' } };
    const { opened, closedAfterMs } = await webSocketProbe({ ...target, holdMs: 3000 });
    expect(opened).toBe(true);
    expect(closedAfterMs).toBeGreaterThan(900);
    expect(closedAfterMs).toBeLessThan(2900);
    expect([...(await tlsScan({ port: stunnel.port(443), servername: 'a.example' }))]).toEqual(['TLSv1.2', 'TLSv1.3']);
  });

  itWith('stunnel', 'is a client, too', async () => {
    const backend = await keep(httpBackend());
    const both = config('[away]\nclient = yes\naccept = 127.0.0.1:80\nconnect = server:443');
    const server = await keep(startStunnel({ files: await files(config()), backends: { 'app:8080': backend.port } }));
    const client = await keep(
      startStunnel({
        files: await files(both),
        backends: { 'app:8080': backend.port, 'server:443': server.port(443) },
      }),
    );
    expect((await httpProbe({ port: client.port(80) })).body).toBe('hello');
  });

  itWith('stunnel', 'says why it does not start, with the names and lines of the user', async () => {
    expect(await stunnelStarts({ files: await files(config()) })).toMatchObject({ ok: true });
    const { ok, output } = await stunnelStarts({ files: await files(config('bogus = yes')) });
    expect(ok).toBe(false);
    expect(output).toContain('stunnel.conf:6: "bogus = yes": Specified option name is not valid here');
  });
}

describe('the installed one', shows);
for (const suite of SUITES) {
  describeWith(suite, `that of Debian ${suite}`, () => {
    it('starts and stops there', () =>
      onGeneration(suite, async () => {
        expect(await stunnelStarts({ files: await files(config()) })).toMatchObject({ ok: true });
        expect(await stunnelVersion()).toMatch(/^5\.\d+$/);
        expect(await stunnelOpenssl()).toMatch(/^3\.\d+\.\d+$/);
      }));
  });
}
