/** Owns `ciphers`: suites by the names of the standards, one by one (modules/caddytls/values.go). */
import { GO_SUITES } from '../../../facts/caddy-suites.ts';
import type { NamedList, NamedSuite } from '../../../model/named-suites.ts';
import { atLeast } from '../../../model/target.ts';
import type { CaddyProject } from '../project.ts';
import { byFile, removeArgs } from '../realize/layout.ts';
import { type Entry, isUnknown, own, placeOf, placeOfArg, type Scope, settingOf } from '../scope.ts';

/** Caddy's words for suites on each `ciphers` line of a site. */
export function namedSuitesOf(scope: Scope, project: CaddyProject): NamedSuite[] {
  return own(scope, 'tls')
    .flatMap((tls) => own(tls.scope, 'ciphers'))
    .flatMap((entry) => suitesOf(entry, project));
}

function suitesOf(entry: Entry, project: CaddyProject): NamedSuite[] {
  const list: NamedList = {
    setting: settingOf(entry),
    place: placeOf(entry),
    remove(some) {
      const starts = new Set(some.map(({ place }) => place.span.start));
      const gone = entry.args.flatMap((arg, i) => (starts.has(arg.word.span.start) ? [i] : []));
      return gone.length < entry.args.length ? byFile(removeArgs(entry, gone)) : undefined;
    },
  };
  return entry.args.flatMap(({ value }, i) =>
    isUnknown(value) ? [] : [suiteOf(value, placeOfArg(entry, i), list, project)],
  );
}

function suiteOf(name: string, place: NamedSuite['place'], list: NamedList, project: CaddyProject): NamedSuite {
  const { target } = project.paths.environment;
  const known = GO_SUITES.get(name);
  const since = known?.refusedSince;
  const removed = since !== undefined && atLeast(target, 'caddy', since) === true;
  return {
    name,
    place,
    list,
    weakness: known?.weak,
    refused:
      known === undefined
        ? `Caddy knows no suite \`${name}\`, and refuses the configuration`
        : removed
          ? `Caddy ${target.get('caddy')?.text} has no \`${name}\` any more, and refuses the configuration`
          : undefined,
  };
}
