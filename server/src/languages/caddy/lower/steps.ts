/**
 * Owns the way of requests through a site: its lines in the order in which they count, which is not that of the text
 * (caddyconfig/httpcaddyfile/directives.go, sortRoutes), and the blocks in them.
 */
import { type Entry, isUnknown, own, type Scope } from '../scope.ts';
import { argsOf, EVERYTHING, type Matcher, matcherOf } from './matchers.ts';
import type { Options } from './options.ts';

/**
 * proxy: hands requests on. answer: ends them with a status. pages: ends them with files or PHP. group: has lines of its own.
 * other: lets them go on.
 */
export type StepKind = 'proxy' | 'answer' | 'pages' | 'group' | 'other';

export interface Step {
  readonly kind: StepKind;
  readonly entry: Entry;
  readonly matcher: Matcher;
  /** Of a group. */
  readonly inner: readonly Step[];
  /** Whether at most one of those at its level is gone into: `handle`. */
  readonly exclusive: boolean;
}

const KINDS: ReadonlyMap<string, StepKind> = new Map([
  ['reverse_proxy', 'proxy'],
  ['respond', 'answer'],
  ['redir', 'answer'],
  ['abort', 'answer'],
  ['error', 'answer'],
  ['file_server', 'pages'],
  ['php_fastcgi', 'pages'],
  ['handle', 'group'],
  ['handle_path', 'group'],
  ['route', 'group'],
  ['invoke', 'group'],
]);

function stepOf(entry: Entry, scope: Scope, options: Options): Step {
  const kind = KINDS.get(entry.name) ?? 'other';
  const matcher = scope.parent === undefined && scope.opener === undefined ? EVERYTHING : matcherOf(entry, scope);
  const inner = kind === 'group' ? innerOf(entry, options) : [];
  return { kind, entry, matcher, inner, exclusive: entry.name === 'handle' || entry.name === 'handle_path' };
}

/** The lines of a block, or of the named route that `invoke` names. */
function innerOf(entry: Entry, options: Options): readonly Step[] {
  if (entry.name !== 'invoke')
    return entry.scope === undefined ? [] : stepsOf(entry.scope, entry.name !== 'route', options);
  const name = argsOf(entry)[0]?.value ?? '';
  const route = options.named.get(name);
  if (route === undefined) return [];
  // Not again inside of itself.
  const named = new Map([...options.named].filter(([other]) => other !== name));
  return stepsOf(route, true, { ...options, named });
}

const lengthOf = ({ matcher: { paths, headers, more } }: Step): string | undefined =>
  paths?.length === 1 && headers.length === 0 && !more ? paths[0] : undefined;

/** Longer paths first, then what has a matcher, then what has none. */
function bySpecificity(a: Step, b: Step): number {
  const [one, other] = [lengthOf(a), lengthOf(b)];
  if (one !== undefined && other !== undefined) {
    const [bareOne, bareOther] = [one.replace(/\*$/, ''), other.replace(/\*$/, '')];
    if (bareOne === bareOther) return one.length - other.length;
    return bareOther.length - bareOne.length || (bareOne < bareOther ? -1 : 1);
  }
  const has = ({ matcher }: Step) => matcher.word !== undefined && matcher.word.value !== '*';
  return has(a) === has(b) ? 0 : has(a) ? -1 : 1;
}

/** The lines of a block; `sorted`: in the order of directives, as everywhere but in `route`. */
export function stepsOf(scope: Scope, sorted: boolean, options: Options): readonly Step[] {
  const lines = scope.entries.filter(({ name }) => !name.startsWith('@') && name !== '');
  const steps = lines.map((entry) => stepOf(entry, scope, options));
  if (!sorted) return steps;
  const level = ({ entry }: Step): number => {
    const name = entry.name === 'handle_path' ? 'handle' : entry.name;
    return options.order.get(name) ?? Number.MAX_SAFE_INTEGER;
  };
  return steps
    .map((step, i) => ({ step, i, level: level(step) }))
    .sort((a, b) => a.level - b.level || bySpecificity(a.step, b.step) || a.i - b.i)
    .map(({ step }) => step);
}

/** Whether a line certainly ends all requests that its matcher takes. */
export function endsAll({ kind, inner, entry }: Step): boolean {
  switch (kind) {
    case 'proxy':
      // What an answer leads to may be the next line (Routes.Compile(next)).
      return own(entry.scope, 'handle_response').length === 0;
    case 'answer':
      return true;
    case 'pages':
      return !(entry.scope?.entries ?? []).some(({ name }) => name === 'pass_thru');
    case 'group':
      return inner.some((step) => endsAll(step) && takesAll(step.matcher));
    case 'other':
      return false;
  }
}

const takesAll = ({ paths, headers, more }: Matcher): boolean => paths === undefined && headers.length === 0 && !more;

/** Whether a block, or one in it, has a part that cannot be seen. */
export function hiddenIn(scope: Scope): string | undefined {
  const stack: Scope[] = [scope];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const [hole] = at.holes;
    if (hole !== undefined) return hole.why;
    for (const entry of at.entries) {
      if (isUnknown(entry.name)) return `\`${entry.name}\` is known to the environment only`;
      if (entry.scope !== undefined) stack.push(entry.scope);
    }
  }
  return undefined;
}
