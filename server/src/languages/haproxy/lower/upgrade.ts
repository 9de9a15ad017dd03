/** Owns whether an upgrade passes: HAProxy passes it by itself, rules that delete or overwrite its headers lose it. */
import type { Upgrade, UpgradeLoss } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { find, type ProxySection, placeOf, sectionsOf, titleOf } from '../proxies.ts';
import { alwaysIn, statementsOf } from '../syntax/query.ts';
import type { Section, Statement } from '../syntax/tree.ts';
import { spanOfWords } from '../syntax/words.ts';
import { holdsAlways, sparesHandshakes } from './acl.ts';

type State =
  | { readonly kind: 'kept' }
  | { readonly kind: 'lost'; readonly loss: UpgradeLoss }
  | { readonly kind: 'unknown'; readonly why: string };

const KEPT: State = { kind: 'kept' };
/** The headers of the handshake that a rule can take away, by direction, each with the value it needs. */
const HEADERS = [
  ['http-request', 'Upgrade', /^websocket$/i],
  ['http-request', 'Connection', /(^|,)\s*upgrade\s*(,|$)/i],
  ['http-response', 'Upgrade', /^websocket$/i],
  ['http-response', 'Connection', /(^|,)\s*upgrade\s*(,|$)/i],
] as const;
type Header = (typeof HEADERS)[number];

interface Rule {
  readonly proxy: ProxySection;
  readonly section: Section;
  readonly statement: Statement;
}

/** Whether `del-header NAME [-m METHOD]` takes a header away; undefined where a regular expression decides. */
function deletes(header: string, { words }: Statement): boolean | undefined {
  const name = words[2]?.value.toLowerCase() ?? '';
  const want = header.toLowerCase();
  if (words[2]?.variable) return undefined;
  switch (words[3]?.value === '-m' ? words[4]?.value : 'str') {
    case 'str':
      return name === want;
    case 'beg':
      return want.startsWith(name);
    case 'end':
      return want.endsWith(name);
    case 'sub':
      return want.includes(name);
    default:
      return undefined;
  }
}

/** What a rule does with one header; undefined when it leaves it alone. */
function effectOf(
  { statement }: Rule,
  [direction, header, good]: Header,
): 'delete' | 'break' | 'set' | 'unclear' | undefined {
  const [keyword, action, name, value] = statement.words;
  // What `http-after-response` does happens to the same answer.
  const applies =
    keyword?.value === direction || (direction === 'http-response' && keyword?.value === 'http-after-response');
  if (!applies || (direction === 'http-request' && sparesHandshakes(statement))) return undefined;
  switch (action?.value) {
    case 'del-header': {
      const gone = deletes(header, statement);
      return gone === undefined ? 'unclear' : gone ? 'delete' : undefined;
    }
    case 'set-header':
      if (name?.value.toLowerCase() !== header.toLowerCase()) return undefined;
      if (value === undefined || value.variable || value.value.includes('%')) return 'unclear';
      return good.test(value.value.trim()) ? 'set' : 'break';
    case 'replace-header':
    case 'replace-value':
      return name?.value.toLowerCase() === header.toLowerCase() ? 'unclear' : undefined;
    default:
      return undefined;
  }
}

const knownRules = new WeakMap<ProxySection, readonly Rule[]>();

/** The rules of a proxy over these headers, in the order in which they run: those of `defaults` first. */
function rulesOf(proxy: ProxySection): readonly Rule[] {
  let rules = knownRules.get(proxy);
  if (rules === undefined) {
    const sections = [...sectionsOf(proxy)].reverse();
    rules = ['http-request', 'http-response', 'http-after-response']
      .flatMap((keyword) =>
        sections.flatMap((section) =>
          statementsOf(section, keyword).map((statement) => ({ proxy, section, statement })),
        ),
      )
      .filter((rule) => HEADERS.some((header) => effectOf(rule, header) !== undefined));
    knownRules.set(proxy, rules);
  }
  return rules;
}

