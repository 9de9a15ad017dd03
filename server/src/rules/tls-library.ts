/** Owns what the target's TLS library makes of a cipher string: which library that is, and what all possible ones agree on. */
import { type Evaluation, evaluate } from '../ciphers/evaluate.ts';
import { allowedAt, defaultLevel, type Level } from '../ciphers/levels.ts';
import { type Library, libraryOf } from '../ciphers/libraries.ts';
import { usableBy } from '../ciphers/server.ts';
import type { Suite } from '../ciphers/suites.ts';
import type { CipherSettings, WrittenValue } from '../model/cipher-settings.ts';
import type { TlsEndpoint } from '../model/model.ts';
import type { Fact } from '../model/origin.ts';
import type { Target } from '../model/target.ts';

/** Where the target names no OpenSSL: those that are maintained by distributions. */
const SUPPORTED: readonly Library[] = ['1.1.1', '3.0', '3.2', '3.5'];

/** The libraries that may run a configuration; empty where the target has one that is not modelled. */
export function librariesOf(target: Target): readonly Library[] {
  const version = target.get('openssl')?.version;
  if (version === undefined) return SUPPORTED;
  const library = libraryOf(version);
  return library === undefined ? [] : [library];
}

/** The library in messages: `OpenSSL 3.0.19`, or the supported ones where the target does not say. */
export function libraryWord(target: Target): string {
  return `OpenSSL ${target.get('openssl')?.text ?? '1.1.1 and newer'}`;
}

/** A cipher string as one library reads it. */
export interface Reading {
  readonly library: Library;
  readonly evaluation: Evaluation;
  /** The security level that holds: that of the string, the one beside it, or the library's own. */
  readonly level: Level;
  /** What the security level lets through, among the suites that a server with usual keys can have. */
  readonly open: readonly Suite[];
  /** What it keeps closed of them. */
  readonly closed: readonly Suite[];
}

/** DHE counts as possible; what needs pre-shared keys, SRP or a DSA key does not. */
const USUAL = { keys: new Set(['RSA', 'EC']), dhParameters: true, newest: 'TLSv1.2' } as const;

/** The cipher string of an endpoint in each library that may run it; empty where none is written or nothing can be known. */
export function readingsOf({ list, level }: CipherSettings, target: Target): readonly Reading[] {
  return list.known && list.value !== undefined
    ? readAll(list.value.text + (list.value.appended ?? ''), level, target)
    : [];
}

/** The same for any cipher string; `beside` is the security level that is set beside it. */
export function readAll(text: string, beside: Fact<number | undefined>, target: Target): readonly Reading[] {
  if (!beside.known) return [];
  return librariesOf(target).map((library) => {
    const evaluation = evaluate(text, library);
    const level = Math.min(5, evaluation.level ?? beside.value ?? defaultLevel(library).upstream) as Level;
    const usable = usableBy(USUAL, evaluation.suites);
    const open = library === '1.0.2' ? usable : allowedAt(level, usable);
    return { library, evaluation, level, open, closed: usable.filter((suite) => !open.includes(suite)) };
  });
}

/** Those of the first list that all others have, too. */
export function common<T>(lists: readonly (readonly T[])[], key: (one: T) => string): readonly T[] {
  const [first = [], ...others] = lists;
  const names = others.map((list) => new Set(list.map(key)));
  return first.filter((one) => names.every((set) => set.has(key(one))));
}

/** The cipher string of an endpoint, where TLS 1.2 or older may be spoken at all. */
export function usedList(endpoint: TlsEndpoint): WrittenValue | undefined {
  const { versions, listed, ciphers } = endpoint;
  if (endpoint.side !== 'server' || !ciphers.list.known) return undefined;
  const named = versions.known ? versions.value : listed.map(({ version }) => version);
  if (named.length > 0 && named.every((version) => version === 'TLSv1.3')) return undefined;
  return ciphers.list.value;
}

/** Endpoints that share a value are one: the first of them for each place. */
export function oncePerValue<T>(
  items: readonly T[],
  pick: (item: T) => WrittenValue | undefined,
): readonly (readonly [T, WrittenValue])[] {
  const seen = new Map<string, readonly [T, WrittenValue]>();
  for (const item of items) {
    const value = pick(item);
    if (value === undefined) continue;
    const key = `${value.place.span.start} ${value.place.file}`;
    if (!seen.has(key)) seen.set(key, [item, value]);
  }
  return [...seen.values()];
}

/** `a`, `b` and 3 more. */
export function someOf(names: readonly string[], most = 2): string {
  const shown = names.slice(0, names.length === most + 1 ? most + 1 : most).map((name) => `\`${name}\``);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
