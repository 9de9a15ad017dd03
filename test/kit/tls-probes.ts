/** Owns probes of TLS itself: versions, the presented chain, what becomes of client certificates. */
import { X509Certificate } from 'node:crypto';
import type { SecureVersion } from 'node:tls';
import { httpProbe, open, type TlsClient } from './probes.ts';
import { runProcess } from './process.ts';
import { programPath } from './required.ts';

/** A server on 127.0.0.1, asked under a name. */
export interface TlsTarget {
  readonly port: number;
  /** Sent as SNI; by default nothing is sent. */
  readonly servername?: string;
}

const VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** The versions with which a handshake completes, when a client that allows everything offers only that one. */
export async function tlsScan({ port, servername }: TlsTarget): Promise<ReadonlySet<SecureVersion>> {
  const accepted = new Set<SecureVersion>();
  for (const version of VERSIONS) {
    const name = servername === undefined ? {} : { servername };
    const socket = await open({ port, tls: { ...name, version } }).catch(() => undefined);
    if (socket === undefined) continue;
    socket.destroy();
    accepted.add(version);
  }
  return accepted;
}

/** The suites of TLS 1.2 and older, by OpenSSL's names, with which a handshake completes when they are offered alone. */
export async function suiteScan(
  { port, servername }: TlsTarget,
  suites: readonly string[],
): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (const suite of suites) {
    const name = servername === undefined ? {} : { servername };
    const ciphers = `${suite}:@SECLEVEL=0`;
    const socket = await open({ port, tls: { ...name, version: 'TLSv1.2', ciphers } }).catch(() => undefined);
    if (socket === undefined) continue;
    socket.destroy();
    accepted.push(suite);
  }
  return accepted;
}

/** The certificates that the server presents, as sent (Node's own view is reordered and completed). Needs openssl. */
export async function peerChain({ port, servername }: TlsTarget): Promise<X509Certificate[]> {
  const name = servername === undefined ? ['-noservername'] : ['-servername', servername];
  const openssl = programPath('openssl') ?? 'openssl';
  const { output } = await runProcess(openssl, ['s_client', '-connect', `127.0.0.1:${port}`, '-showcerts', ...name]);
  const blocks = output.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** What a client gets: an HTTP status, or a refused handshake. */
export type ClientVerdict = { readonly status: number } | { readonly refused: string };

/** A client certificate, as PEM texts. */
type ClientCertificate = Required<Pick<TlsClient, 'cert' | 'key'>>;

/** Asks for `/` without a certificate, with one that the server should trust, and with one it has never heard of. */
export async function clientCertificateProbe(
  target: TlsTarget & { readonly good: ClientCertificate; readonly foreign: ClientCertificate; readonly path?: string },
): Promise<{ readonly none: ClientVerdict; readonly good: ClientVerdict; readonly foreign: ClientVerdict }> {
  const { port, servername, path = '/' } = target;
  const verdict = async (certificate: ClientCertificate | undefined): Promise<ClientVerdict> => {
    const tls = { ...(servername === undefined ? {} : { servername }), ...certificate };
    try {
      return { status: (await httpProbe({ port, path, tls })).status };
    } catch (error) {
      return { refused: error instanceof Error ? error.message : String(error) };
    }
  };
  return { none: await verdict(undefined), good: await verdict(target.good), foreign: await verdict(target.foreign) };
}
