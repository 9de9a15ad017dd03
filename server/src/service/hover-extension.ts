/** Owns what is shown about the extensions of certificates that are to be made. */
import type { Subject } from '../languages/language.ts';
import { code } from './markdown.ts';

/** More values than these are counted. */
const VALUES_SHOWN = 20;

/** What each extension is for (RFC 5280, 4.2.1). */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  [
    'subjectAltName',
    'whom the certificate is for. Clients look at these names alone, and not at the common name (RFC 9525)',
  ],
  ['basicConstraints', 'whether the certificate is that of an authority'],
  ['keyUsage', 'what the key may do'],
  ['extendedKeyUsage', 'what the certificate is for. Where this is missing, it may be used for anything'],
]);

const TYPES: ReadonlyMap<string, string> = new Map([
  ['DNS', 'a host name; a `*` stands for one whole label at its beginning'],
  ['IP', 'an address, which is compared with addresses alone, never with names'],
  ['email', 'a mailbox; no TLS client looks at it'],
  ['URI', 'an address of a service (SPIFFE); browsers do not look at it'],
  ['RID', 'an object identifier; no TLS client looks at it'],
  ['dirName', 'a directory name; no TLS client looks at it'],
  ['otherName', 'a name of another kind; no TLS client looks at it'],
]);

const USAGES: ReadonlyMap<string, string> = new Map([
  ['digitalSignature', 'signs handshakes: TLS 1.3, and ECDHE and DHE in TLS 1.2'],
  ['nonRepudiation', 'signs what is to last, such as documents; means nothing in TLS'],
  ['contentCommitment', 'signs what is to last, such as documents; means nothing in TLS'],
  [
    'keyEncipherment',
    'for suites of TLS 1.2 and older in which clients encrypt to an RSA key, without forward secrecy',
  ],
  ['dataEncipherment', 'encrypts data itself; means nothing in TLS'],
  ['keyAgreement', 'for key agreement with a key that stays the same, which hardly any client does'],
  ['keyCertSign', 'signs certificates: for authorities alone'],
  ['cRLSign', 'signs revocation lists'],
  ['encipherOnly', 'limits `keyAgreement`; means nothing in TLS'],
  ['decipherOnly', 'limits `keyAgreement`; means nothing in TLS'],
]);

const PURPOSES: ReadonlyMap<string, string> = new Map([
  ['serverAuth', 'servers of TLS'],
  ['clientAuth', 'clients of TLS'],
  ['codeSigning', 'signatures of programs'],
  ['emailProtection', 'mail'],
  ['timeStamping', 'time stamps'],
  ['OCSPSigning', 'answers about revocation'],
  ['anyExtendedKeyUsage', 'anything; clients that are strict do not take it for `serverAuth`'],
]);

export function extensionHover({ name, critical, values }: Subject & { readonly kind: 'extension' }): string {
  const shown = values.slice(0, VALUES_SHOWN).map((value) => {
    const means = meaning(name, value);
    return `- ${code(value)}${means === undefined ? '' : `: ${means}`}`;
  });
  const more = values.length - shown.length;
  return [
    `${code(name)}: ${EXTENSIONS.get(name) ?? 'an extension of certificates'}.`,
    [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n'),
    critical ? '`critical`: whoever does not know this extension has to refuse the certificate.' : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function meaning(name: string, value: string): string | undefined {
  switch (name) {
    case 'subjectAltName':
      return value.startsWith('@') ? 'the names of this section' : TYPES.get(value.replace(/\s*:.*$/s, ''));
    case 'basicConstraints':
      return constraint(value);
    case 'keyUsage':
      return USAGES.get(value);
    default:
      return PURPOSES.get(value);
  }
}

function constraint(value: string): string | undefined {
  const [, word, what = ''] = /^(\w+)\s*:\s*(\w+)$/.exec(value) ?? [];
  if (word === 'pathlen') return pathLength(what);
  if (word !== 'CA') return undefined;
  if (/^(true|y|yes)$/i.test(what))
    return 'an authority, which may sign certificates. Not for a server: strict clients refuse it';
  return /^(false|n|no)$/i.test(what) ? 'no authority: right for servers and clients' : undefined;
}

function pathLength(written: string): string {
  if (written === '0') return 'no authority may stand below it';
  return written === '1'
    ? 'at most one further authority may stand below it'
    : `at most ${code(written)} further authorities may stand below it, one under the other`;
}
