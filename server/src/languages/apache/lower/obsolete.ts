/** Owns what is written that Apache httpd 2.4 warns about or refuses, because an older version had it. */
import { REMOVALS } from '../../../facts/apache-removals.ts';
import type { Obsolete } from '../../../model/model.ts';
import type { ApacheProject } from '../project.ts';
import { byFile, removeLines } from '../realize/layout.ts';
import { placeOf } from '../scope.ts';

export function obsoleteOf({ scopes }: ApacheProject): Obsolete[] {
  return scopes.flatMap(({ entries }) =>
    entries.flatMap((entry): Obsolete[] => {
      const removal = REMOVALS.get(entry.name);
      if (removal === undefined) return [];
      const what = `\`${entry.directive.name.value}\``;
      return [
        {
          place: placeOf(entry),
          what,
          deprecatedIn: removal.deprecatedIn,
          removedIn: removal.removedIn,
          advice: removal.advice,
          offers: removal.idle
            ? [
                {
                  title: `Remove ${what}`,
                  safety: 'safe',
                  remedy: { kind: 'edit', edits: () => byFile([removeLines(entry)]) },
                },
              ]
            : [],
        },
      ];
    }),
  );
}
