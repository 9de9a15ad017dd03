/** Owns `client_auth`: whom a site lets in (modules/caddytls/connpolicy.go, ClientAuthentication). */
import { byDefault, DOCS } from '../../../facts/caddy.ts';
import type {
  CertificateDemand,
  ClientCertificates,
  Lockout,
  UncheckedWay,
} from '../../../model/client-certificates.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { scopesBelow } from '../../blocks/scope.ts';
import type { CaddyProject } from '../project.ts';
import { byFile, insertInBlock, isLine, replaceArgs } from '../realize/layout.ts';
import {
  type Entry,
  isUnknown,
  lastOwn,
  originOf,
  own,
  placeOf,
  type Scope,
  value,
  values,
  written,
} from '../scope.ts';

const MODES: ReadonlyMap<string, CertificateDemand> = new Map([
  ['request', 'unverified'],
  ['require', 'unverified'],
  ['verify_if_given', 'optional'],
  ['require_and_verify', 'required'],
]);

/** What says whom to trust. */
const TRUST = [
  'trust_pool',
  'trusted_ca_cert',
  'trusted_ca_cert_file',
  'trusted_leaf_cert',
  'trusted_leaf_cert_file',
  'verifier',
];

/** Placeholders that tell of the client's certificate, in short and in full. */
const LOOKS = /\{(http\.request\.)?tls[._]client[._]/i;

/** Whether anything in a site may act on the certificate, or tell somebody of it. */
function someoneLooks(site: Scope): string | undefined {
  for (const scope of scopesBelow(site)) {
    const [hole] = scope.holes;
    if (hole !== undefined) return hole.why;
    for (const entry of scope.entries)
      if (LOOKS.test(values(entry).join(' ')) || LOOKS.test(entry.name)) return `\`${entry.name}\` looks at it`;
  }
  return undefined;
}

const trustIn = (scope: Scope): Entry | undefined => scope.entries.find(({ name }) => TRUST.includes(name));

function waysOf(site: Scope, mode: Entry, demand: CertificateDemand): Fact<readonly UncheckedWay[]> {
  const place = placeOf(mode);
  if (demand === 'none' || demand === 'required') return known([], written(place));
  const looks = someoneLooks(site);
  if (looks !== undefined) return unknown(looks);
  const word = value(mode) ?? '';
  const why: Readonly<Record<string, string>> = {
    request: '`mode request` asks for a certificate, and lets everybody in with any or none',
    require: '`mode require` takes every certificate, whoever made it: nothing is verified',
    verify_if_given: '`mode verify_if_given` lets clients without a certificate in, and nothing looks at the result',
  };
  return known(
    [
      {
        kind: word === 'require' ? 'foreign' : 'everything',
        place,
        message: why[word] ?? `\`mode ${word}\` lets clients in without a verified certificate`,
        related: [],
        offers: [
          {
            title: 'Require a verified certificate',
            safety: 'behaviour',
            remedy: { kind: 'edit', edits: () => requireVerified(mode) },
          },
        ],
      },
    ],
    written(place),
  );
}

function requireVerified(mode: Entry) {
  const edits = replaceArgs(mode, 0, ['require_and_verify']);
  return edits === undefined ? undefined : byFile(edits);
}

/** Without a pool the machine's public authorities count, which issue no certificates for the site's clients (seen with 2.6.2 and 2.11.4). */
function lockoutOf(
  auth: Entry,
  mode: Entry | undefined,
  demand: CertificateDemand,
  target: Target,
): Fact<Lockout | undefined> {
  const { scope } = auth;
  if (scope === undefined || demand !== 'required' || mode === undefined)
    return known(undefined, written(placeOf(auth)));
  const [hole] = scope.holes;
  if (hole !== undefined) return unknown(hole.why);
  if (trustIn(scope) !== undefined) return known(undefined, written(placeOf(auth)));
  return known(
    {
      starts: true,
      message:
        '`mode require_and_verify` names no authority (`trust_pool`, before 2.8 `trusted_ca_cert_file`), and what is left, the public ones of the machine, has issued no client its certificate',
      related: [],
      offers: [
        {
          title: 'Name the authority (fill in its file)',
          safety: 'sketch',
          remedy: {
            kind: 'edit',
            edits: () => byFile([insertInBlock(auth, [trustLine(auth, target)])].flatMap((one) => one ?? [])),
          },
        },
      ],
    },
    written(placeOf(mode)),
  );
}

/** Newer versions warn of the older line. */
const trustLine = (auth: Entry, target: Target): string =>
  isLine(auth) && atLeast(target, 'caddy', '2.8') === true
    ? 'trust_pool file client-ca.pem'
    : 'trusted_ca_cert_file client-ca.pem';

export function clientCertificatesOf(site: Scope, place: Place, project: CaddyProject): Fact<ClientCertificates> {
  const hole = site.holes[0] ?? own(site, 'tls').flatMap(({ scope }) => scope?.holes ?? [])[0];
  if (hole !== undefined) return unknown(hole.why);
  const auth = own(site, 'tls')
    .flatMap((tls) => own(tls.scope, 'client_auth'))
    .at(-1);
  if (auth?.scope === undefined)
    return known(nobodyAsked(place), byDefault(`${DOCS}/caddyfile/directives/tls#client_auth`));
  const mode = lastOwn(auth.scope, 'mode');
  const word = value(mode);
  if (word !== undefined && isUnknown(word)) return unknown('the environment decides `mode`');
  // Certificates that are compared one by one, and modules, have the last word in every mode (verifyPeerCertificate).
  const decides = auth.scope.entries.find(({ name }) => name.startsWith('trusted_leaf_cert') || name === 'verifier');
  if (decides !== undefined && word !== 'require_and_verify') return unknown(`\`${decides.name}\` decides`);
  // What verifies is required where nothing else is said.
  const usual = trustIn(auth.scope) === undefined ? undefined : 'required';
  const demand = word === undefined ? usual : MODES.get(word);
  if (demand === undefined) return unknown('`mode` has a value that is not known');
  return known(
    {
      demand,
      written: word === undefined ? 'client_auth' : `mode ${word}`,
      place: placeOf(mode ?? auth),
      ways: mode === undefined ? known([], originOf(auth)) : waysOf(site, mode, demand),
      lockout: lockoutOf(auth, mode, demand, project.paths.environment.target),
    },
    originOf(mode ?? auth),
  );
}

function nobodyAsked(place: Place): ClientCertificates {
  const origin = byDefault(`${DOCS}/caddyfile/directives/tls#client_auth`);
  return {
    demand: 'none',
    written: 'no `client_auth`',
    place,
    ways: known([], origin),
    lockout: known(undefined, origin),
  };
}
