/** Owns the cases of x509-limbo on which `wsslint verify --strict` and the suite differ, each with the reason. */

const CONFLICT = 'The suite has the same certificates with the opposite expectation too';
const COMMON_NAME =
  'The common name example.com is not among the alternative names, which the CA/Browser Forum (7.1.4.3) forbids and webpki::cn::not-in-san expects to be refused';

/** By id: why the verdict differs. */
export const DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ['rfc5280::eku::ee-without-eku', `${CONFLICT} (webpki::eku::ee-without-eku), which is followed.`],
  [
    'rfc5280::nc::permitted-dns-match-noncritical',
    `${CONFLICT} (webpki::nc::permitted-dns-match-noncritical), which is followed.`,
  ],
  ['rfc5280::ca-as-leaf', `${CONFLICT} (webpki::ca-as-leaf), which is followed.`],
  [
    'pathlen::validation-ignores-pathlen-in-leaf',
    'The leaf is an authority whose keyUsage allows only keyCertSign; as OpenSSL (purpose sslserver), a TLS server is refused that.',
  ],
  [
    'rfc5280::aki::cross-signed-root-missing-aki',
    'An anchor is trusted as it is; the suite itself has another case with such an anchor that must be valid (cve::cve-2024-0567).',
  ],
  ['rfc5280::nc::permitted-dns-match-more', COMMON_NAME],
  ['rfc5280::nc::permitted-ipv4-match', COMMON_NAME],
  ['rfc5280::nc::permitted-ipv6-match', COMMON_NAME],
  ['webpki::nc::nc-permits-dns-san-pattern', COMMON_NAME],
  ['webpki::san::exact-localhost-ip-san', COMMON_NAME],
  ['webpki::san::leftmost-wildcard-san', COMMON_NAME],
]);

/** Conformant, although the verdict has another reason than the case is about. */
export const BY_ACCIDENT: ReadonlyMap<string, string> = new Map(
  [
    'webpki::san::public-suffix-multi-label-wildcard-san',
    'webpki::san::public-suffix-private-namespace-wildcard-san',
  ].map((id) => [
    id,
    'Refused for the common name; the list of public suffixes, which the case is about, is not carried along.',
  ]),
);
