/** Owns lines that newer versions of Caddy warn of or refuse (the sources' own warnings; seen with 2.11.4). */
import type { Obsolete } from '../../../model/model.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { scopesBelow } from '../../blocks/scope.ts';
import type { CaddyProject } from '../project.ts';
import { byFile, isLine } from '../realize/layout.ts';
import { type Entry, placeOf, settingOf, values } from '../scope.ts';

interface Change {
  readonly name: string;
  /** The name of the line around it. */
  readonly inside: string;
  readonly deprecatedIn: string;
  readonly removedIn?: string;
  readonly advice: string;
  /** The words that take the line's place. */
  readonly instead?: (words: readonly string[]) => string;
}

const CHANGES: readonly Change[] = [
  {
    name: 'trusted_ca_cert_file',
    inside: 'client_auth',
    deprecatedIn: '2.8',
    advice: '`trust_pool file` takes its place',
    instead: (words) => `trust_pool file ${words.join(' ')}`,
  },
  {
    name: 'trusted_ca_cert',
    inside: 'client_auth',
    deprecatedIn: '2.8',
    advice: '`trust_pool inline` takes its place',
  },
  {
    name: 'tls_trusted_ca_certs',
    inside: 'transport',
    deprecatedIn: '2.8',
    advice: '`tls_trust_pool file` takes its place',
    instead: (words) => `tls_trust_pool file ${words.join(' ')}`,
  },
];

/** The whole line; what its words say is kept as it is written. */
function replaced(entry: Entry, newText: string) {
  const { file, directive } = entry;
  return entry.args.some(({ filled }) => filled) || directive.block !== undefined || !isLine(entry)
    ? undefined
    : byFile([{ file, edit: { span: directive.head, newText } }]);
}

function written({ file, args }: Entry): string[] {
  return args.map(({ word }) => file.text.slice(word.span.start, word.span.end));
}

function obsoleteLine(entry: Entry, inside: string | undefined, target: Target): Obsolete[] {
  const change = CHANGES.find((one) => one.name === entry.name && one.inside === inside);
  if (change === undefined) return [];
  const { deprecatedIn, removedIn, instead } = change;
  const advice = isLine(entry) ? change.advice : '`ca` with a `provider` takes its place';
  // An older version, or one that is not known, may not have what takes its place.
  const can = atLeast(target, 'caddy', deprecatedIn) === true;
  return [
    {
      place: placeOf(entry),
      what: `\`${settingOf(entry)}\``,
      deprecatedIn,
      removedIn,
      advice,
      offers:
        instead === undefined || !can || !isLine(entry)
          ? []
          : [
              {
                title: `Write \`${instead(values(entry)).split(' ').slice(0, 2).join(' ')}\``,
                safety: 'safe',
                remedy: { kind: 'edit', edits: () => replaced(entry, instead(written(entry))) },
              },
            ],
    },
  ];
}

export function obsoleteOf(project: CaddyProject): Obsolete[] {
  const { target } = project.paths.environment;
  return scopesBelow(project.main).flatMap(({ opener, entries }) =>
    entries.flatMap((entry) => obsoleteLine(entry, opener?.name, target)),
  );
}
