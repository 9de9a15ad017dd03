/** Owns why a name in a cipher string means nothing to a library, as far as it can be told. */
import { aliasesOf, EVERY_ALIAS, NEEDS_ENGINE } from './aliases.ts';
import { type Library, since } from './libraries.ts';
import { EVERY_SUITE, suitesOf } from './suites.ts';
import { TLS13_NAMES } from './tls13.ts';

export type UnknownReason =
  /** A suite of TLS 1.3, which has its own setting. */
  | { readonly kind: 'tls13' }
  /** IANA's name, which OpenSSL takes from 3.2 on; `name` is OpenSSL's own. */
  | { readonly kind: 'iana'; readonly name: string }
  /** Code is there, but usual builds leave it out, such as RC4, or only an engine has it, such as GOST. */
  | { readonly kind: 'not-built' }
  /** Another release has it. */
  | { readonly kind: 'other-release' }
  /** No release has it. */
  | { readonly kind: 'never' };

/** Why `library` does not know `name`; asked only of names that it does not know. */
export function reasonUnknown(name: string, library: Library): UnknownReason {
  if (TLS13_NAMES.has(name)) return { kind: 'tls13' };
  const here = suitesOf(library, 'weak');
  if (here.some((suite) => suite.name === name)) return { kind: 'not-built' };
  const standard = here.find((suite) => suite.ianaName === name);
  if (standard !== undefined)
    return since(library, '3.2') ? { kind: 'not-built' } : { kind: 'iana', name: standard.name };
  if (aliasesOf(library, 'weak').has(name) || NEEDS_ENGINE.has(name)) return { kind: 'not-built' };
  if (EVERY_ALIAS.has(name) || EVERY_SUITE.some((one) => one.name === name || one.ianaName === name)) {
    return { kind: 'other-release' };
  }
  return { kind: 'never' };
}
