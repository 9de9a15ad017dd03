/** Owns conditions that name an ACL which is not there: HAProxy does not start (seen with 2.6, 3.0 and 3.2). */
import type { ConfigProblem } from '../../../model/model.ts';
import { nearest } from '../../../text/nearest.ts';
import { span } from '../../../text/span.ts';
import { namesIn } from '../names.ts';
import { type ProxySection, placeOf, titleOf } from '../proxies.ts';
import { OWN_ACLS } from '../renaming.ts';
import { MAX_PROBLEMS, shown } from '../syntax/parser.ts';
import { statementsOf } from '../syntax/query.ts';
import type { Section, Whole } from '../syntax/tree.ts';

/** Lines whose `if` and `unless` begin a condition. */
const CONDITIONAL =
  /^(?:http-request|http-response|http-after-response|tcp-request|tcp-response|use_backend|use-server|redirect|stick)$/;

/** ACLs count for the lines below them in their section; those of `defaults` count in `defaults` only. */
export function unknownAcls({ sections }: Whole, proxies: readonly ProxySection[]): ConfigProblem[] {
  const found = sections.flatMap((section) => {
    if (!/^(?:frontend|backend|listen|defaults)$/.test(section.kind)) return [];
    const there = new Set<string>();
    return section.statements.flatMap((statement): ConfigProblem[] => {
      const [keyword, name] = statement.words;
      if (keyword?.value === 'acl' && name !== undefined) there.add(name.value);
      if (!CONDITIONAL.test(keyword?.value ?? '')) return [];
      return namesIn(statement)
        .filter((one) => !one.word.variable && isName(one.name) && !OWN_ACLS.test(one.name) && !there.has(one.name))
        .map((one): ConfigProblem => {
          const place = placeOf(statement, span(one.word.span.start + one.skip, one.word.span.end));
          const like = nearest(one.name, there);
          const edits = () => [{ file: place.file, edits: [{ span: place.span, newText: like ?? '' }] }];
          return {
            rule: 'config-syntax',
            place,
            message: `HAProxy does not start: ${whyNot(one.name, section, proxies)}`,
            offers:
              like === undefined
                ? []
                : [{ title: `Write \`${like}\``, safety: 'behaviour', remedy: { kind: 'edit', edits } }],
          };
        });
    });
  });
  return found.slice(0, MAX_PROBLEMS);
}

/** What could be a name at all; `||` and `or` between names are none. */
const isName = (name: string): boolean => /^[\w.:-]+$/.test(name) && name !== 'or';

function whyNot(name: string, section: Section, proxies: readonly ProxySection[]): string {
  const word = `\`${shown(name)}\``;
  const has = (one: Section) => statementsOf(one, 'acl').some(({ words }) => words[1]?.value === name);
  if (has(section)) return `the ACL ${word} stands below this line, and has to stand above it`;
  const from = proxies.find((proxy) => proxy.section === section)?.defaults.find(has);
  return from === undefined
    ? `there is no ACL ${word} in this section`
    : `the ACL ${word} is one of \`${titleOf(from)}\`, and does not count in the sections that inherit from it`;
}
