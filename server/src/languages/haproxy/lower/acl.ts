/** Owns conditions: named and anonymous ACLs, and what they say about paths and about WebSockets (manual, 7.1, 7.2). */
import { type ProxySection, sectionsOf } from '../proxies.ts';
import { conditionOf, statementsOf } from '../syntax/query.ts';
import type { Statement, Word } from '../syntax/tree.ts';

/** One test of a request: `path_beg /ws`, `hdr(Upgrade) -i websocket`. */
export interface Test {
  /** The sample fetch without its arguments and converters, in lower case: `path_beg`, `hdr`. */
  readonly fetch: string;
  /** The first argument of the fetch, in lower case: the header's name. */
  readonly argument: string;
  /** `beg`, `reg`, … of `-m`; empty when there is none. */
  readonly method: string;
  readonly patterns: readonly string[];
  /** What stands behind the fetch: `,lower`. */
  readonly converters: string;
  /** `-i` */
  readonly anyCase: boolean;
  /** All of it, from the criterion on. */
  readonly words: readonly Word[];
  readonly statement: Statement;
}

/** Flags of ACLs that take a value. */
const FLAG_VALUES: ReadonlySet<string> = new Set(['-f', '-m', '-n', '-u', '-M']);
const FETCH = /^([\w.]+)(?:\(([^),]*)[^)]*\))?(.*)$/s;

/** Reads the words of a test: the criterion, flags, then patterns. Undefined when a variable stands in it. */
export function readTest(words: readonly Word[], statement: Statement): Test | undefined {
  const criterion = words[0];
  const [, fetch, argument = '', converters = ''] = FETCH.exec(criterion?.value ?? '') ?? [];
  if (fetch === undefined || words.some(({ variable }) => variable)) return undefined;
  const patterns: string[] = [];
  let method = '';
  let flags = true;
  let anyCase = false;
  for (let i = 1; i < words.length; i++) {
    const value = words[i]?.value ?? '';
    if (flags && FLAG_VALUES.has(value)) {
      i++;
      if (value === '-m') method = words[i]?.value ?? '';
    } else if (flags && value === '--') flags = false;
    else if (flags && /^-[a-zA-Z]$/.test(value)) anyCase ||= value === '-i';
    else {
      flags = false;
      patterns.push(value);
    }
  }
  return {
    fetch: fetch.toLowerCase(),
    argument: argument.toLowerCase(),
    method,
    patterns,
    converters,
    anyCase,
    words,
    statement,
  };
}

const named = new WeakMap<ProxySection, ReadonlyMap<string, readonly Test[]>>();

/** The tests that all must be true for a line to apply; undefined where others would do as well. */
export function testsOfAll(proxy: ProxySection, statement: Statement): readonly Test[] | undefined {
  const condition = conditionOf(statement);
  if (condition?.sign !== 'if' || condition.words.some(({ value }) => value === '||' || value === 'or'))
    return undefined;
  const out: Test[] = [];
  const { words } = condition;
  for (let i = 0; i < words.length; i++) {
    const raw = words[i]?.value ?? '';
    if (raw.startsWith('!')) {
      // What must be false is passed over.
      const braced = raw === '!{' || (raw === '!' && words[i + 1]?.value === '{');
      if (braced) i = words.findIndex(({ value }, at) => at > i && value === '}');
      else if (raw === '!') i++;
      if (i < 0) return undefined;
    } else if (raw === '{') {
      const end = words.findIndex(({ value }, at) => at > i && value === '}');
      const test = end < 0 ? undefined : readTest(words.slice(i + 1, end), statement);
      if (test === undefined) return undefined;
      out.push(test);
      i = end;
    } else {
      const tests = namedTests(proxy).get(raw) ?? [];
      if (tests.length > 1) continue;
      out.push(...tests);
    }
  }
  return out;
}

