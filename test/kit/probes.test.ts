/** Owns the proof that probes, back ends and certificates tell the truth about each other, without any proxy. */
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type Issued, type KeyKind, selfSigned } from './authority.ts';
import { httpBackend, webSocketBackend } from './backends.ts';
import { keeper } from './keeper.ts';
import { listenAnywhere } from './ports.ts';
import { httpProbe, webSocketProbe } from './probes.ts';
import { describeWith } from './required.ts';
import { clientCertificateProbe, peerChain, tlsScan } from './tls-probes.ts';

let root: Authority;
let intermediate: Authority;
let leaf: Issued;
const { keep, stopAll } = keeper();

beforeAll(async () => {
  root = await createAuthority();
  intermediate = await root.intermediate();
  leaf = await intermediate.issue({ names: ['a.example', '127.0.0.1'], key: 'rsa2048' });
});
afterAll(stopAll);

describe('WebSocket probe and back end', () => {
  it('open a WebSocket, and the back end has the handshake as it was sent', async () => {
    const { port, requests } = await keep(webSocketBackend());
    const answer = await webSocketProbe({ port, path: '/ws', origin: 'https://a.example', holdMs: 50 });
    expect(answer).toMatchObject({ status: 101, opened: true, closedAfterMs: undefined });
    expect(answer.headers.get('upgrade')).toBe('websocket');
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ httpVersion: '1.1', path: '/ws' });
    expect(requests[0]?.header('connection')).toBe('Upgrade');
    expect(requests[0]?.header('x-nothing')).toBeUndefined();
  });

  it.each([
    ['keep-alive, Upgrade', 101],
    ['upgrade', 101],
    ['close', 426],
    ['', 426],
  ])('with Connection "%s" gets %i', async (connection, status) => {
    const { port } = await keep(webSocketBackend({ strict: true }));
    expect((await webSocketProbe({ port, headers: { Connection: connection } })).status).toBe(status);
  });

  it('see when the other side closes, and answer its pings', async () => {
    const server = await listenAnywhere(createServer({ cert: leaf.chain, key: leaf.key }));
    const pongs: Buffer[] = [];
    server.server.on('upgrade', (request, socket) => {
      socket.on('data', (chunk: Buffer) => {
        pongs.push(chunk);
        socket.destroy();
      });
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${request.headers.upgrade}\r\n\r\n`);
      socket.write(Buffer.from([0x89, 2, 0x68, 0x69]));
    });
    const answer = await webSocketProbe({ port: server.port, tls: true, holdMs: 5000 });
    await new Promise((done) => server.server.close(done));
    expect(answer.opened, 'a 101 without the right Sec-WebSocket-Accept is no WebSocket').toBe(false);
    expect(answer.closedAfterMs).toBeLessThan(5000);
    expect(Buffer.concat(pongs)).toEqual(Buffer.from([0x8a, 0x82, 0, 0, 0, 0, 0x68, 0x69]));
  });

  it('answer what is no handshake: an HTTP back end does not open', async () => {
    const { port } = await keep(httpBackend({ answer: 'plain' }));
    expect(await webSocketProbe({ port })).toMatchObject({ status: 200, opened: false });
    expect(await httpProbe({ port, path: '/x' })).toMatchObject({ status: 200, body: 'plain' });
  });
});

describe('certificates', () => {
  it('have the names, dates and issuer that were asked for', async () => {
    const notBefore = new Date('2026-01-01T00:00:00Z');
    const notAfter = new Date('2026-02-01T00:00:00Z');
    const old = await intermediate.issue({ names: ['b.example', '10.0.0.1'], notBefore, notAfter, usages: ['client'] });
    const certificate = new X509Certificate(old.certificate);
    expect(certificate.subjectAltName).toBe('DNS:b.example, IP Address:10.0.0.1');
    expect([new Date(certificate.validFrom), new Date(certificate.validTo)]).toEqual([notBefore, notAfter]);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    const above = new X509Certificate(intermediate.certificate);
    expect(certificate.checkIssued(above) && certificate.verify(above.publicKey)).toBe(true);
    expect(above.verify(new X509Certificate(root.certificate).publicKey)).toBe(true);
    expect(old.chain).toBe(old.certificate + intermediate.certificate);
  });

  it.each<[KeyKind, string]>([
    ['rsa2048', 'rsa'],
    ['p256', 'ec'],
    ['ed25519', 'ed25519'],
  ])('have a key of kind %s', async (key, type) => {
    const own = new X509Certificate((await selfSigned({ names: ['a.example'], key })).certificate);
    expect(own.publicKey.asymmetricKeyType).toBe(type);
    expect(own.verify(own.publicKey)).toBe(true);
  });

  it('can have an encrypted key', async () => {
    expect((await root.issue({ passphrase: 'secret' })).key).toContain('BEGIN ENCRYPTED PRIVATE KEY');
  });
});

describe('TLS probes', () => {
  it('see exactly the versions that are open', async () => {
    const options = { cert: leaf.chain, key: leaf.key, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.2' } as const;
    const { server, port } = await listenAnywhere(createServer({ ...options, ciphers: 'ALL:@SECLEVEL=0' }));
    expect([...(await tlsScan({ port, servername: 'a.example' }))]).toEqual(['TLSv1.1', 'TLSv1.2']);
    await new Promise((done) => server.close(done));
  });

  it('tell a trusted client certificate from a foreign one', async () => {
    const { port } = await keep(httpBackend({ tls: { cert: leaf.chain, key: leaf.key, ca: root.certificate } }));
    const good = await root.issue({ usages: ['client'] });
    const foreign = await (await createAuthority()).issue({ usages: ['client'] });
    const verdicts = await clientCertificateProbe({
      port,
      good: { cert: good.certificate, key: good.key },
      foreign: { cert: foreign.certificate, key: foreign.key },
    });
    expect(verdicts).toMatchObject({ none: { refused: expect.any(String) }, good: { status: 200 } });
    expect(verdicts.foreign).toHaveProperty('refused');
  });
});

describeWith('openssl', 'the presented chain', () => {
  it('comes in the order of the server', async () => {
    const chain = leaf.certificate + root.certificate + intermediate.certificate;
    const { port } = await keep(httpBackend({ tls: { cert: chain, key: leaf.key } }));
    const presented = (await peerChain({ port, servername: 'a.example' })).map((certificate) => certificate.subject);
    expect(presented).toEqual(['CN=a.example', 'CN=wsslint test root', 'CN=wsslint test intermediate']);
  });
});
