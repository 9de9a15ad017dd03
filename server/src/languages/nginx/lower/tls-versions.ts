/** Owns which TLS versions a handshake with a server completes with: what it lists, the library, the suites, the socket's default server. */

import { evaluate } from '../../../ciphers/evaluate.ts';
import { allowedAt, type Level } from '../../../ciphers/levels.ts';
import { type Library, libraryOf } from '../../../ciphers/libraries.ts';
import { usableBy } from '../../../ciphers/server.ts';
import type { Suite } from '../../../ciphers/suites.ts';
import { sslProtocols } from '../../../facts/nginx.ts';
import { type ListedVersion, TLS_VERSIONS, type TlsVersion } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { isMasked } from '../mask.ts';
import { type Entry, nearest, oncePerScope, originOf, own, placeOfWord, type Scope, value } from '../scope.ts';

const BY_NAME: ReadonlyMap<string, TlsVersion> = new Map(TLS_VERSIONS.map((one) => [one.toLowerCase(), one]));

/** The versions that `ssl_protocols` lists at a level that has it, which usually counts for many servers. */
const listedAt = oncePerScope((level): readonly ListedVersion[] =>
  own(level, 'ssl_protocols').flatMap((entry) =>
    entry.directive.args.flatMap((word) => {
      const version = BY_NAME.get(word.value.toLowerCase());
      return version === undefined ? [] : [{ version, place: placeOfWord(entry.file, word) }];
    }),
  ),
);
const namedAt = oncePerScope((level): readonly TlsVersion[] => [
  ...new Set(listedAt(level).map(({ version }) => version)),
]);

const NONE: readonly ListedVersion[] = [];

/** The versions that `ssl_protocols` lists for a server, each at its place. */
export function listedVersions(server: Scope): readonly ListedVersion[] {
  const found = nearest(server, 'ssl_protocols');
  return found.kind === 'found' ? listedAt(found.scope) : NONE;
}

interface CipherList {
  readonly suites: readonly Suite[];
  readonly level: number | undefined;
  /** Whether it leaves a suite, for what was asked so far of `hasSuite`. */
  readonly leaves: Map<string, boolean>;
}

/** nginx's own list (docs, ssl_ciphers). */
const DEFAULT_LIST = 'HIGH:!aNULL:!MD5';
const evaluated = new Map<string, CipherList | undefined>();
const MANY = 1000;

/** What a cipher string enables; undefined where OpenSSL would refuse it. Servers share a few strings. */
function listOf(text: string, library: Library): CipherList | undefined {
  const key = `${library} ${text}`;
  if (!evaluated.has(key)) {
    const { suites, level, error } = evaluate(text, library);
    if (evaluated.size >= MANY) evaluated.clear();
    evaluated.set(key, error === undefined ? { suites, level, leaves: new Map() } : undefined);
  }
  return evaluated.get(key);
}

/** The cipher list of a server; undefined where it cannot be known. Without a target, suites are those of OpenSSL 3.0. */
function cipherList(server: Scope, target: Target): CipherList | undefined {
  const found = nearest(server, 'ssl_ciphers');
  if (found.kind === 'hidden') return undefined;
  const text = found.kind === 'found' ? value(found.entries[0] as Entry) : DEFAULT_LIST;
  const version = target.get('openssl')?.version;
  const library = version === undefined ? '3.0' : libraryOf(version);
  return text === undefined || library === undefined || isMasked(text) ? undefined : listOf(text, library);
}

/**
 * Whether TLS 1.0 and 1.1 can be negotiated at all: OpenSSL 3 signs their handshakes with SHA-1, which it allows at
 * security level 0 only (OpenSSL 3.0 CHANGES; seen with `@SECLEVEL=0` on 3.0, 3.5 and 3.6).
 */
export function legacyAllowed(server: Scope, target: Target): Fact<boolean> {
  const three = atLeast(target, 'openssl', '3.0');
  if (three === undefined) return unknown('the OpenSSL version is not known');
  const source = 'https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/';
  if (!three) {
    return atLeast(target, 'openssl', '1.1.0') === false
      ? known(true, { kind: 'default', versions: 'OpenSSL before 1.1.0', source })
      : unknown("OpenSSL 1.1's security level differs between distributions");
  }
  const ciphers = nearest(server, 'ssl_ciphers');
  if (ciphers.kind === 'hidden') return unknown(ciphers.hole.why);
  if (nearest(server, 'ssl_conf_command').kind !== 'absent')
    return unknown('`ssl_conf_command` may change the security level');
  if (ciphers.kind === 'found' && cipherList(server, target)?.level === 0)
    return known(true, originOf(server, ciphers.scope, ciphers.entries[0] as Entry));
  return known(false, { kind: 'default', versions: 'OpenSSL 3 and newer', source });
}

const isLegacy = (version: TlsVersion): boolean => version < 'TLSv1.2';
const BEFORE_13 = ['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const;

/** What a server's own lines ask for: listed, or the default. */
export function askedBy(server: Scope, target: Target): Fact<readonly TlsVersion[]> {
  const found = nearest(server, 'ssl_protocols');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'absent') return sslProtocols(target);
  return known(namedAt(found.scope), originOf(server, found.scope, found.entries[0] as Entry));
}

