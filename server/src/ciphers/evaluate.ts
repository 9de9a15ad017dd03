/** Owns what a cipher string enables: the suites, in their order, that OpenSSL makes of it for TLS 1.2 and older. */
import { type Span, span } from '../text/span.ts';
import { aliasesOf } from './aliases.ts';
import type { Level } from './levels.ts';
import { type Build, type Library, since } from './libraries.ts';
import { apply, type Entry, preferred, sortByStrength } from './order.ts';
import { type Lookup, type Reading, type Rule, readRules, type Token, type UnknownName } from './read.ts';
import { type Selector, selectorOf, selects } from './selector.ts';
import { suiteB } from './suite-b.ts';
import type { Suite } from './suites.ts';
import { reasonUnknown, type UnknownReason } from './unknown.ts';

/** One rule of the string, and the suites it spoke of: what `HIGH` is, what `!RC4` took away. */
export type Step = Rule & { readonly suites: readonly Suite[] };

export interface Unknown extends UnknownName {
  readonly reason: UnknownReason;
}

export type CipherError =
  /** `invalid command`: OpenSSL refuses the whole string because of what stands here. */
  | { readonly kind: 'invalid'; readonly span: Span }
  /** `no cipher match`: nothing is left. */
  | { readonly kind: 'nothing' };

export interface Evaluation {
  /** What is enabled, the preferred first; nothing where there is an error. TLS 1.3 has its own setting. */
  readonly suites: readonly Suite[];
  readonly steps: readonly Step[];
  readonly tokens: readonly Token[];
  /** What OpenSSL silently drops. */
  readonly unknown: readonly Unknown[];
  /** The last `@SECLEVEL`, which holds for the whole connection; undefined where the string sets none. */
  readonly level: Level | undefined;
  readonly error: CipherError | undefined;
}

/**
 * Evaluates a cipher string as `SSL_CTX_set_cipher_list` does (ssl/ssl_ciph.c). What the security level then still
 * lets through is not part of it: see `allowedAt`. Never throws; `text` is the value as OpenSSL gets it.
 */
export function evaluate(text: string, library: Library, build: Build = 'usual'): Evaluation {
  const known = knowledgeOf(library, build);
  const replaced = suiteB(text);
  const reading = readRules(replaced?.instead ?? text, library, known.lookup);
  const defaults = readRules(defaultString(library), library, known.lookup).rules;
  const { list, steps, level } = run(reading.rules, known.start, defaults);
  const suites = list.filter(({ active }) => active).map(({ suite }) => suite);
  const error = errorOf(reading, suites);
  const rest = replaced === undefined ? reported(reading, steps, library) : keywordOnly(replaced.keyword, text, suites);
  return { suites: error === undefined ? suites : [], ...rest, level, error };
}

/** The built-in list that `DEFAULT` stands for, which in 1.0.2 forbids more than it leaves out. */
export function defaultString(library: Library): string {
  return since(library, '1.1.1') ? 'ALL:!COMPLEMENTOFDEFAULT:!eNULL' : 'ALL:!EXPORT:!LOW:!aNULL:!eNULL:!SSLv2';
}

interface Knowledge {
  readonly start: readonly Entry[];
  readonly lookup: Lookup;
}

const knowledge = new Map<string, Knowledge>();

/** Computed once for each library: sorting all suites is most of the work. */
function knowledgeOf(library: Library, build: Build): Knowledge {
  const key = `${library} ${build}`;
  const ready = knowledge.get(key) ?? learn(library, build);
  knowledge.set(key, ready);
  return ready;
}

function learn(library: Library, build: Build): Knowledge {
  const start = preferred(library, build);
  const suites = new Map<string, Selector>();
  for (const { suite } of start) {
    const selector = selectorOf(suite);
    suites.set(suite.name, selector);
    // CHANGES.md of 3.2: "now accept ciphers using their IANA standard names".
    if (since(library, '3.2')) suites.set(suite.ianaName, selector);
  }
  const aliases = aliasesOf(library, build);
  const lookup: Lookup = (name) => {
    const [suite, alias] = [suites.get(name), aliases.get(name)];
    if (suite !== undefined) return { kind: 'suite', selector: suite };
    return alias && { kind: 'alias', selector: alias };
  };
  return { start, lookup };
}

interface Run {
  readonly list: readonly Entry[];
  readonly steps: readonly Step[];
  readonly level: Level | undefined;
}

/** `defaults` are the rules that `DEFAULT` stands for. */
function run(rules: readonly Rule[], start: readonly Entry[], defaults: readonly Rule[]): Run {
  let list = start;
  let level: Level | undefined;
  const steps: Step[] = [];
  for (const rule of rules) {
    const before = list;
    if (rule.kind === 'strength') list = sortByStrength(list);
    else if (rule.kind === 'level') level = rule.level;
    else if (rule.kind === 'default') list = run(defaults, list, []).list;
    else if (rule.selector !== undefined) list = apply(list, rule.operation, meaning(rule.selector));
    steps.push({ ...rule, suites: subject(rule, before, list) });
  }
  return { list, steps, level };
}

const meaning = (selector: Selector) => (suite: Suite) => selects(selector, suite);

function subject(rule: Rule, before: readonly Entry[], after: readonly Entry[]): readonly Suite[] {
  switch (rule.kind) {
    case 'level':
      return [];
    case 'strength':
    case 'default':
      return after.filter(({ active }) => active).map(({ suite }) => suite);
    case 'select': {
      const { selector } = rule;
      if (selector === undefined) return [];
      return before.map(({ suite }) => suite).filter(meaning(selector));
    }
  }
}

function errorOf({ invalid }: Reading, suites: readonly Suite[]): CipherError | undefined {
  if (invalid !== undefined) return { kind: 'invalid', span: invalid };
  return suites.length === 0 ? { kind: 'nothing' } : undefined;
}

type Reported = Pick<Evaluation, 'steps' | 'tokens' | 'unknown'>;

function reported({ tokens, unknown }: Reading, steps: readonly Step[], library: Library): Reported {
  return { steps, tokens, unknown: unknown.map((one) => ({ ...one, reason: reasonUnknown(one.name, library) })) };
}

/** Of a string with a Suite B keyword only the keyword can be shown: what OpenSSL reads stands nowhere in the text. */
function keywordOnly(keyword: string, text: string, suites: readonly Suite[]): Reported {
  const where = span(0, keyword.length);
  const tokens: Token[] = [{ span: where, kind: 'keyword' }];
  if (text.length > keyword.length) tokens.push({ span: span(keyword.length, text.length), kind: 'ignored' });
  return { steps: [{ kind: 'default', span: where, suites }], tokens, unknown: [] };
}
