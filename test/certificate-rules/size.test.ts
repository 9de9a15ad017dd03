/** Owns the proof that certificates with more bytes than clients take are named, at the size at which clients refuse them. */
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readPemFile } from '../../server/src/certificates/file.ts';
import { createAuthority } from '../kit/authority.ts';
import { startNginx } from '../kit/nginx.ts';
import { describeWith } from '../kit/required.ts';
import { bench, nginx, server } from './bench.ts';

const RULE = 'certificate-file-damaged';
const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}.${'a'.repeat(60)}.example.com`);
const sizeOf = (text: string) => readPemFile(text).leaf?.certificate.der.length ?? 0;

/** A certificate of about this many bytes. */
async function sized(bytes: number) {
  const authority = await createAuthority();
  const empty = sizeOf((await authority.issue({ names: names(1) })).certificate);
  return authority.issue({ names: ['shop.example.com', ...names(Math.floor((bytes - empty) / 81))] });
}

/** Why a client refuses; undefined where it does not. */
function refusal(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, servername: 'shop.example.com', rejectUnauthorized: false });
    socket.on('secureConnect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.on('error', ({ message }) => resolve(message));
  });
}

describeWith('nginx', 'a certificate of some 100 kB', () => {
  it.each([98_000, 106_000])('%d bytes: clients and the finding agree', async (bytes) => {
    const { certificate, key } = await sized(bytes);
    const files = { 'a.pem': certificate, 'a.key': key };
    const conf = nginx(server('shop.example.com', 'a.pem', 'a.key'));
    const running = await startNginx({ files: { 'nginx.conf': conf, ...files } });
    const said = await refusal(running.port(443));
    expect(said ?? '').toMatch(bytes > 102_400 ? /excessive message size/ : /^$/);
    const { said: findings } = bench({
      '/w/nginx.conf': conf,
      '/w/a.pem': certificate,
      '/w/a.key': key,
    });
    const found = [...findings(RULE, 'nginx.conf'), ...findings(RULE, 'a.pem')];
    expect(found.map((one) => one.includes('most clients take at most 102400'))).toEqual(
      said === undefined ? [] : [true, true],
    );
  });
});

describe('many certificates', () => {
  it('count together where they are sent, and by themselves in a file', async () => {
    const { certificate, key } = await sized(60_000);
    const files = {
      '/w/nginx.conf': nginx(server('shop.example.com', 'a.pem', 'a.key')),
      '/w/a.pem': certificate + certificate,
      '/w/a.key': key,
    };
    expect(
      bench(files)
        .said(RULE)
        .map((one) => one.slice(0, 60)),
    ).toEqual(['nginx.conf:2 nginx loads `a.pem`, but clients refuse it: the']);
  });
});
