/** Owns the names that a configuration gives to variables, upstreams and named locations by itself. */
import type { NginxProject } from '../project.ts';
import { own, type Scope } from '../scope.ts';

/** The names that `map`, `geo`, `split_clients` and `set` define, sorted, without the `$`. */
export function definedVariables(project: NginxProject): readonly string[] {
  const words = project.scopes.flatMap((scope) => [
    ...['map', 'geo', 'split_clients'].flatMap((name) =>
      own(scope, name).map(({ directive }) => directive.args.at(-1)),
    ),
    ...own(scope, 'set').map(({ directive }) => directive.args[0]),
  ]);
  return sorted(words.map((word) => /^\$(\w+)$/.exec(word?.value ?? '')?.[1]));
}

/** The names of `upstream` blocks, sorted. */
export function definedUpstreams(project: NginxProject): readonly string[] {
  return sorted(openersOf(project, 'upstream').map((name) => (/^[\w.-]+$/.test(name) ? name : undefined)));
}

/** The names of `location @name` blocks, sorted, without the `@`. */
export function definedLocations(project: NginxProject): readonly string[] {
  return sorted(openersOf(project, 'location').map((name) => /^@(\S+)$/.exec(name)?.[1]));
}

function openersOf({ scopes }: NginxProject, block: string): string[] {
  const ofBlock = scopes.filter(({ name }: Scope) => name === block);
  return ofBlock.map(({ opener }) => opener?.directive.wording.values[0] ?? '');
}

function sorted(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names.flatMap((name) => name ?? []))].sort();
}
