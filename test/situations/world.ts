/** Owns what certificate situations are made of: authorities, certificates that the kit does not make, files of a server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { derElement } from '../../server/src/certificates/der.ts';
import { revocationList } from '../certificate-rules/revocation.ts';
import { openssl } from '../certificates/openssl.ts';
import { pem } from '../certificates/samples.ts';
import { type Authority, createAuthority, type Issued } from '../kit/authority.ts';
import { temporaryFolder } from '../kit/folder.ts';

export interface Files {
  /** What `ssl_certificate` names; HAProxy finds a key that is no text beside it. */
  readonly certificate: string | Uint8Array;
  readonly key: string | Uint8Array;
  /** Further directives of nginx's server. */
  readonly nginx?: string;
  /** Further words of HAProxy's `bind`. */
  readonly haproxy?: string;
  /** Further directives of Apache's virtual host. */
  readonly apache?: string;
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
  /** Two steps below the root. */
  readonly deep: Authority;
  readonly good: Issued;
  readonly foreign: Issued;
}

export async function createWorld(): Promise<World> {
  const root = await createAuthority({ commonName: 'Example Root' });
  const issuing = await root.intermediate({ commonName: 'Example Issuing CA' });
  const other = await (await createAuthority({ commonName: 'Other Root' })).intermediate({ commonName: 'Other CA' });
  const deep = await issuing.intermediate({ commonName: 'Example Deep CA' });
  const good = await issuing.issue({ names: NAMES, notAfter: inDays(80) });
  const foreign = await issuing.issue({ names: NAMES, notAfter: inDays(80) });
  return { root, issuing, other, deep, good, foreign };
}

/** Runs the openssl command in a folder with these files, and gives what it is asked for. */
function withOpenssl<T>(
  files: Readonly<Record<string, string>>,
  make: (run: (...args: readonly string[]) => string, read: (name: string) => Buffer) => T,
): T {
  const folder = temporaryFolder();
  try {
    for (const [name, text] of Object.entries(files)) folder.write(name, text);
    return make(
      (...args) => openssl(folder, ...args),
      (name) => readFileSync(join(folder.path, name)),
    );
  } finally {
    folder.remove();
  }
}

/** Arguments for a key of its own and a request for it. */
const requested = (newKey: readonly string[]) => [
  ...['req', '-new', '-nodes', ...newKey, '-keyout', 'key', '-out', 'csr', '-subj', `/CN=${NAME}`],
];
const RSA = ['-newkey', 'rsa:2048'];
const signed = (digest: string) => [
  ...['x509', '-req', '-in', 'csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '80', digest],
  ...['-extfile', 'ext', '-out', 'crt'],
];

/** A certificate that the root signs by the openssl command, for what the kit does not make. */
export function byOpenssl({ root }: World, newKey: readonly string[], digest = '-sha256', extensions = ''): Files {
  const ext = `subjectAltName=DNS:${NAME}\nextendedKeyUsage=serverAuth\n${extensions}`;
  return withOpenssl({ 'ca.pem': root.certificate, 'ca.key': root.key, ext }, (run, read) => {
    run(...requested(newKey));
    run(...signed(digest));
    return { certificate: `${read('crt')}`, key: `${read('key')}` };
  });
}

/** The same by an RSA authority of its own, because the digest of an EC signature is not to be chosen below SHA-256 here. */
export function weaklySigned(): Files & { readonly root: string } {
  return withOpenssl({ ext: `subjectAltName=DNS:${NAME}\n` }, (run, read) => {
    run('req', '-x509', ...RSA, '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=RSA Root');
    run(...requested(RSA));
    run(...signed('-sha1'));
    return { certificate: `${read('crt')}`, key: `${read('key')}`, root: `${read('ca.pem')}` };
  });
}

export function publicHalf(key: string): string {
  return withOpenssl({ key }, (run) => run('pkey', '-in', 'key', '-pubout'));
}

export function selfSignedRequest(): string {
  return withOpenssl({}, (run, read) => {
    run(...requested(RSA));
    return `${read('csr')}`;
  });
}

/** What the openssl command makes of the server's certificate and key; it writes to `out`. */
export function converted({ good }: World, ...command: readonly string[]): Uint8Array {
  return withOpenssl({ crt: good.certificate, chain: good.chain, key: good.key }, (run, read) => {
    run(...command, '-out', 'out');
    return new Uint8Array(read('out'));
  });
}

/** The group of 1024 bits that RFC 2409 (6.2) names, with 2 for its generator. */
export function shortGroup(): string {
  const middle =
    'c90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437' +
    '4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381';
  const modulus = Buffer.from(`00ffffffffffffffff${middle}ffffffffffffffff`, 'hex');
  return pem('DH PARAMETERS', derElement(0x30, derElement(0x02, modulus), derElement(0x02, Uint8Array.of(2))));
}

export async function withList({ root, good }: World, nextUpdate: Date): Promise<Files> {
  const client = await root.issue({ commonName: 'somebody', usages: ['client'] });
  const list = await revocationList(root, { thisUpdate: inDays(-60), nextUpdate });
  return { certificate: good.chain, key: good.key, ...mutual(root.certificate, list), client };
}

export function mutual(authorities: string, list?: string): Pick<Files, 'nginx' | 'haproxy' | 'apache' | 'more'> {
  const folder = '/etc/haproxy/certs';
  const [crl, file, checked] =
    list === undefined
      ? ['', '', '']
      : [
          ' ssl_crl certs/crl.pem;',
          ` crl-file ${folder}/crl.pem`,
          '\nSSLCARevocationFile certs/crl.pem\nSSLCARevocationCheck chain',
        ];
  return {
    nginx: `ssl_client_certificate certs/clients.pem; ssl_verify_client on;${crl}`,
    haproxy: `ca-file ${folder}/clients.pem verify required${file}`,
    apache: `SSLCACertificateFile certs/clients.pem\nSSLVerifyClient require${checked}`,
    more: { 'clients.pem': authorities, ...(list !== undefined && { 'crl.pem': list }) },
  };
}

export const of = ({ good }: Pick<World, 'good'>, certificate: string | Uint8Array): Files => ({
  certificate,
  key: good.key,
});

export async function bundle(issued: Promise<Issued>): Promise<Files> {
  const { chain, key } = await issued;
  return { certificate: chain, key };
}

export function withDh(world: World, parameters: string): Files {
  return {
    ...of(world, world.good.chain),
    nginx: 'ssl_dhparam certs/dh.pem;',
    apache: 'SSLOpenSSLConfCmd DHParameters certs/dh.pem',
    more: { 'dh.pem': parameters },
  };
}
