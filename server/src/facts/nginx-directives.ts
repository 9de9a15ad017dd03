/**
 * Owns which directives nginx's own modules have, by version: where each may stand, how many arguments it takes, what its
 * values look like, whether it may be repeated. What other modules and nginx Plus define is known by name only.
 */
import { atLeast, compareVersions, parseVersion, type Target } from '../model/target.ts';
import { NEWEST, ROWS } from './nginx-directives.generated.ts';

/** A place for directives, as nginx's parser tells them apart. */
export type Context =
  | 'main'
  | 'events'
  | 'http'
  | 'http server'
  | 'location'
  | 'if in server'
  | 'if in location'
  | 'limit_except'
  | 'http upstream'
  | 'stream'
  | 'stream server'
  | 'stream upstream'
  | 'mail'
  | 'mail server';

/**
 * What nginx's own setters read: a single value (`offset` is a size that may be in gigabytes), a number and a size (`bufs`),
 * one of several words (`enum`), any of several words (`mask`), or words from a certain argument on (`words`).
 */
export type ValueKind = 'flag' | 'number' | 'size' | 'offset' | 'msec' | 'sec' | 'bufs' | 'enum' | 'mask' | 'words';

export interface ValueRule {
  /** The directive. */
  readonly name: string;
  readonly kind: ValueKind;
  /** The words of `enum`, `mask` and `words`; one that ends in `*` is a beginning. */
  readonly words: readonly string[];
  /** The first argument that it is about, from 0. */
  readonly first: number;
  readonly least: number;
  readonly most: number;
}

/** What one module of a range of versions accepts under a name. */
export interface DirectiveForm {
  readonly name: string;
  readonly module: string;
  readonly contexts: ReadonlySet<Context>;
  readonly block: boolean;
  /** The single numbers of arguments that it takes; empty where there is a least number only. */
  readonly counts: readonly number[];
  /** The least number of arguments where there is no most. */
  readonly least: number | undefined;
  readonly value: ValueRule | undefined;
  /** nginx says "is duplicate" where a level has it twice (ngx_conf_set_flag_slot and its like). */
  readonly once: boolean;
  /** The first version that has this form, where 1.18.0 does not. */
  readonly since: string | undefined;
  /** The first version that has it no more. */
  readonly until: string | undefined;
}

const LETTERS: Readonly<Record<string, Context>> = {
  m: 'main',
  e: 'events',
  h: 'http',
  s: 'http server',
  l: 'location',
  i: 'if in server',
  j: 'if in location',
  t: 'limit_except',
  u: 'http upstream',
  H: 'stream',
  S: 'stream server',
  U: 'stream upstream',
  M: 'mail',
  N: 'mail server',
};

export const CONTEXTS: readonly Context[] = Object.values(LETTERS);

/**
 * Names that nginx Plus, or a widespread build or module of others, defines as well, at other places or with other arguments:
 * `sticky` of nginx-sticky-module-ng, `slice` of Tengine, what Plus had first, and `max_headers`, which distributions took
 * over into older versions (Debian's 1.22.1 has it).
 */
const SHARED = /^(max_headers|sticky|least_time|slice|tunnel_.*|early_hints)$/;

/** HTTP/3, which builds of a branch had in other forms before 1.25.0: nothing is known of it without a version. */
const BRANCHED = /^(http3|http3_.*|quic_.*)$/;

/**
 * Words that other builds know as well: nginx Plus has parameters of `server` and of the cache paths that came to nginx
 * later or not at all, Angie has `proxy_http_version 3` and had 2 before nginx, and Tengine has `id=`.
 */
const MORE_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['server', ['slow_start=*', 'resolve', 'service=*', 'route=*', 'drain', 'id=*', 'sid=*']],
  ['listen', ['multipath']],
  ['proxy_http_version', ['2', '3']],
  ...['proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one): [string, readonly string[]] => [
    `${one}_cache_path`,
    ['purger=*', 'purger_files=*', 'purger_sleep=*', 'purger_threshold=*', 'min_free=*'],
  ]),
]);

/** The oldest release that is judged. */
const OLDEST = [1, 18];

/** The words of a directive that only other builds know. */
export function wordsOfOthers(name: string): readonly string[] {
  return MORE_WORDS.get(name) ?? [];
}

