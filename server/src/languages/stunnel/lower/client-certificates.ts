/** Owns what a service asks of its clients, and who gets in without a verified certificate. */
import { byDefault } from '../../../facts/stunnel.ts';
import type {
  CertificateDemand,
  ClientCertificates,
  ClientTrust,
  UncheckedWay,
} from '../../../model/client-certificates.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import type { RevocationCheck } from '../../../model/revocation.ts';
import { entriesOf, isYes, originOf, type Scope } from '../options.ts';
import { type Entry, placeOf } from '../project.ts';
import { hasAuthorities, requireVerified } from '../realize/verification.ts';
import { filesNamed } from './certificates.ts';
import { type Verification, verificationOf } from './verification.ts';

const NOT_SET = byDefault('verifyChain');
/** OpenSSL's own limit, as stunnel sets none (X509_V_DEFAULT_DEPTH). */
const DEPTH = 100;

const wordsOf = ({ option }: Entry): string => `${option.name.value} = ${option.value.value}`;

export function clientCertificatesOf(scope: Scope): Fact<ClientCertificates> {
  const written = verificationOf(scope);
  if (written.unclear !== undefined) return unknown(written.unclear);
  // With `redirect`, whoever has no good certificate, or none at all, gets to another place.
  const elsewhere = entriesOf(scope, 'redirect').length > 0;
  const verification = elsewhere && (written.chain || written.peer) ? { ...written, required: true } : written;
  if (entriesOf(scope, 'psksecrets').length > 0) return unknown('clients may show a pre-shared key instead');
  if (entriesOf(scope, 'config').some(({ option }) => /^Verify/i.test(option.value.value)))
    return unknown('`config` hands a command to OpenSSL that may decide it');
  const { chain, peer, required, asked } = verification;
  if (!asked) return notAsked(scope, verification);
  const demand: CertificateDemand = chain || peer ? (required ? 'required' : 'optional') : 'unverified';
  const decides = decidingEntry(verification);
  if (decides === undefined) return unknown('what asks for certificates cannot be found');
  const origin = originOf(decides, scope);
  return known(
    {
      demand,
      written: wordsOf(decides),
      place: placeOf(decides),
      ways: waysOf(scope, verification, decides, origin),
      lockout: known(undefined, origin),
      ...(peer ? {} : { trust: trustOf(scope, origin) }),
    },
    origin,
  );
}

/** The line that lets clients in, or else the one that keeps them out. */
function decidingEntry({ chain, peer, required, decided }: Verification): Entry | undefined {
  if (!required) return decided.required ?? decided.asked;
  if (chain) return decided.chain;
  return peer ? decided.peer : (decided.asked ?? decided.required);
}

function way(
  scope: Scope,
  verification: Verification,
  kind: UncheckedWay['kind'],
  entry: Entry,
  message: string,
  beside?: Entry,
): UncheckedWay {
  const told = hasAuthorities(scope);
  return {
    kind,
    place: placeOf(entry),
    message,
    related: [],
    offers: [
      {
        title: told ? 'Require a verified client certificate' : 'Require a verified client certificate (fill in whose)',
        safety: told ? 'behaviour' : 'sketch',
        remedy: { kind: 'edit', edits: () => requireVerified(scope, verification, beside) },
      },
    ],
  };
}

function waysOf(
  scope: Scope,
  verification: Verification,
  decides: Entry,
  origin: Origin,
): Fact<readonly UncheckedWay[]> {
  const { chain, peer, required, decided } = verification;
  const written = `\`${wordsOf(decides)}\``;
  if (entriesOf(scope, 'exec').length > 0 && !((chain || peer) && required))
    return unknown('the program may look at the certificate');
  const behind = 'stunnel tells whoever is behind it nothing of certificates';
  if (!chain && !peer) {
    const off = decided.chain?.option.key === 'verifychain' ? decided.chain : undefined;
    if (!required)
      return known(
        [way(scope, verification, 'everything', decides, `${written} asks clients for a certificate and ignores it`)],
        origin,
      );
    const message =
      off === undefined
        ? `${written} lets clients in with a certificate that nobody has signed, because neither \`verifyChain\` nor \`verifyPeer\` verifies it`
        : `\`${wordsOf(off)}\` leaves \`requireCert\` on, so clients get in with a certificate that nobody has signed`;
    return known([way(scope, verification, 'foreign', off ?? decides, message)], origin);
  }
  if (!required)
    return known(
      [
        way(
          scope,
          verification,
          'everything',
          decides,
          `${written} lets clients without a certificate in, and ${behind}`,
        ),
      ],
      origin,
    );
  return known(redirected(scope, verification), origin);
}

