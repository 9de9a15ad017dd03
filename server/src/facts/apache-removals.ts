/**
 * Owns directives that Apache httpd 2.4 refuses or deprecates. "docs" is httpd.apache.org/docs/2.4; that the removed ones
 * keep it from starting was seen with 2.4.69 and 2.4.71.
 */

export interface Removal {
  readonly deprecatedIn?: string;
  readonly removedIn?: string;
  /** What takes its place. */
  readonly advice: string;
  /** Whether the line can go without anything changing. */
  readonly idle: boolean;
}

/** By their names in small letters. */
export const REMOVALS: ReadonlyMap<string, Removal> = new Map([
  // docs, upgrading
  ['sslmutex', { removedIn: '2.4.0', advice: '`Mutex` is there instead, and its default is right', idle: true }],
  ['ssllog', { removedIn: '2.4.0', advice: '`ErrorLog` is there instead', idle: true }],
  ['sslloglevel', { removedIn: '2.4.0', advice: '`LogLevel ssl:…` is there instead', idle: true }],
  ['rewritelog', { removedIn: '2.4.0', advice: '`LogLevel rewrite:trace3` is there instead', idle: true }],
  ['rewriteloglevel', { removedIn: '2.4.0', advice: '`LogLevel rewrite:trace3` is there instead', idle: true }],
  // docs, NameVirtualHost; AH00548
  [
    'namevirtualhost',
    {
      deprecatedIn: '2.4.0',
      advice: 'it has no effect, because hosts of one address are told apart by their names anyway',
      idle: true,
    },
  ],
  // docs, SSLCertificateChainFile
  [
    'sslcertificatechainfile',
    {
      deprecatedIn: '2.4.8',
      advice: "the certificates of the chain belong into the file of `SSLCertificateFile`, behind the server's own",
      idle: false,
    },
  ],
]);