let table: ReadonlyMap<string, readonly DirectiveForm[]> | undefined;

/** Every directive of nginx's own modules from 1.18.0 on, by name. */
export function directiveTable(): ReadonlyMap<string, readonly DirectiveForm[]> {
  table ??= readTable();
  return table;
}

function readTable(): Map<string, DirectiveForm[]> {
  const forms = new Map<string, DirectiveForm[]>();
  let module = '';
  for (const line of ROWS.trim().split('\n')) {
    if (line.startsWith('[')) module = line.slice(1, -1);
    else {
      const form = readRow(line, module);
      const same = forms.get(form.name);
      if (same === undefined) forms.set(form.name, [form]);
      else same.push(form);
    }
  }
  const listens = forms.get('listen');
  const newest = listens?.find(({ contexts, until }) => contexts.has('http server') && until === undefined);
  if (newest !== undefined) listens?.push(branched(newest));
  return forms;
}

/** `listen … http3` of builds of the HTTP/3 branch, older than all that is judged: so it counts where no version is known. */
function branched(form: DirectiveForm): DirectiveForm {
  const { value } = form;
  const words = value === undefined ? value : { ...value, words: [...value.words, 'http3'] };
  return { ...form, value: words, since: undefined, until: OLDEST.join('.') };
}

const RANGE = /^[\d.]*-[\d.]*$/;

/**
 * `name contexts arguments [value] [!] [since-until]`; `{` before the arguments of a block; `1+` is one or more; `!` where it
 * may not be repeated. Values are `flag`, `number:1-9`, `enum:off|on`, `words2:ssl|backlog=*` and the like.
 */
function readRow(line: string, module: string): DirectiveForm {
  const [name = '', letters = '', shape = '', ...rest] = line.split(' ');
  const digits = shape.replace('{', '');
  const [since, until] = (rest.find((word) => RANGE.test(word)) ?? '-').split('-');
  const value = rest.find((word) => word !== '!' && !RANGE.test(word));
  const open = digits.endsWith('+');
  return {
    name,
    module,
    contexts: new Set(letters === '*' ? CONTEXTS : [...letters].flatMap((letter) => LETTERS[letter] ?? [])),
    block: shape.startsWith('{'),
    counts: open ? [] : [...digits].map(Number),
    least: open ? Number(digits.slice(0, -1)) : undefined,
    value: value === undefined ? undefined : readValue(name, value),
    once: rest.includes('!'),
    since: since || undefined,
    until: until || undefined,
  };
}

function readValue(name: string, text: string): ValueRule {
  const colon = text.indexOf(':');
  const head = colon < 0 ? text : text.slice(0, colon);
  const tail = colon < 0 ? '' : text.slice(colon + 1);
  const from = /^words(\d)$/.exec(head)?.[1];
  const [least, most] = head === 'number' ? tail.split('-') : [];
  return {
    name,
    kind: (from === undefined ? head : 'words') as ValueKind,
    words: head === 'number' || tail === '' ? [] : [...tail.split('|'), ...(MORE_WORDS.get(name) ?? [])],
    first: from === undefined ? 0 : Number(from) - 1,
    least: Number(least || 0),
    most: most ? Number(most) : Number.POSITIVE_INFINITY,
  };
}

/** Whether a form takes so many arguments. */
export function takes({ counts, least }: DirectiveForm, count: number): boolean {
  return least === undefined ? counts.includes(count) : count >= least;
}

/** The forms that the target may have: all of them where its version is not known. */
export function formsFor(name: string, target: Target): readonly DirectiveForm[] {
  return (directiveTable().get(name) ?? []).filter(
    ({ since, until }) =>
      (since === undefined || atLeast(target, 'nginx', since) !== false) &&
      (until === undefined || atLeast(target, 'nginx', until) !== true),
  );
}

/** Whether the table may speak about a name for a target: not of names of others, nor of versions that it does not hold. */
export function isJudged(name: string, target: Target): boolean {
  if (SHARED.test(name) || !directiveTable().has(name)) return false;
  const version = target.get('nginx')?.version;
  if (version === undefined) return !BRANCHED.test(name);
  return compareVersions(version, OLDEST) >= 0 && compareVersions(version, parseVersion(NEWEST) ?? []) <= 0;
}
