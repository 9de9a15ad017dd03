/** Owns OCSP for proofs: a responder with one answer, and a client that looks for what a server staples. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:tls';
import type { Issued } from './authority.ts';
import { temporaryFolder } from './folder.ts';
import { listenAnywhere } from './ports.ts';
import { runProcess } from './process.ts';
import { programPath } from './required.ts';

type Pair = Pick<Issued, 'certificate' | 'key'>;

export interface Responder {
  readonly url: string;
  /** How often it was asked. */
  asked(): number;
  /** From now on it answers that `certificate` is good, signed by `signer`: its issuer, or whom the issuer lets sign. Needs openssl. */
  vouch(certificate: string, issuer: string, signer: Pair): Promise<void>;
  stop(): Promise<void>;
}

export async function ocspResponder(): Promise<Responder> {
  let answer: Uint8Array | undefined;
  let count = 0;
  const server = createServer((_, response) => {
    count++;
    response.writeHead(answer === undefined ? 503 : 200, { 'Content-Type': 'application/ocsp-response' });
    response.end(answer);
  });
  const { port } = await listenAnywhere(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    asked: () => count,
    async vouch(certificate, issuer, signer) {
      answer = await answerAbout(certificate, issuer, signer);
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answerAbout(certificate: string, issuer: string, signer: Pair): Promise<Uint8Array> {
  const folder = temporaryFolder();
  const program = programPath('openssl') ?? 'openssl';
  const run = async (args: readonly string[]) => {
    const { code, output } = await runProcess(program, ['ocsp', ...args]);
    if (code !== 0) throw new Error(`openssl ocsp: ${output}`);
  };
  try {
    const { serialNumber, validTo } = new X509Certificate(certificate);
    const end = new Date(validTo).toISOString().replace(/^\d\d|[-:T]|\.\d+/g, '');
    const index = folder.write('index.txt', `V\t${end}\t\t${serialNumber}\tunknown\t/CN=shop\n`);
    const [own, above] = [folder.write('leaf.pem', certificate), folder.write('issuer.pem', issuer)];
    const [request, response] = [folder.write('request.der', ''), folder.write('response.der', '')];
    await run(['-issuer', above, '-cert', own, '-no_nonce', '-reqout', request]);
    await run([
      ...['-index', index, '-CA', above, '-reqin', request, '-respout', response, '-ndays', '1'],
      ...['-rsigner', folder.write('signer.pem', signer.certificate), '-rkey', folder.write('signer.key', signer.key)],
    ]);
    return readFileSync(response);
  } finally {
    folder.remove();
  }
}

/** Whether a handshake that asks for it brings an OCSP answer. */
export function isStapled(port: number, servername: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, servername, requestOCSP: true, rejectUnauthorized: false };
    const socket = connect(options);
    let stapled = false;
    socket.on('OCSPResponse', (response: Buffer | null) => {
      stapled = response !== null && response.length > 0;
    });
    socket.on('secureConnect', () => {
      socket.destroy();
      resolve(stapled);
    });
    socket.on('error', reject);
  });
}
