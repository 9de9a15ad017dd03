/** Owns which enabled suites a server can really use: its certificates, its Diffie-Hellman parameters, its protocols. */
import type { TlsVersion } from './levels.ts';
import type { Suite } from './suites.ts';

export interface ServerMeans {
  /** The algorithms of its certificates' keys, as certificates are read: `RSA`, `RSA-PSS`, `EC`, `Ed25519`, …. */
  readonly keys: ReadonlySet<string>;
  /** Whether it has Diffie-Hellman parameters, given or automatic: without them there are no DHE suites. */
  readonly dhParameters: boolean;
  /** The newest protocol before TLS 1.3 that it accepts. */
  readonly newest: TlsVersion;
}

/** What signs for suites that authenticate so (ssl_set_masks, ssl/ssl_lib.c). */
const SIGNERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['RSA', ['RSA', 'RSA-PSS']],
  ['ECDSA', ['EC', 'Ed25519', 'Ed448']],
  ['DSS', ['DSA']],
]);

const AGE: Readonly<Record<TlsVersion, number>> = { SSLv3: 0, TLSv1: 1, 'TLSv1.1': 2, 'TLSv1.2': 3, 'TLSv1.3': 4 };

/**
 * The suites among `suites` that such a server may choose. Those with pre-shared keys and SRP are none of them: they
 * need secrets that neither nginx nor HAProxy can be given for its listeners.
 */
export function usableBy(server: ServerMeans, suites: readonly Suite[]): readonly Suite[] {
  return suites.filter((suite) => usable(server, suite));
}

function usable(server: ServerMeans, suite: Suite): boolean {
  if (AGE[suite.protocol] > AGE[server.newest]) return false;
  switch (suite.keyExchange) {
    case 'RSA':
      return server.keys.has('RSA');
    case 'DHE':
      return server.dhParameters && authenticated(server, suite);
    case 'ECDHE':
    case 'any':
      return authenticated(server, suite);
    case 'ECDHe':
    case 'ECDHr':
      // 1.0.2: the key exchange is the certificate's own key.
      return server.keys.has('EC');
    default:
      return false;
  }
}

function authenticated(server: ServerMeans, { authentication }: Suite): boolean {
  if (authentication === 'NULL' || authentication === 'any') return true;
  return SIGNERS.get(authentication)?.some((algorithm) => server.keys.has(algorithm)) ?? false;
}
