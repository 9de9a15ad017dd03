/** Owns edits of cipher strings: taking rules out, and putting a policy's list in their place. */
import { evaluate } from '../ciphers/evaluate.ts';
import type { Library } from '../ciphers/libraries.ts';
import { MOZILLA_6_0 } from '../ciphers/policies.ts';
import type { WrittenValue } from '../model/cipher-settings.ts';
import type { Span } from '../text/span.ts';
import type { Offer } from './rule.ts';

const SEPARATOR = /[:,; ]/;

/** The string without these parts, each with one separator; empty where nothing would be left. */
export function without(text: string, spans: readonly Span[]): string {
  let left = text;
  for (const { start, end } of [...spans].sort((a, b) => b.start - a.start)) {
    const before = SEPARATOR.test(left.charAt(start - 1));
    const after = SEPARATOR.test(left.charAt(end));
    left = left.slice(0, before ? start - 1 : start) + left.slice(!before && after ? end + 1 : end);
  }
  return left;
}

/** The suites of Mozilla's intermediate policy that all of the libraries have. */
export function policySuites(libraries: readonly Library[]): readonly string[] {
  return libraries.reduce<readonly string[]>((left, library) => {
    const has = new Set(evaluate(left.join(':'), library).suites.map(({ name }) => name));
    return left.filter((name) => has.has(name));
  }, MOZILLA_6_0.policies.intermediate.suites);
}

/** Puts Mozilla's list in the place of a cipher string; a security level in it stays. */
export function offerPolicy(value: WrittenValue, libraries: readonly Library[], level: number | undefined): Offer {
  const text = [...policySuites(libraries), ...(level === undefined ? [] : [`@SECLEVEL=${level}`])].join(':');
  return {
    title: "Enable only the suites of Mozilla's intermediate policy",
    safety: 'behaviour',
    remedy: { kind: 'edit', edits: () => value.write(text) },
  };
}
