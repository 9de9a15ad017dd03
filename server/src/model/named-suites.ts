/** Owns suites that a configuration names one by one, by the names of the standards, where no cipher string is there. */
import type { Place } from './origin.ts';
import type { FileEdits } from './remedy.ts';

/** Observed by: a client that offers this suite alone. */
export interface NamedSuite {
  readonly name: string;
  readonly place: Place;
  readonly list: NamedList;
  /** Why it should not be used any more; undefined where it may, or where the product does not know it. */
  readonly weakness: string | undefined;
  /** What the product says of a name that it does not take, without a full stop; undefined where it does take it. */
  readonly refused: string | undefined;
}

/** The setting that names suites. */
export interface NamedList {
  /** The setting in the language's words: `ciphers`. */
  readonly setting: string;
  readonly place: Place;
  /** Takes suites of it out; undefined where nothing would be left. */
  remove(suites: readonly NamedSuite[]): readonly FileEdits[] | undefined;
}

/** Suites by the lists that name them. */
export function byList(suites: readonly NamedSuite[]): readonly (readonly [NamedSuite, ...NamedSuite[]])[] {
  const groups = new Map<NamedList, [NamedSuite, ...NamedSuite[]]>();
  for (const suite of suites) {
    const group = groups.get(suite.list);
    if (group === undefined) groups.set(suite.list, [suite]);
    else group.push(suite);
  }
  return [...groups.values()];
}

/** The suites that some endpoints name, each place once. */
export function suitesNamedBy(
  endpoints: readonly { readonly namedSuites?: readonly NamedSuite[] }[],
): readonly NamedSuite[] {
  const all = endpoints.flatMap(({ namedSuites }) => namedSuites ?? []);
  return [...new Map(all.map((suite) => [`${suite.place.file}\n${suite.place.span.start}`, suite])).values()];
}
