/** Owns the selector: which suites a name, or several joined by `+`, stand for (ssl_cipher_apply_rule, ssl/ssl_ciph.c). */
import { type Library, since } from './libraries.ts';
import type { Suite } from './suites.ts';

/** Each given property narrows; of a property's values any one will do. */
export interface Selector {
  readonly keyExchange?: ReadonlySet<string>;
  readonly authentication?: ReadonlySet<string>;
  readonly encryption?: ReadonlySet<string>;
  readonly mac?: ReadonlySet<string>;
  readonly protocol?: ReadonlySet<string>;
  /** `HIGH`, `MEDIUM`, … */
  readonly strength?: ReadonlySet<string>;
  /** `EXPORT` or `NOT_EXP`, of 1.0.2. */
  readonly exportable?: ReadonlySet<string>;
  /** `NOT_DEFAULT`. */
  readonly notDefault?: ReadonlySet<string>;
}

/** Whether a suite is meant. */
export function selects(selector: Selector, suite: Suite): boolean {
  const { classes } = suite;
  if (selector.keyExchange?.has(suite.keyExchange) === false) return false;
  if (selector.authentication?.has(suite.authentication) === false) return false;
  if (selector.encryption?.has(suite.encryption) === false) return false;
  if (selector.mac?.has(suite.mac) === false) return false;
  if (selector.protocol?.has(suite.protocol) === false) return false;
  if (selector.exportable?.has(exportClass(suite)) === false) return false;
  if (selector.strength !== undefined && !meet(selector.strength, classes)) return false;
  return selector.notDefault === undefined || classes.has('NOT_DEFAULT');
}

/**
 * What a suite's own name stands for: its algorithms and classes, which no other suite of a release shares (so that
 * OpenSSL's comparison of ids, since 1.1.0, changes nothing). Its protocol is never part of it.
 */
export function selectorOf(suite: Suite): Selector {
  return {
    keyExchange: new Set([suite.keyExchange]),
    authentication: new Set([suite.authentication]),
    encryption: new Set([suite.encryption]),
    mac: new Set([suite.mac]),
    strength: new Set([...suite.classes].filter((word) => word !== 'NOT_DEFAULT' && word !== 'EXPORT')),
    exportable: new Set([exportClass(suite)]),
    ...(suite.classes.has('NOT_DEFAULT') ? { notDefault: new Set(['NOT_DEFAULT']) } : {}),
  };
}

const SETS = [
  'keyExchange',
  'authentication',
  'encryption',
  'mac',
  'protocol',
  'strength',
  'exportable',
  'notDefault',
] as const;

/**
 * `a+b`; undefined where they have nothing in common, such as `AES+CAMELLIA`. Since 1.1.0 the first strength class
 * forgets a COMPLEMENTOFDEFAULT before it (an `=` where 1.0.2 has `|=`).
 */
export function both(a: Selector, b: Selector, library: Library): Selector | undefined {
  const joined: { -readonly [property in (typeof SETS)[number]]?: ReadonlySet<string> } = {};
  const forgets = since(library, '1.1.1') && a.strength === undefined && b.strength !== undefined;
  for (const property of SETS) {
    const [left, right] = [property === 'notDefault' && forgets ? undefined : a[property], b[property]];
    const common = left === undefined || right === undefined ? (left ?? right) : intersection(left, right);
    if (common?.size === 0) return undefined;
    if (common !== undefined) joined[property] = common;
  }
  return joined;
}

function exportClass(suite: Suite): string {
  return suite.classes.has('EXPORT') ? 'EXPORT' : 'NOT_EXP';
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((value) => b.has(value)));
}

function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const value of a) if (b.has(value)) return true;
  return false;
}