function lossOf(
  { proxy, section, statement }: Rule,
  [direction, header]: Header,
  kind: 'delete' | 'break',
): UpgradeLoss {
  const last = statement.words.findIndex(({ value }) => value === 'if' || value === 'unless');
  const span = spanOfWords(statement.words, 0, last < 0 ? statement.words.length : last) ?? statement.span;
  const line = statement.words
    .slice(0, kind === 'delete' ? 3 : 4)
    .map(({ value }) => value)
    .join(' ');
  const request =
    kind === 'delete'
      ? `\`${line}\` takes the header away, so the back end sees no handshake`
      : `\`${line}\` overwrites what the client asks for, so the back end sees no handshake`;
  const response = `\`${line}\` changes the answer, and a client must refuse one without the right \`${header}\` (RFC 6455, 4.1)`;
  return {
    kind: kind === 'delete' ? 'deleted' : 'wrong-value',
    lost: direction === 'http-request' ? 'request' : 'answer',
    message: direction === 'http-request' ? request : response,
    place: placeOf(statement, span),
    related:
      section === proxy.section
        ? []
        : [
            {
              place: placeOf(section.header),
              message: `\`${proxy.kind} ${proxy.name}\` inherits from \`${titleOf(section)}\``,
            },
          ],
  };
}

/** Runs the rules over one header of the handshake. */
function fateOf(rules: readonly Rule[], header: Header): State {
  let state = KEPT;
  for (const rule of rules) {
    const effect = effectOf(rule, header);
    if (effect === undefined) continue;
    const always = alwaysIn(rule.section, rule.statement) && holdsAlways(rule.statement);
    const words = rule.statement.words.slice(0, 3).map(({ value }) => value);
    if ((effect === 'delete' || effect === 'break') && always)
      state = { kind: 'lost', loss: lossOf(rule, header, effect) };
    else if (effect !== 'set' || state.kind === 'lost')
      state = { kind: 'unknown', why: `\`${words.join(' ')} …\` decides it for each request` };
  }
  return state;
}

/** `http` or `tcp`, as the proxy's `mode` says; undefined when it cannot be known. */
export function isHttp(proxy: ProxySection): boolean | undefined {
  const mode = find(proxy, 'mode');
  if (mode.kind === 'absent') return false;
  const value = mode.kind === 'found' ? mode.statement.words[1] : undefined;
  return value === undefined || value.variable ? undefined : value.value === 'http';
}

/** Whether the back end's 101 reaches the client (seen with 2.6: 426, 400, or an answer that clients refuse). */
export function upgradeOf(frontend: ProxySection, backend: ProxySection): Fact<Upgrade> {
  const origin = { kind: 'written' as const, place: placeOf(backend.section.header) };
  const proxies = frontend === backend ? [frontend] : [frontend, backend];
  const modes = proxies.map(isHttp);
  if (modes.includes(undefined)) return unknown('the `mode` cannot be known');
  // In mode tcp there are bytes only, and rules over headers do nothing.
  if (modes.includes(false)) return known({ passes: true, losses: [] }, origin);
  const rules = proxies.flatMap(rulesOf);
  const states = HEADERS.map((header) => fateOf(rules, header));
  const losses = states.flatMap((state) => (state.kind === 'lost' ? [state.loss] : []));
  const distinct = losses.filter(
    ({ place }, i) => losses.findIndex((other) => other.place.span.start === place.span.start) === i,
  );
  if (distinct.length > 0)
    return known({ passes: false, losses: distinct }, { kind: 'written', place: distinct[0]?.place ?? origin.place });
  const unclear = states.find((state) => state.kind === 'unknown');
  if (unclear?.kind === 'unknown') return unknown(unclear.why);
  const hidden = proxies.find(({ unclear: why }) => why !== undefined);
  return hidden?.unclear === undefined ? known({ passes: true, losses: [] }, origin) : unknown(hidden.unclear);
}
