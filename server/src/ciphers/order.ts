/** Owns the list that a cipher string works on, and the order OpenSSL gives it first (ssl_create_cipher_list, ssl/ssl_ciph.c). */
import { type Build, type Library, since } from './libraries.ts';
import { type Selector, selects } from './selector.ts';
import { type Suite, suitesOf } from './suites.ts';

/** A suite in the list; only active ones are used, the others wait to be added. Killed ones are gone. */
export interface Entry {
  readonly suite: Suite;
  readonly active: boolean;
}

/**
 * `add` appends what is not active yet, `order` moves what is active to the end, `delete` puts what is active in front
 * of the waiting ones, `kill` drops for good; `bump`, which strings cannot say, moves what is active to the front.
 */
export type Operation = 'add' | 'order' | 'delete' | 'kill' | 'bump';

/** Applies one operation to the suites that `meant` picks; all others keep their places. */
export function apply(
  list: readonly Entry[],
  operation: Operation,
  meant: (suite: Suite) => boolean,
): readonly Entry[] {
  if (operation === 'kill') return list.filter(({ suite }) => !meant(suite));
  const moves = (entry: Entry) => entry.active === (operation !== 'add') && meant(entry.suite);
  const active = operation !== 'delete';
  const moved = list.filter(moves).map(({ suite }) => ({ suite, active }));
  const rest = list.filter((entry) => !moves(entry));
  return operation === 'delete' || operation === 'bump' ? [...moved, ...rest] : [...rest, ...moved];
}

/** `@STRENGTH`: the active suites in descending strength, those of equal strength as they were. */
export function sortByStrength(list: readonly Entry[]): readonly Entry[] {
  const used = new Set(list.filter(({ active }) => active).map(({ suite }) => suite.strength));
  const descending = [...used].sort((a, b) => b - a);
  return descending.reduce((sorted, bits) => apply(sorted, 'order', ({ strength }) => strength === bits), list);
}

type Rule = readonly [Operation, Selector] | 'sort';

const of = (property: 'keyExchange' | 'authentication' | 'encryption' | 'mac' | 'protocol', ...values: string[]) => ({
  [property]: new Set(values),
});
const AES = ['AES128', 'AES256'];
const GCM = ['AES128GCM', 'AES256GCM'];
const CCM = ['AES128CCM', 'AES256CCM', 'AES128CCM8', 'AES256CCM8'];

/** 1.0.2u. */
const OLD_ORDER: readonly Rule[] = [
  ['add', of('keyExchange', 'ECDHE')],
  ['delete', of('keyExchange', 'ECDHE')],
  ['add', of('encryption', ...AES, ...GCM)],
  ['add', {}],
  ['order', of('mac', 'MD5')],
  ['order', of('authentication', 'NULL')],
  ['order', of('authentication', 'ECDH')],
  ['order', of('keyExchange', 'RSA')],
  ['order', of('keyExchange', 'PSK')],
  ['order', of('encryption', 'RC4')],
  'sort',
  ['delete', {}],
];

/** 1.1.1w; the same in 3.0.20 and 3.5.7. */
const NEW_ORDER: readonly Rule[] = [
  ['add', { ...of('keyExchange', 'ECDHE'), ...of('authentication', 'ECDSA') }],
  ['add', of('keyExchange', 'ECDHE')],
  ['delete', of('keyExchange', 'ECDHE')],
  ['add', of('encryption', ...GCM)],
  ['add', of('encryption', 'CHACHA20')],
  ['add', of('encryption', ...AES, ...CCM)],
  ['add', {}],
  ['order', of('mac', 'MD5')],
  ['order', of('authentication', 'NULL')],
  ['order', of('keyExchange', 'RSA')],
  ['order', of('keyExchange', 'PSK')],
  ['order', of('encryption', 'RC4')],
  'sort',
  ['bump', of('protocol', 'TLSv1.2')],
  ['bump', of('mac', 'AEAD')],
  ['bump', of('keyExchange', 'DHE', 'ECDHE')],
  ['bump', { ...of('keyExchange', 'DHE', 'ECDHE'), ...of('mac', 'AEAD') }],
  ['delete', {}],
];

/** All suites of a build, none active, in the order in which OpenSSL prefers them. */
export function preferred(library: Library, build: Build): readonly Entry[] {
  const start: readonly Entry[] = suitesOf(library, build).map((suite) => ({ suite, active: false }));
  const rules = since(library, '1.1.1') ? NEW_ORDER : OLD_ORDER;
  return rules.reduce((list, rule) => {
    if (rule === 'sort') return sortByStrength(list);
    const [operation, selector] = rule;
    return apply(list, operation, (suite) => selects(selector, suite));
  }, start);
}
