/** Owns hops: the servers that client services (`client = yes`) connect to with TLS, and what they check of them. */
import { byDefault } from '../../../facts/stunnel.ts';
import { type AnyName, type Hop, isAddress, type Reach, reachOf } from '../../../model/hops.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { entriesOf, lastOf, originOf, type Scope } from '../options.ts';
import { type Entry, placeOf } from '../project.ts';
import type { Setting } from '../realize/layout.ts';
import { checkName, hasAuthorities, verifyServer } from '../realize/verification.ts';
import { connectsOf, peerAddress } from './addresses.ts';
import { filesNamed } from './certificates.ts';
import { type Verification, verificationOf } from './verification.ts';

/** Folders and files of the public authorities on usual systems. */
const PUBLIC =
  /^\/(etc\/(ssl|pki)|usr\/(local\/)?(share|etc)|opt\/homebrew\/etc)\/.*(certs|ca-bundle|cert\.pem|ca-certificates|tls-ca-bundle)/;

const NO_NAME = byDefault('checkHost');

interface Peer {
  readonly entry: Entry;
  /** In lower case. */
  readonly host: string;
}

/** Where a service speaks TLS to; with `protocol = connect`, behind the proxy that it connects to. */
function peersOf(scope: Scope): Peer[] {
  const protocol = entriesOf(scope, 'protocol').at(-1)?.option.value.value.toLowerCase();
  const entries = protocol === 'connect' ? entriesOf(scope, 'protocolhost').slice(-1) : connectsOf(scope);
  return entries.flatMap((entry) => {
    const address = peerAddress(entry.option.value.value);
    if (address === undefined) return [];
    return [{ entry, host: address.host === 'unix' ? `unix:${address.port}` : address.host }];
  });
}

/** The line that says which name the certificate must be for; undefined for a local socket. */
function nameSetting(host: string): Setting | undefined {
  if (host.startsWith('unix:')) return undefined;
  return isAddress(host)
    ? { name: 'checkIP', value: host.replace(/^\[|\]$/g, '') }
    : { name: 'checkHost', value: host };
}

function farthest(peers: readonly Peer[]): Reach {
  const all = peers.map(({ host }) => reachOf(host));
  return all.includes('remote') ? 'remote' : all.includes('near') ? 'near' : 'local';
}

/** Whether a foreign certificate is refused: from `verify = 1` on, for a client each level does (seen with stunnel 5.68 and 5.82). */
function verifiedBy(scope: Scope, { chain, peer, decided, unclear }: Verification): Fact<boolean> {
  if (unclear !== undefined) return unknown(unclear);
  if (entriesOf(scope, 'psksecrets').length > 0) return unknown('a pre-shared key may stand for the certificate');
  if (entriesOf(scope, 'config').some(({ option }) => /^Verify/i.test(option.value.value)))
    return unknown('`config` hands a command to OpenSSL that may decide it');
  const entry = chain ? decided.chain : peer ? decided.peer : decided.chain;
  return known(chain || peer, entry === undefined ? byDefault('verifyChain') : originOf(entry, scope));
}

function unverifiedWords(scope: Scope, { decided }: Verification): string {
  const off = decided.chain ?? decided.peer ?? decided.asked;
  if (off !== undefined && off.option.key !== 'requirecert')
    return `\`${off.option.name.value} = ${off.option.value.value}\``;
  if (off !== undefined) return '`requireCert` is for clients only, and `verifyChain` is off by default';
  return hasAuthorities(scope)
    ? 'authorities alone verify nothing, and `verifyChain` is off by default'
    : '`verifyChain` is off by default';
}

/** A verified chain may be for any name, unless `checkHost` and its kind compare it. */
function anyNameOf(
  scope: Scope,
  verification: Verification,
  verified: Fact<boolean>,
  name: Setting | undefined,
): Fact<AnyName | undefined> {
  if (!verified.known) return verified;
  const checks = entriesOf(scope, 'checkhost', 'checkip', 'checkemail');
  // A pinned certificate is one and no other.
  if (!verified.value || verification.peer || checks.length > 0) return known(undefined, verified.origin);
  const files = filesNamed(scope, 'cafile') ?? [];
  const folders = entriesOf(scope, 'capath').map(({ option }) => option.value.value);
  return known(
    {
      message: 'without `checkHost` and `checkIP`, stunnel compares its name with nothing',
      everybody: [...files.map(({ written }) => written), ...folders].some((path) => PUBLIC.test(path)),
      trusted: files[0],
      offers:
        name === undefined
          ? []
          : [
              {
                title: `Check that the certificate is for \`${name.value}\``,
                safety: 'behaviour',
                remedy: { kind: 'edit', edits: () => checkName(scope, verification, name) },
              },
            ],
    },
    NO_NAME,
  );
}

/** The host as it is written goes along, addresses too, unless `sni` says otherwise (seen with stunnel 5.68 and 5.82). */
function nameSent(scope: Scope): Fact<boolean> {
  const sni = lastOf(scope, 'sni');
  if (!sni.known) return sni;
  const origin: Origin = sni.value === undefined ? byDefault('sni') : sni.origin;
  return known(sni.value === undefined || sni.value.option.value.value !== '', origin);
}

/** The hop of a client service; all of its servers are asked for the same. */
export function hopOf(scope: Scope): Hop[] {
  const peers = peersOf(scope);
  const [first, ...more] = peers;
  if (first === undefined) return [];
  const verification = verificationOf(scope);
  const verified = verifiedBy(scope, verification);
  const { option } = first.entry;
  const same = more.every(({ host }) => host === first.host);
  const name = same ? nameSetting(first.host) : undefined;
  const trusted = hasAuthorities(scope);
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return [
    {
      place: placeOf(first.entry),
      label: `${option.name.value} = ${option.value.value}${others}`,
      reach: farthest(peers),
      tls: true,
      verifySetting: 'verifyChain',
      verified,
      unverified: unverifiedWords(scope, verification),
      anyName: anyNameOf(scope, verification, verified, name),
      nameSetting: 'sni',
      nameSent: nameSent(scope),
      nameless: '`sni` is empty',
      failure: 'a closed connection',
      name: isAddress(first.host) ? undefined : first.host,
      mismatch: undefined,
      verify: [
        {
          title: trusted
            ? 'Verify the back end, and check its name'
            : 'Verify the back end, and check its name (fill in whom to trust)',
          safety: trusted ? 'behaviour' : 'sketch',
          remedy: { kind: 'edit', edits: () => verifyServer(scope, verification, name) },
        },
      ],
      sendName: [],
    },
  ];
}
