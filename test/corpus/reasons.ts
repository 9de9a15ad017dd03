/** Owns why each warning and error on the corpus is true of its file; one that no line here explains fails the test. */

/** Where (folder or file, from the corpus's root) a rule fires, and why it is right there. */
const REASONS: readonly (readonly [where: RegExp, rule: string, reason: string])[] = [
  [
    /^nginx\/certbot-roundtrip\//,
    'tls-directive-removed',
    'a file of its time switches TLS on by `ssl on`, or HTTP/2 and SPDY in `listen`',
  ],
  [/^nginx\/certbot-roundtrip\//, 'tls-legacy-protocol', 'a file of its time lists SSL or TLS before 1.2'],
  [
    /^nginx\/certbot-roundtrip\//,
    'tls-weak-cipher',
    'the string of its time starts from `HIGH` or `ALL` and keeps RSA key exchange and CBC',
  ],
  [
    /certbot-roundtrip\/elgg\//,
    'config-directive-misplaced',
    'regular expressions with a space, not in quotes, make four and more arguments of `rewrite`',
  ],
  [
    /certbot-roundtrip\/chive\//,
    'config-directive-misplaced',
    'several servers set `ipv6only` for one socket ("duplicate listen options")',
  ],
  [
    /certbot-roundtrip\/simplecgi\//,
    'config-directive-misplaced',
    '`location` stands in `http`, outside of any `server`',
  ],
  [/certbot-roundtrip\/guide-to-nginx/, 'config-syntax', 'the line before the second `ssl_ciphers` has no `;`'],
  [/^badssl\/nginx-includes\//, 'tls-legacy-protocol', 'the file is there to offer old versions'],
  [/^badssl\/nginx-includes\//, 'tls-weak-cipher', 'the file is there to offer weak suites'],
  [
    /nginx-includes\/tls-null\.conf/,
    'tls-listener-unusable',
    'its suites have no encryption or no authentication: closed at any security level but 0',
  ],
  [
    /^badssl\/nginx-includes\//,
    'tls-unknown-cipher',
    'the file asks for suites that no build of OpenSSL 1.1.1 or 3 has',
  ],
  [/^badssl\/certs\//, 'certificate-expired', 'its last day was before the day of the test'],
  [
    /^badssl\/certs\/.*incomplete-chain/,
    'certificate-chain-incomplete',
    'the file is there to show a chain without its middle',
  ],
  [
    /^badssl\/certs\/src\//,
    'certificate-weak-key',
    'its private half lies beside it, as in many programs that brought it',
  ],
  [/^badssl\/certs\/.*sha1/, 'certificate-weak-signature', 'the certificate is there to show SHA-1'],
  [
    /^badssl\/certs\/.*(superfish|edellroot|dsdtestprovider)\.pem/,
    'certificate-weak-key',
    'it is there to show what an authority with a published key issued',
  ],
  [/^badssl\/certs\/.*10000-sans/, 'certificate-file-damaged', 'its 10,000 names make it larger than clients take'],
  [/^badssl\/certs\/.*dh-composite/, 'tls-dh-parameters-weak', 'the group is there to show a modulus that is no prime'],
  [/^badssl\/certs\//, 'certificate-not-yet-valid', 'it was renewed after the day of the test'],
];

/** Why a finding is right; undefined when nobody has said so. */
export function reasonFor(at: string, rule: string): string | undefined {
  return REASONS.find(([where, name]) => name === rule && where.test(at))?.[2];
}
