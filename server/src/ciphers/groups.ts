/** Owns the groups of a key exchange: which names a release knows, and which lists it refuses (SSL_CTX_set1_groups_list, ssl/t1_lib.c). */
import { type Span, span } from '../text/span.ts';
import { type Library, since } from './libraries.ts';

interface Names {
  readonly first: Library;
  readonly last: Library;
  readonly names: readonly string[];
}

function names(first: Library, list: string, last: Library = '4.0'): Names {
  return { first, last, names: list.split(' ') };
}

/**
 * `TLS_GROUP_ENTRY` in providers/common/capabilities.c of 3.0.20 and 3.5.7, nid_list in ssl/t1_lib.c of 1.1.1w and
 * 1.0.2u; names tried on 1.1.1w, 3.0.19, 3.5.7 and 3.6.5. 4.0 builds without the curves that RFC 8422 deprecates.
 */
const NAMES: readonly Names[] = [
  names('1.0.2', 'P-256 prime256v1 P-384 secp384r1 P-521 secp521r1 brainpoolP256r1 brainpoolP384r1 brainpoolP512r1'),
  names('1.1.1', 'X25519 X448'),
  names('3.0', 'x25519 x448 secp256r1 ffdhe2048 ffdhe3072 ffdhe4096 ffdhe6144 ffdhe8192'),
  names('3.2', 'brainpoolP256r1tls13 brainpoolP384r1tls13 brainpoolP512r1tls13'),
  names('3.5', 'X25519MLKEM768 SecP256r1MLKEM768 SecP384r1MLKEM1024 MLKEM512 MLKEM768 MLKEM1024'),
  names('1.0.2', 'P-192 prime192v1 P-224 secp224r1 secp160k1 secp160r1 secp160r2 secp192k1 secp224k1 secp256k1', '3.5'),
  names('3.0', 'secp192r1', '3.5'),
  names(
    '1.0.2',
    'sect163k1 K-163 sect163r1 sect163r2 B-163 sect193r1 sect193r2 sect233k1 K-233 sect233r1 B-233',
    '3.5',
  ),
  names('1.0.2', 'sect239k1 sect283k1 K-283 sect283r1 B-283 sect409k1 K-409 sect409r1 B-409', '3.5'),
  names('1.0.2', 'sect571k1 K-571 sect571r1 B-571', '3.5'),
];

/** Names of one group. Of these no two may stand in one list before 3.3. */
const SAME: readonly (readonly string[])[] = [
  ['P-256', 'prime256v1', 'secp256r1'],
  ['P-384', 'secp384r1'],
  ['P-521', 'secp521r1'],
  ['P-224', 'secp224r1'],
  ['P-192', 'prime192v1', 'secp192r1'],
  ['X25519', 'x25519'],
  ['X448', 'x448'],
  ['K-163', 'sect163k1'],
  ['B-163', 'sect163r2'],
  ['K-233', 'sect233k1'],
  ['B-233', 'sect233r1'],
  ['K-283', 'sect283k1'],
  ['B-283', 'sect283r1'],
  ['K-409', 'sect409k1'],
  ['B-409', 'sect409r1'],
  ['K-571', 'sect571k1'],
  ['B-571', 'sect571r1'],
];

/** The names that a release knows; from 3.5 on in any letter case. */
export function groupNamesOf(library: Library): readonly string[] {
  return NAMES.filter(({ first, last }) => since(library, first) && since(last, library)).flatMap((one) => one.names);
}

/** The release that brought a group, in any letter case; undefined where none has it. */
export function groupSince(name: string): Library | undefined {
  return NAMES.find((one) => one.names.some((known) => known.toLowerCase() === name.toLowerCase()))?.first;
}

export interface GroupProblem {
  readonly kind: /** No such group: without a `?` before it, the whole list is refused. */
    | 'unknown'
    /** `?`, `*`, `-`, `/` or `DEFAULT` before the release that reads it. */
    | 'syntax'
    /** A group twice, which releases before 3.3 refuse. */
    | 'twice'
    /** Nothing between two separators. */
    | 'empty';
  readonly name: string;
  readonly span: Span;
}

/**
 * Why OpenSSL refuses a list of groups; empty where it takes it. A `?` before a name is read since 3.3, `/`, `*`, `-`
 * and `DEFAULT` since 3.5 (CHANGES.md). Never throws.
 */
export function groupProblems(text: string, library: Library): readonly GroupProblem[] {
  const modern = since(library, '3.5');
  const fold = (name: string) => (modern ? name.toLowerCase() : name);
  const known = new Set(groupNamesOf(library).map(fold));
  const seen = new Set<string>();
  const problems: GroupProblem[] = [];
  for (const { name: written, start } of elements(text, modern ? /[:/]/ : /:/)) {
    const where = span(start, start + written.length);
    const report = (kind: GroupProblem['kind']) => problems.push({ kind, name: written, span: where });
    const prefixes = /^[*?-]*/.exec(written)?.[0] ?? '';
    const name = fold(written.slice(prefixes.length));
    if (name === '') report('empty');
    else if (name === 'default' && modern && prefixes === '') continue;
    else if (misplaced(prefixes, name, library)) report('syntax');
    else if (!known.has(name) && !prefixes.includes('?')) report('unknown');
    else if (!since(library, '3.3') && seen.has(groupOf(name))) report('twice');
    else seen.add(groupOf(name));
  }
  return problems;
}

/** Signs that the release does not read, or not so; before 3.5 `X25519/P-256` is one unreadable name. */
function misplaced(prefixes: string, name: string, library: Library): boolean {
  if (since(library, '3.5')) return new Set(prefixes).size < prefixes.length || name === 'default';
  if (name.includes('/') || name === 'DEFAULT') return true;
  return prefixes !== '' && !(prefixes === '?' && since(library, '3.3'));
}

function groupOf(name: string): string {
  return SAME.find((same) => same.includes(name))?.[0] ?? name;
}

function elements(text: string, separator: RegExp): { readonly name: string; readonly start: number }[] {
  let start = 0;
  return text.split(separator).map((part) => {
    const from = start + part.length - part.trimStart().length;
    start += part.length + 1;
    return { name: part.trim(), start: from };
  });
}
