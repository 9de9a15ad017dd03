/** Owns the proof that what lowering says of stunnel is what is seen on the wire, over generated configurations. */
import fc from 'fast-check';
import { afterEach, expect } from 'vitest';
import { createAuthority, sharedAuthority } from '../kit/authority.ts';
import { httpBackend, webSocketBackend } from '../kit/backends.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { keeper } from '../kit/keeper.ts';
import { httpProbe, webSocketProbe } from '../kit/probes.ts';
import { itWith } from '../kit/required.ts';
import { startStunnel, stunnelOpenssl, stunnelVersion } from '../kit/stunnel.ts';
import { tlsScan } from '../kit/tls-probes.ts';
import { main } from './project.ts';

const { keep, stopAll } = keeper();
afterEach(stopAll);

const SERVICE = '[shop]\naccept = 443\nconnect = app:3000\ncert = /etc/stunnel/shop.pem\n';

/** Lines for all services, and lines of one. */
const linesOf = (lines: readonly string[], most: number) =>
  fc
    .tuple(
      fc.array(fc.constantFrom(...lines), { maxLength: 2 }),
      fc.array(fc.constantFrom(...lines), { minLength: 1, maxLength: most }),
    )
    .map(([before, own]) => `${before.join('\n')}\n${SERVICE}${own.join('\n')}\n`);

const VERSIONS = linesOf(
  [
    'sslVersion = all',
    'sslVersion = TLSv1',
    'sslVersion = TLSv1.2',
    'sslVersion = TLSv1.3',
    'sslVersionMin = TLSv1.1',
    'sslVersionMin = all',
    'sslVersionMax = TLSv1.2',
    'sslVersionMax = all',
    'options = NO_TLSv1_2',
    'options = NO_TLSv1_1',
    'options = -NO_TLSv1_1',
    'securityLevel = 0',
    'securityLevel = 1',
    'ciphers = ALL:@SECLEVEL=0',
    'ciphers = HIGH',
  ],
  4,
);
const CLIENTS = linesOf(
  [
    'verify = 0',
    'verify = 1',
    'verify = 2',
    'verifyChain = yes',
    'verifyChain = no',
    'requireCert = yes',
    'requireCert = no',
    'redirect = elsewhere:3001',
  ],
  4,
).map((text) => `CAfile = /etc/stunnel/clients.pem\n${text}`);
const SERVERS = linesOf(
  [
    'verify = 0',
    'verify = 1',
    'verify = 2',
    'verifyChain = yes',
    'verifyChain = no',
    'requireCert = yes',
    'checkHost = shop.example',
    'checkHost = other.example',
    'checkIP = 192.0.2.1',
  ],
  3,
).map((text) => `client = yes\nCAfile = /etc/stunnel/authority.pem\n${text.replace(/^cert = .*\n/m, '')}`);

const target = async () => ({ stunnel: await stunnelVersion(), openssl: await stunnelOpenssl() });

