/** Owns what certificate situations are made of: authorities, certificates that the kit does not make, files of a server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { revocationList } from '../certificate-rules/revocation.ts';
import { openssl } from '../certificates/openssl.ts';
import { type Authority, createAuthority, type Issued } from '../kit/authority.ts';
import { temporaryFolder } from '../kit/folder.ts';

export interface Files {
  /** What `ssl_certificate` names. */
  readonly certificate: string;
  readonly key: string;
  /** Further directives of nginx's server. */
  readonly nginx?: string;
  /** Further words of HAProxy's `bind`. */
  readonly haproxy?: string;
  /** By name below the folder of certificates. */
  readonly more?: Readonly<Record<string, string>>;
  /** A certificate that the client shows; then the answer to a request is looked at. */
  readonly client?: Issued;
}

export const NAME = 'shop.example.com';
export const NAMES = [NAME];
const DAY = 86_400_000;
export const inDays = (days: number) => new Date(Date.now() + days * DAY);

/** The authorities of all situations, and a server's certificate with nothing wrong. */
export interface World {
  readonly root: Authority;
  readonly issuing: Authority;
  readonly other: Authority;
  readonly good: Issued;
  readonly foreign: Issued;
}

export async function createWorld(): Promise<World> {
  const root = await createAuthority({ commonName: 'Example Root' });
  const issuing = await root.intermediate({ commonName: 'Example Issuing CA' });
  const other = await (await createAuthority({ commonName: 'Other Root' })).intermediate({ commonName: 'Other CA' });
  const good = await issuing.issue({ names: NAMES, notAfter: inDays(80) });
  const foreign = await issuing.issue({ names: NAMES, notAfter: inDays(80) });
  return { root, issuing, other, good, foreign };
}

/** A certificate that the root signs by the openssl command, for what the kit does not make. */
export function byOpenssl({ root }: World, newKey: readonly string[], digest = '-sha256', extensions = ''): Files {
  const folder = temporaryFolder();
  try {
    folder.write('ca.pem', root.certificate);
    folder.write('ca.key', root.key);
    folder.write('ext', `subjectAltName=DNS:${NAME}\nextendedKeyUsage=serverAuth\n${extensions}`);
    openssl(folder, 'req', '-new', '-nodes', ...newKey, '-keyout', 'key', '-out', 'csr', '-subj', `/CN=${NAME}`);
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '80', digest, '-extfile', 'ext'];
    openssl(folder, 'x509', '-req', '-in', 'csr', ...signing, '-out', 'crt');
    const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');
    return { certificate: read('crt'), key: read('key') };
  } finally {
    folder.remove();
  }
}

/** The same by an RSA authority of its own, because the digest of an EC signature is not to be chosen below SHA-256 here. */
export function weaklySigned(): Files & { readonly root: string } {
  const folder = temporaryFolder();
  try {
    folder.write('ext', `subjectAltName=DNS:${NAME}\n`);
    openssl(
      folder,
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=RSA Root',
    );
    openssl(
      folder,
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'key',
      '-out',
      'csr',
      '-subj',
      `/CN=${NAME}`,
    );
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '80', '-sha1', '-extfile', 'ext'];
    openssl(folder, 'x509', '-req', '-in', 'csr', ...signing, '-out', 'crt');
    const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');
    return { certificate: read('crt'), key: read('key'), root: read('ca.pem') };
  } finally {
    folder.remove();
  }
}

export function publicHalf(key: string): string {
  const folder = temporaryFolder();
  try {
    folder.write('key', key);
    return openssl(folder, 'pkey', '-in', 'key', '-pubout');
  } finally {
    folder.remove();
  }
}

export async function withList({ root, good }: World, nextUpdate: Date): Promise<Files> {
  const client = await root.issue({ commonName: 'somebody', usages: ['client'] });
  const list = await revocationList(root, { thisUpdate: inDays(-60), nextUpdate });
  return { certificate: good.chain, key: good.key, ...mutual(root.certificate, list), client };
}

export function mutual(authorities: string, list?: string): Pick<Files, 'nginx' | 'haproxy' | 'more'> {
  const folder = '/etc/haproxy/certs';
  const [crl, file] = list === undefined ? ['', ''] : [' ssl_crl certs/crl.pem;', ` crl-file ${folder}/crl.pem`];
  return {
    nginx: `ssl_client_certificate certs/clients.pem; ssl_verify_client on;${crl}`,
    haproxy: `ca-file ${folder}/clients.pem verify required${file}`,
    more: { 'clients.pem': authorities, ...(list !== undefined && { 'crl.pem': list }) },
  };
}

export const of = ({ good }: World, certificate: string): Files => ({ certificate, key: good.key });

export async function bundle(issued: Promise<Issued>): Promise<Files> {
  const { chain, key } = await issued;
  return { certificate: chain, key };
}

export function selfSignedRequest(): string {
  const folder = temporaryFolder();
  try {
    openssl(
      folder,
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'key',
      '-out',
      'csr',
      '-subj',
      `/CN=${NAME}`,
    );
    return readFileSync(join(folder.path, 'csr'), 'utf8');
  } finally {
    folder.remove();
  }
}
