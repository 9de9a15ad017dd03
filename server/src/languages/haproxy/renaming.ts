/** Owns which names of HAProxy's may be changed, and into what. */
import type { Span } from '../../text/span.ts';
import type { Renaming } from '../language.ts';
import type { Occurrence } from './names.ts';
import type { Whole } from './syntax/tree.ts';

/** src/tools.c, invalid_char */
const NAME = /^[A-Za-z0-9.:_-]+$/;
/** ACLs that are there by themselves (manual, 7.4). */
export const OWN_ACLS =
  /^(?:TRUE|FALSE|HTTP|HTTP_1\.0|HTTP_1\.1|HTTP_2\.0|HTTP_3\.0|HTTP_CONTENT|HTTP_URL_\w+|LOCALHOST|METH_\w+|RDP_COOKIE|REQ_CONTENT|REQ_PROTO_HTTP|WAIT_END)$/;

/** Names of servers are used in too many other ways. */
const RENAMED: ReadonlySet<string> = new Set([
  'backend',
  'frontend',
  'defaults',
  'acl',
  'resolvers',
  'cache',
  'mailers',
]);

const refused = (why: string): Extract<Renaming, { possible: false }> => ({ possible: false, why });

/** Places where a name stands as a word, or in a word, that are no occurrence of any name. */
function strays(name: string, { sections }: Whole, all: readonly Occurrence[]): readonly Span[] {
  const word = new RegExp(`(?<![\\w.:/-])${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\w.:-])`, 'g');
  const known = new Set(all.map(({ place: { file, span } }) => `${span.start} ${file}`));
  return sections.flatMap((section) =>
    [section.header, ...section.statements].flatMap(({ words, source }) =>
      words.flatMap(({ value, span }) =>
        [...value.matchAll(word)]
          .map(({ index }) => ({ start: span.start + index, end: span.start + index + name.length }))
          .filter(({ start }) => !known.has(`${start} ${source.file}`)),
      ),
    ),
  );
}

/** Undefined for things that are not renamed at all. `part`: other files of the configuration may use the name. */
export function renamingOf(
  { what, name }: Occurrence,
  all: readonly Occurrence[],
  whole: Whole,
  part: boolean,
): Renaming | undefined {
  if (!RENAMED.has(what)) return undefined;
  if (part && what !== 'acl')
    return refused(`Other files of the configuration may use \`${name}\`: this is only a part of one`);
  const isMadeUp = whole.sections.some(({ statements }) =>
    statements.some(({ words }) => words[0]?.value === 'use_backend' && /%|\$/.test(words[1]?.value ?? '')),
  );
  if (what === 'backend' && isMadeUp)
    return refused('A `use_backend` line makes up names for each request, and may mean this one');
  if (strays(name, whole, all).length > 0)
    return refused(`\`${name}\` stands in other places as well, and what it means there is not known`);
  const others = new Set(
    all.filter((one) => one.name !== name && (what === 'acl') === (one.what === 'acl')).map((one) => one.name),
  );
  return {
    possible: true,
    accept(text) {
      const to = text.trim();
      if (!NAME.test(to))
        return { ok: false, why: 'HAProxy takes letters, digits, `.`, `:`, `_` and `-` in a name, and nothing else' };
      if (what === 'acl' && OWN_ACLS.test(to)) return { ok: false, why: `\`${to}\` is an ACL of HAProxy itself` };
      if (others.has(to)) return { ok: false, why: `There is a \`${to}\` already` };
      return { ok: true, name: to };
    },
  };
}
