/** Owns the proposals of an nginx directive's values: words that its setter knows, upstreams, named locations. */
import { type Context, type DirectiveForm, formsFor, wordsOfOthers } from '../facts/nginx-directives.ts';
import type { LoadedProject, Standing } from '../languages/language.ts';
import type { Proposal } from './proposal.ts';

/** A directive's name, the words behind it, and the word that the cursor is in. */
const STATEMENT = /(?:^|[;{}])\s*([a-z]\w*)((?:\s+[^\s;{}"']+)*)\s+([^\s;{}"']*)$/;
const PASS = /^(?:proxy|grpc|uwsgi|fastcgi|scgi|memcached)_pass$/;

/** Undefined where the cursor is not behind a directive's name. */
export function valueProposals(
  { model, standingAt }: LoadedProject,
  file: string,
  line: string,
  offset: number,
): Proposal[] | undefined {
  const [, name, words = '', typed = ''] = STATEMENT.exec(line) ?? [];
  if (name === undefined || standingAt === undefined) return undefined;
  const standing = standingAt(file, offset);
  const before = words.split(/\s+/).filter((word) => word !== '');
  const placed = formsFor(name, model.target).filter(({ contexts }) => isPlaced(contexts, standing));
  const span = (part: string) => ({ start: offset - part.length, end: offset });
  const value = (text: string, part: string): Proposal => ({
    kind: 'value',
    text,
    detail: undefined,
    span: span(part),
  });
  if (PASS.test(name) && before.length === 0) {
    const host = /^(?:[a-z]+:\/\/)?([\w.-]*)$/.exec(typed)?.[1];
    const isWhole = name !== 'proxy_pass' || typed.includes('://');
    return host === undefined || !isWhole ? [] : standing.upstreams().map((one) => value(one, host));
  }
  if (typed.startsWith('@')) return standing.locations().map((one) => value(one, typed.slice(1)));
  const known = new Set(placed.flatMap((form) => wordsAt(form, before.length)));
  return [...known].filter((word) => !before.includes(word)).map((word) => value(word, typed));
}

function isPlaced(contexts: ReadonlySet<Context>, { places }: Standing): boolean {
  return places.some((place) => contexts.has(place as Context));
}

/** The words that a form knows as its argument with this index. */
function wordsAt({ name, value }: DirectiveForm, index: number): readonly string[] {
  if (value === undefined || index < value.first) return [];
  const others = wordsOfOthers(name);
  switch (value.kind) {
    case 'flag':
      return index === 0 ? ['on', 'off'] : [];
    case 'enum':
      return index === 0 ? value.words : [];
    case 'mask':
    case 'words':
      // One that ends in `*` is a beginning.
      return value.words.filter((word) => !others.includes(word)).map((word) => word.replace(/\w?\*$/, ''));
    default:
      return [];
  }
}