/** `redirect` takes whoever has no good certificate somewhere else; that may be the same place. */
function redirected(scope: Scope, verification: Verification): readonly UncheckedWay[] {
  const to = entriesOf(scope, 'redirect').at(-1);
  const same = entriesOf(scope, 'connect').some(({ option }) => option.value.value === to?.option.value.value);
  if (to === undefined || !same) return [];
  const message = `\`${wordsOf(to)}\` leads clients without a good certificate to the same place as all others`;
  return [{ ...way(scope, verification, 'everything', to, message), offers: [] }];
}

/** Lines that make no sense but for verifying clients; a `CAfile` alone may be there to complete the own chain. */
function meantForClients(scope: Scope): Entry | undefined {
  const { own } = scope.service;
  const named = ({ option }: Entry): boolean =>
    /^ca(file|path)$/.test(option.key) && /client|mtls|peers?\b|allowed/i.test(option.value.value);
  return (
    own.findLast(({ option }) => /^crl(file|path)$/.test(option.key) && option.value.value !== '') ??
    own.findLast(named)
  );
}

/** Authorities without `verifyChain` or `verifyPeer` verify nobody: no client is even asked (seen with stunnel 5.68 and 5.82). */
function notAsked(scope: Scope, verification: Verification): Fact<ClientCertificates> {
  const { service } = scope;
  const entry = verification.decided.chain ?? verification.decided.peer;
  const sign = entry === undefined ? meantForClients(scope) : undefined;
  const ways =
    sign === undefined
      ? []
      : [
          way(
            scope,
            verification,
            'unasked',
            sign,
            `\`${wordsOf(sign)}\` is for verifying client certificates, but without \`verifyChain\` or \`verifyPeer\` stunnel asks no client for one`,
            sign,
          ),
        ];
  const place = { file: service.file.id, span: service.header.span };
  return known(
    {
      demand: 'none',
      written: 'no `verifyChain`',
      place,
      ways: known(ways, NOT_SET),
      lockout: known(undefined, NOT_SET),
    },
    NOT_SET,
  );
}

function trustOf(scope: Scope, origin: Origin): Fact<ClientTrust> {
  const files = filesNamed(scope, 'cafile');
  if (files === undefined || entriesOf(scope, 'capath', 'caengine', 'castore').length > 0)
    return unknown('not all authorities are files');
  return known(
    {
      files,
      depth: DEPTH,
      depthWritten: `a depth of ${DEPTH}`,
      depthPlace: undefined,
      tooDeep: 'OpenSSL says `certificate chain too long`',
      setDepth: () => undefined,
    },
    origin,
  );
}

/** The lists in which a service looks for the certificates of its clients. */
export function revocationOf(scope: Scope): RevocationCheck | undefined {
  const { chain, unclear } = verificationOf(scope);
  const lists = filesNamed(scope, 'crlfile');
  if (!chain || unclear !== undefined || lists === undefined || lists.length === 0) return undefined;
  const authorities = filesNamed(scope, 'cafile');
  // Only the client's own certificate is looked up, unless this says more (seen with stunnel 5.68, 5.74 and 5.82).
  const whole = entriesOf(scope, 'crlcheckchain').at(-1);
  const place = { file: scope.service.file.id, span: scope.service.header.span };
  return {
    lists,
    authorities:
      whole === undefined || !isYes(whole)
        ? unknown('which authorities issue clients themselves is not known')
        : authorities === undefined || entriesOf(scope, 'capath', 'caengine', 'castore').length > 0
          ? unknown('not all authorities are files')
          : known(authorities, { kind: 'written', place }),
  };
}
