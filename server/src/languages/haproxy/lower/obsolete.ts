/** Owns what is written that newer versions of HAProxy warn about or refuse. */
import { BIND_VALUES, OLDEST_SUPPORTED } from '../../../facts/haproxy.ts';
import { REMOVALS, type Removal, type Rewrite } from '../../../facts/haproxy-removals.ts';
import type { Obsolete } from '../../../model/model.ts';
import { atLeast, compareVersions, parseVersion, type Target } from '../../../model/target.ts';
import type { TextEdit } from '../../../text/edits.ts';
import { span } from '../../../text/span.ts';
import { removeLine } from '../edits.ts';
import { placeOf } from '../proxies.ts';
import { keywordWords, parametersOf } from '../syntax/query.ts';
import type { Section, Statement, Whole, Word } from '../syntax/tree.ts';

const PROXY_KINDS: ReadonlySet<string> = new Set(['defaults', 'frontend', 'backend', 'listen']);
/** By their first word; the second is compared afterwards. */
const BY_WORD = new Map<string, Removal[]>();
for (const removal of REMOVALS) {
  const word = removal.words.split(' ')[0] ?? '';
  BY_WORD.set(word, [...(BY_WORD.get(word) ?? []), removal]);
}

/** Whether something holds from `version` on: for the target, or for every supported version when there is no target. */
export function holdsFrom(version: string | undefined, target: Target): boolean {
  if (version === undefined) return false;
  if (target.has('haproxy')) return atLeast(target, 'haproxy', version) === true;
  return compareVersions(parseVersion(OLDEST_SUPPORTED) ?? [], parseVersion(version) ?? []) >= 0;
}

/** `Name:\ value` in the text of a word, or `^Name:.*`; what has more in it is left to people. */
const HEADER_LINE = /^([A-Za-z0-9_-]+):(?:\\ )*((?:[^\\%"'\s]|\\ )+)$/;
const HEADER_PATTERN = /^\^?([A-Za-z0-9_-]+):?(?:\.\*|\\ )*$/;

function rewritten(
  rewrite: Rewrite,
  statement: Statement,
  words: readonly Word[],
  count: number,
): TextEdit | undefined {
  const first = words[0];
  const last = words[count - 1];
  if (first === undefined || last === undefined) return undefined;
  const old = span(first.span.start, last.span.end);
  // `no` before it would negate the new words, too.
  if (rewrite.kind !== 'remove' && words !== statement.words) return undefined;
  switch (rewrite.kind) {
    case 'remove':
      return removeLine(statement);
    case 'replace':
      return { span: old, newText: rewrite.by };
    case 'add-header':
    case 'del-header': {
      const argument = words[1];
      if (argument === undefined) return undefined;
      const raw = statement.source.text.slice(argument.span.start, argument.span.end);
      const [, name, value] = (rewrite.kind === 'add-header' ? HEADER_LINE : HEADER_PATTERN).exec(raw) ?? [];
      if (name === undefined || (rewrite.kind === 'del-header' && !raw.includes(':'))) return undefined;
      const rest = rewrite.kind === 'add-header' ? `${name} ${value}` : name;
      return { span: span(old.start, argument.span.end), newText: `${rewrite.by} ${rest}` };
    }
  }
}

function titleOf(rewrite: Rewrite, what: string): string {
  return rewrite.kind === 'remove' ? `Remove \`${what}\`` : `Use \`${rewrite.by}\``;
}

function obsolete(
  removal: Removal,
  what: string,
  place: Obsolete['place'],
  edit: TextEdit | undefined,
  target: Target,
): Obsolete[] {
  const { deprecatedIn, removedIn, rewrite } = removal;
  if (!holdsFrom(deprecatedIn, target) && !holdsFrom(removedIn, target)) return [];
  // A new word is offered only to a version that knows it.
  const known = rewrite?.kind !== 'replace' || rewrite.since === undefined || holdsFrom(rewrite.since, target);
  const offers =
    rewrite === undefined || edit === undefined || !known
      ? []
      : [
          {
            title: titleOf(rewrite, what),
            safety: removal.same === true ? ('safe' as const) : ('behaviour' as const),
            remedy: { kind: 'edit' as const, edits: () => [{ file: place.file, edits: [edit] }] },
          },
        ];
  return [{ place, what: `\`${what}\``, deprecatedIn, removedIn, advice: removal.advice, offers }];
}

function ofStatement(section: Section, statement: Statement, target: Target): Obsolete[] {
  const words = keywordWords(statement);
  const context = section.kind === 'global' ? 'global' : PROXY_KINDS.has(section.kind) ? 'proxy' : undefined;
  const removal = BY_WORD.get(words[0]?.value ?? '')?.find((one) => {
    const parts = one.words.split(' ');
    return one.context === context && parts.every((part, i) => words[i]?.value === part);
  });
  // `master-worker no-exit-on-failure` stays.
  if (removal === undefined || (removal.words === 'master-worker' && words.length > 1)) return [];
  const count = removal.words.split(' ').length;
  const last = words[count - 1]?.span.end ?? statement.span.end;
  const place = placeOf(statement, span(statement.span.start, last));
  const edit = removal.rewrite === undefined ? undefined : rewritten(removal.rewrite, statement, words, count);
  return obsolete(removal, statement.source.text.slice(place.span.start, place.span.end), place, edit, target);
}

function ofBind(statement: Statement, target: Target): Obsolete[] {
  if (statement.words[0]?.value !== 'bind') return [];
  return parametersOf(statement.words, 2, BIND_VALUES).flatMap(({ name }) => {
    const removal = BY_WORD.get(name.value)?.find(({ context }) => context === 'bind');
    return removal === undefined ? [] : obsolete(removal, name.value, placeOf(statement, name.span), undefined, target);
  });
}

function ofSection(section: Section, target: Target): Obsolete[] {
  const removal = BY_WORD.get(section.kind)?.find(({ context }) => context === 'section');
  const word = section.header.words[0];
  return removal === undefined || word === undefined
    ? []
    : obsolete(removal, section.kind, placeOf(section.header, word.span), undefined, target);
}

/** Everything obsolete, in the order of the sections. */
export function obsoleteOf({ sections }: Whole, target: Target): Obsolete[] {
  return sections.flatMap((section) => [
    ...ofSection(section, target),
    ...section.statements.flatMap((statement) => [
      ...ofStatement(section, statement, target),
      ...ofBind(statement, target),
    ]),
  ]);
}
