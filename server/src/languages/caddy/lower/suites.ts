/** Owns `ciphers`: suites by the names of the standards, one by one (modules/caddytls/values.go). */
import { GO_SUITES } from '../../../facts/caddy-suites.ts';
import type { NamedSuite } from '../../../model/named-suites.ts';
import { atLeast } from '../../../model/target.ts';
import type { CaddyProject } from '../project.ts';
import { byFile, removeArg } from '../realize/layout.ts';
import { type Entry, isUnknown, own, placeOfArg, type Scope } from '../scope.ts';

/** Caddy's words for suites on each `ciphers` line of a site. */
export function namedSuitesOf(scope: Scope, project: CaddyProject): NamedSuite[] {
  return own(scope, 'tls')
    .flatMap((tls) => own(tls.scope, 'ciphers'))
    .flatMap((entry) => entry.args.flatMap((arg, i) => (isUnknown(arg.value) ? [] : [suiteOf(entry, i, project)])));
}

function suiteOf(entry: Entry, index: number, project: CaddyProject): NamedSuite {
  const name = entry.args[index]?.value ?? '';
  const { target } = project.paths.environment;
  const known = GO_SUITES.get(name);
  const since = known?.refusedSince;
  const removed = since !== undefined && atLeast(target, 'caddy', since) === true;
  const left = entry.args.length > 1;
  return {
    name,
    place: placeOfArg(entry, index),
    setting: 'ciphers',
    weakness: known?.weak,
    refused:
      known === undefined
        ? `Caddy knows no suite \`${name}\`, and refuses the configuration`
        : removed
          ? `Caddy ${target.get('caddy')?.text} has no \`${name}\` any more, and refuses the configuration`
          : undefined,
    remove: () => (left ? byFile(removeArg(entry, index)) : undefined),
  };
}