async function versionsAreSeen(runs: number): Promise<void> {
  const { bundle } = await (await sharedAuthority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  const versions = await target();
  for (const text of fc.sample(VERSIONS, runs)) {
    const { sites, problems } = main(text, { target: versions }).model;
    if (problems.length > 0) continue;
    const server = await keep(startStunnel({ files: { 'stunnel.conf': text, 'shop.pem': bundle } }));
    const seen = [...(await tlsScan({ port: server.port(443), servername: 'shop.example' }))];
    expect([text, sites[0]?.endpoint?.versions]).toMatchObject([text, { known: true, value: seen }]);
    await server.stop();
  }
}

async function clientsAreSeen(runs: number): Promise<void> {
  const authority = await sharedAuthority();
  const { bundle } = await authority.issue({ names: ['shop.example'] });
  const [good, foreign] = await Promise.all(
    [authority, await createAuthority()].map((one) => one.issue({ commonName: 'client', usages: ['client'] })),
  );
  if (good === undefined || foreign === undefined) throw new Error('no certificates');
  const backend = await keep(httpBackend());
  const elsewhere = await keep(httpBackend({ answer: 'elsewhere' }));
  for (const text of fc.sample(CLIENTS, runs)) {
    const { sites, problems } = main(text).model;
    if (problems.length > 0) continue;
    const clients = sites[0]?.endpoint?.clientCertificates;
    if (clients?.known !== true || !clients.value.ways.known) throw new Error(`not known: ${text}`);
    const server = await keep(
      startStunnel({
        files: { 'stunnel.conf': text, 'shop.pem': bundle, 'clients.pem': authority.certificate },
        backends: { 'app:3000': backend.port, 'elsewhere:3001': elsewhere.port },
      }),
    );
    const port = server.port(443);
    const certificates = {
      good: { cert: good.chain, key: good.key },
      foreign: { cert: foreign.chain, key: foreign.key },
    };
    const answer = async (tls: object) => (await httpProbe({ port, tls }).catch(() => undefined))?.body === 'hello';
    const seen = [await answer({}), await answer(certificates.good), await answer(certificates.foreign)];
    const { demand, ways } = clients.value;
    const expected = {
      none: [true, true, true],
      optional: [true, true, false],
      unverified: [ways.value.some(({ kind }) => kind === 'everything'), true, true],
      required: [false, true, false],
    }[demand];
    // With `redirect`, whoever has no good certificate gets an answer from elsewhere.
    expect([text, demand, seen]).toEqual([text, demand, expected]);
    await server.stop();
  }
}

async function serversAreChecked(runs: number): Promise<void> {
  const authority = await sharedAuthority();
  const issued = [
    await authority.issue({ names: ['shop.example'] }),
    await authority.issue({ names: ['third.example'] }),
    await (await createAuthority()).issue({ names: ['shop.example'] }),
  ];
  for (const text of fc.sample(SERVERS, runs)) {
    const { hops, problems } = main(text).model;
    const [hop] = hops;
    if (problems.length > 0 || hop === undefined) continue;
    const seen: boolean[] = [];
    for (const { chain: cert, key } of issued) {
      const backend = await keep(httpBackend({ tls: { cert, key } }));
      const server = await keep(
        startStunnel({
          files: { 'stunnel.conf': text, 'authority.pem': authority.certificate },
          backends: { 'app:3000': backend.port },
        }),
      );
      seen.push((await httpProbe({ port: server.port(443) }).catch(() => undefined))?.status === 200);
      await server.stop();
    }
    if (!hop.verified.known || hop.anyName?.known !== true) throw new Error(`not known: ${text}`);
    const [, otherName, foreign] = seen;
    expect([text, foreign]).toEqual([text, !hop.verified.value]);
    // Where a name is compared, one that no line has is refused.
    const anyName = hop.anyName.value !== undefined;
    expect([text, otherName]).toEqual([text, !hop.verified.value || anyName]);
  }
}

async function silenceIsSeen(): Promise<void> {
  const authority = await sharedAuthority();
  const { bundle } = await authority.issue({ names: ['shop.example'] });
  const backend = await keep(webSocketBackend());
  for (const text of [
    `${SERVICE}TIMEOUTidle = 1\n`,
    `TIMEOUTidle = 5\n${SERVICE}TIMEOUTidle = 1\n`,
    `TIMEOUTidle = 1\nTIMEOUTclose = 5\n${SERVICE}`,
    `TIMEOUTidle = 1\n${SERVICE}TIMEOUTidle = 5\n`,
  ]) {
    const idle = main(text).model.sites[0]?.routes[0]?.idle;
    if (idle?.known !== true) throw new Error(`not known: ${text}`);
    const server = await keep(
      startStunnel({
        files: { 'stunnel.conf': text, 'shop.pem': bundle },
        backends: { 'app:3000': backend.port },
      }),
    );
    const { opened, closedAfterMs = Number.POSITIVE_INFINITY } = await webSocketProbe({
      port: server.port(443),
      tls: true,
      holdMs: 2900,
    });
    expect(opened).toBe(true);
    if (idle.value.seconds > 2) expect(closedAfterMs, text).toBe(Number.POSITIVE_INFINITY);
    else {
      expect(closedAfterMs, text).toBeGreaterThan(idle.value.seconds * 1000 - 200);
      expect(closedAfterMs, text).toBeLessThan(idle.value.seconds * 1000 + 1500);
    }
  }
}

/** OpenSSL finds the issuers of what is sent among the authorities that are loaded for verifying. */
async function chainsAreCompleted(): Promise<void> {
  const root = await createAuthority();
  const issuer = await root.intermediate();
  const leaf = await issuer.issue({ names: ['shop.example'] });
  const alone = `${leaf.certificate}\n${leaf.key}`;
  const trusts = async (text: string) => {
    const files = { 'stunnel.conf': text, 'shop.pem': alone, 'issuer.pem': issuer.certificate };
    const server = await keep(startStunnel({ files }));
    const client =
      '[c]\nclient = yes\naccept = 127.0.0.1:80\nconnect = shop:443\nverifyChain = yes\nCAfile = /etc/stunnel/root.pem\n';
    const backend = server.port(443);
    const asks = await keep(
      startStunnel({
        files: { 'stunnel.conf': client, 'root.pem': root.certificate },
        backends: { 'shop:443': backend },
      }),
    );
    await httpProbe({ port: asks.port(80) }).catch(() => undefined);
    const log = asks.log();
    return !/Rejected by CERT/.test(log) && /Certificate accepted/i.test(log);
  };
  expect(main(SERVICE).model.sites[0]?.endpoint?.certificates[0]?.chainElsewhere).toBe(false);
  expect(await trusts(SERVICE)).toBe(false);
  const completed = `${SERVICE}CAfile = /etc/stunnel/issuer.pem\n`;
  expect(main(completed).model.sites[0]?.endpoint?.certificates[0]?.chainElsewhere).toBe(true);
  expect(await trusts(completed)).toBe(true);
}

const on = (generation: Generation, runs: number): void => {
  const need = generation === 'installed' ? 'stunnel' : generation;
  const title = generation === 'installed' ? 'the installed stunnel' : `the stunnel of Debian ${generation}`;
  const test = (what: string, body: () => Promise<void>) =>
    itWith(need, `${title}: ${what}`, () => onGeneration(generation, body));
  test('the versions that the model has complete handshakes, and no others', () => versionsAreSeen(runs));
  test('clients get in as the model says', () => clientsAreSeen(runs));
  test('servers are verified as the model says', () => serversAreChecked(Math.ceil(runs / 2)));
  test('silence ends when the model says', silenceIsSeen);
  test('chains are completed from authorities', chainsAreCompleted);
};

on('installed', 30);
for (const suite of SUITES) on(suite, 8);