/** Of these, what the library's security level lets through. */
function openedBy(server: Scope, target: Target): Fact<readonly TlsVersion[]> {
  const asked = askedBy(server, target);
  if (!asked.known || !asked.value.some(isLegacy)) return asked;
  const allowed = legacyAllowed(server, target);
  if (!allowed.known) return unknown(`whether TLS 1.0 and 1.1 are open is not known: ${allowed.why}`);
  return known(allowed.value ? asked.value : asked.value.filter((version) => !isLegacy(version)), asked.origin);
}

/**
 * What the default server of a socket lets begin. OpenSSL 3.0 and 3.1 look at the security level only when they sign,
 * which is after nginx has chosen the server; newer ones when they choose the version (seen on 3.0.19, 3.5.7 and 3.6.5).
 */
function begunBy(first: Scope, target: Target): Fact<readonly TlsVersion[]> {
  return atLeast(target, 'openssl', '3.2') === false ? askedBy(first, target) : openedBy(first, target);
}

/** Whether two servers, each alone on its socket, would certainly let different versions through. */
export function openDifferently(server: Scope, other: Scope, target: Target): boolean {
  const [mine, its] = [askedBy(server, target), askedBy(other, target)];
  if (!mine.known || !its.known) return false;
  const differ = TLS_VERSIONS.filter((one) => mine.value.includes(one) !== its.value.includes(one));
  if (differ.some((one) => one >= 'TLSv1.2')) return true;
  if (!differ.some((one) => one.startsWith('TLS'))) return false;
  const allowed = legacyAllowed(server, target);
  return allowed.known && allowed.value;
}

/** Every kind of key, so that only suites that no certificate can make work are left out. */
const KEYS: ReadonlySet<string> = new Set(['RSA', 'EC']);

/** Whether a server's cipher list leaves a suite for a version; TLS 1.3 has its own. */
function hasSuite(server: Scope, version: TlsVersion, target: Target): boolean {
  const old = BEFORE_13.find((one) => one === version);
  const list = cipherList(server, target);
  if (old === undefined || list === undefined) return true;
  const dhParameters = nearest(server, 'ssl_dhparam').kind !== 'absent';
  const key = `${old} ${dhParameters}`;
  let leaves = list.leaves.get(key);
  if (leaves === undefined) {
    const level = Math.min(list.level ?? 1, 5) as Level;
    leaves = usableBy({ keys: KEYS, dhParameters, newest: old }, allowedAt(level, list.suites)).length > 0;
    list.leaves.set(key, leaves);
  }
  return leaves;
}

/**
 * Whether handshakes get past their beginning: OpenSSL drops them all where no suite is enabled for the newest version,
 * which it takes to be that of the lowest run without a gap (tls_setup_handshake and ssl_get_min_max_version, ssl/statem).
 */
function begins(first: Scope, opened: readonly TlsVersion[], target: Target): boolean {
  const from = TLS_VERSIONS.findIndex((version) => opened.includes(version));
  const gap = TLS_VERSIONS.findIndex((version, i) => i > from && !opened.includes(version));
  const newest = from < 0 ? undefined : TLS_VERSIONS[(gap < 0 ? TLS_VERSIONS.length : gap) - 1];
  const old = BEFORE_13.find((one) => one === newest);
  const list = cipherList(first, target);
  if (old === undefined || list === undefined) return newest !== undefined;
  return list.suites.some(({ protocol }) => protocol === 'SSLv3' || protocol <= old);
}

/** What a socket's default server lets begin, and nothing where its handshakes do not get past their beginning. */
export const beginningOf = oncePerScope((first, target: Target): Fact<readonly TlsVersion[]> => {
  const begun = begunBy(first, target);
  return !begun.known || begins(first, begun.value, target) ? begun : known([], begun.origin);
});

/** The versions of handshakes that begin with `first`, the socket's default server, and go on with `server`. */
function through(first: Scope, server: Scope, target: Target): Fact<readonly TlsVersion[]> {
  const own = openedBy(server, target);
  const initial = beginningOf(first, target);
  if (!own.known || !initial.known) return own.known ? initial : own;
  if (initial.value.length === 0) return initial;
  // nginx chooses the server before OpenSSL chooses the version since 1.29.2 (changes).
  const early = first === server || atLeast(target, 'nginx', '1.29.2');
  const negotiated = early === true ? own : initial;
  const allowed = legacyAllowed(server, target);
  const versions = negotiated.value.filter(
    (version) => hasSuite(server, version, target) && (!isLegacy(version) || !allowed.known || allowed.value),
  );
  if (early === undefined && own.value.filter((one) => hasSuite(server, one, target)).join() !== versions.join())
    return unknown('before nginx 1.29.2 the default server of the socket decides, and the nginx version is not known');
  return known(versions, negotiated.origin);
}

/** What a client that asks for the server's name can complete; `firsts` are the default servers of its sockets. */
export function versionsOf(server: Scope, firsts: readonly Scope[], target: Target): Fact<readonly TlsVersion[]> {
  const [fact = through(server, server, target), ...others] = firsts.map((first) => through(first, server, target));
  if (!fact.known) return fact;
  for (const other of others) {
    if (!other.known) return other;
    if (other.value.join() !== fact.value.join()) return unknown('its sockets have different default servers');
  }
  return fact;
}