/** The tests of a proxy by the name of their ACL; of several one that matches is enough. */
function namedTests(proxy: ProxySection): ReadonlyMap<string, readonly Test[]> {
  let tests = named.get(proxy);
  if (tests === undefined) {
    const made = new Map<string, Test[]>();
    for (const statement of sectionsOf(proxy).flatMap((section) => statementsOf(section, 'acl'))) {
      const { words } = statement;
      const test = readTest(words.slice(2), statement);
      const name = words[1]?.value ?? '';
      if (test === undefined) continue;
      const same = made.get(name);
      if (same === undefined) made.set(name, [test]);
      else same.push(test);
    }
    tests = made;
    named.set(proxy, tests);
  }
  return tests;
}

/** The tests that must or may be true for a line to apply; what must be false is left out. */
export function testsOf(proxy: ProxySection, statement: Statement): Test[] {
  const condition = conditionOf(statement);
  if (condition === undefined || condition.sign === 'unless') return [];
  const out: Test[] = [];
  const { words } = condition;
  let negated = false;
  for (let i = 0; i < words.length; i++) {
    const raw = words[i]?.value ?? '';
    const bare = raw.replace(/^!+/, '');
    if (raw.length - bare.length === 1) negated = !negated;
    if (bare === '') continue;
    if (bare === '{') {
      const close = words.findIndex(({ value }, at) => at > i && value === '}');
      const end = close < 0 ? words.length : close;
      const test = readTest(words.slice(i + 1, end), statement);
      if (!negated && test !== undefined) out.push(test);
      i = end;
    } else if (bare !== '||' && bare !== 'or' && !negated) out.push(...(namedTests(proxy).get(bare) ?? []));
    negated = false;
  }
  return out;
}

/** Whether a condition is always true, so that the line is no conditional one. */
export function holdsAlways(statement: Statement): boolean {
  const condition = conditionOf(statement);
  if (condition === undefined) return true;
  const text = condition.words.map(({ value }) => value).join(' ');
  return condition.sign === 'if' ? /^(TRUE|\{ always_true \})$/.test(text) : /^(FALSE|\{ always_false \})$/.test(text);
}

/** Whether a line spares just the handshakes of WebSockets: `unless { req.hdr(Upgrade) -i websocket }`. */
export function sparesHandshakes(statement: Statement): boolean {
  const condition = conditionOf(statement);
  const text = condition?.words.map(({ value }) => value).join(' ') ?? '';
  return condition?.sign === 'unless' && /^\{ (?:req\.)?hdr\(upgrade\) -i websocket \}$/i.test(text);
}

const PATH_FETCH = /^(?:capture\.req\.)?(?:path|pathq|url|uri|base)(?:_(beg|dir|dom|end|len|reg|sub))?$/;

/** The paths a test names, with how they are matched: `['/ws', 'beg']`. */
export function pathsOf(test: Test): { readonly path: string; readonly how: string }[] {
  const [all, how = test.method] = PATH_FETCH.exec(test.fetch) ?? [];
  if (all === undefined || how === 'len' || how === 'found') return [];
  return test.patterns.map((path) => ({ path, how: how === 'str' ? '' : how }));
}

/** Whether a test asks if the request is a WebSocket handshake. */
export function asksForWebSocket(test: Test): boolean {
  if (!/^(req\.)?f?hdr(_\w+)?$/.test(test.fetch)) return false;
  if (test.argument === 'upgrade') return test.patterns.some((pattern) => /websocket/i.test(pattern));
  if (test.argument === 'connection') return test.patterns.some((pattern) => /^upgrade$/i.test(pattern));
  return test.argument.startsWith('sec-websocket-');
}

/** The host names that a test asks for. */
export function hostsOf(test: Test): readonly string[] {
  const header = /^(req\.)?f?hdr(_\w+)?$/.test(test.fetch) && test.argument === 'host';
  return header || /^(req\.)?ssl_(fc_)?sni/.test(test.fetch) ? test.patterns : [];
}
