/** Owns the upgrade: which headers of a handshake `proxy_set_header` lets through to the back end. */
import type { Upgrade, UpgradeLoss, WebSocketEvidence } from '../../../model/model.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { remembered } from '../../../text/names.ts';
import {
  type Entry,
  enclosing,
  type Hole,
  type Lookup,
  nearest,
  originOf,
  own,
  placeOf,
  placeOfWords,
  type Scope,
  scopeWord,
  value,
} from '../scope.ts';
import { variablesIn } from '../syntax/variables.ts';
import type { Possible } from './values.ts';
import type { Variables } from './variables.ts';

const NAMES = ['Upgrade', 'Connection'] as const;
export type HeaderName = (typeof NAMES)[number];

/** What becomes of one of the two headers: sent as one of these values, not sent at all, or not to be known. */
interface HeaderState {
  readonly name: HeaderName;
  readonly entries: readonly Entry[];
  readonly passes: boolean | undefined;
  readonly why: string;
}

/** The upgrade of a route, before it is known whether the route is a WebSocket. */
export interface HeaderVerdict {
  readonly evidence: WebSocketEvidence;
  /** The level outside that sets the upgrade headers which this level's own lines cut off. */
  readonly cutFrom: Scope | undefined;
  /** What the `http` block around a part of a configuration has to do, where nothing in the part decides. */
  readonly needs: string | undefined;
  /** Worked out when it is asked for: nobody does where nothing says that a route is a WebSocket. */
  upgrade(): Fact<Upgrade>;
}

const DEFAULTS = 'https://nginx.org/en/docs/http/websocket.html';

const NO_LINES: readonly Entry[] = [];

function isFor(written: string | undefined, name: HeaderName): boolean {
  if (written === name) return true;
  return written?.length === name.length && written.toLowerCase() === name.toLowerCase();
}

/** The lines that set a header; asked for each route of large configurations several times. */
export function entriesFor(entries: readonly Entry[], name: HeaderName): readonly Entry[] {
  let found: Entry[] | undefined;
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] as Entry;
    if (!isFor(value(entry), name)) continue;
    if (found === undefined) found = [entry];
    else found.push(entry);
  }
  return found ?? NO_LINES;
}

/** Whether a value lets the handshake through (RFC 6455, 4.2.1: `websocket` in Upgrade, the token `upgrade` in Connection). */
export function lets(name: HeaderName, text: string): boolean {
  return tokensOf(text).includes(name === 'Upgrade' ? 'websocket' : 'upgrade');
}

const tokensOf = remembered((text) =>
  text
    .toLowerCase()
    .split(',')
    .map((token) => token.trim()),
);

function stateOf(name: HeaderName, entries: readonly Entry[], scope: Scope, variables: Variables): HeaderState {
  const mine = entriesFor(entries, name);
  if (mine.length === 0) return { name, entries: mine, passes: false, why: '' };
  const worths: Possible[] = mine.map((entry) => variables.evaluate(value(entry, 1) ?? '', scope));
  const passing = worths.map((worth) =>
    worth.known
      ? worth.values.every((v) => lets(name, v))
        ? true
        : worth.values.some((v) => lets(name, v))
          ? undefined
          : false
      : undefined,
  );
  const why = worths.flatMap((worth) => (worth.known ? [] : [worth.why]))[0] ?? 'its value depends on the request';
  if (passing.some((one) => one === true)) return { name, entries: mine, passes: true, why };
  if (passing.some((one) => one === undefined)) return { name, entries: mine, passes: undefined, why };
  return { name, entries: mine, passes: false, why };
}

/** Whether one of the variables of a text is named for upgrades. */
const namesUpgrade = remembered((text) => variablesIn(text).some(({ name }) => /upgrade/i.test(name)));

/** Whether lines pass some of the upgrade on, so that somebody meant this to be a WebSocket. */
function intent(entries: readonly Entry[], variables: Variables, scope: Scope): Entry | undefined {
  for (const entry of entriesFor(entries, 'Upgrade')) {
    const text = value(entry, 1) ?? '';
    if (namesUpgrade(text)) return entry;
    const worth = variables.evaluate(text, scope);
    if (worth.known && worth.values.some((v) => lets('Upgrade', v))) return entry;
  }
  for (const entry of entriesFor(entries, 'Connection')) {
    const text = value(entry, 1) ?? '';
    if (namesUpgrade(text)) return entry;
    if (lets('Connection', text)) return entry;
  }
  return undefined;
}

/** The nearest level outside whose headers are meant for WebSockets, and do not come further in. */
function cutBy(from: Scope | undefined, variables: Variables): Cut | undefined {
  for (let at = from; at !== undefined; at = at.parent) {
    const entries = own(at, 'proxy_set_header');
    if (entries.length > 0 && intent(entries, variables, at) !== undefined) return { scope: at, entries };
  }
  return undefined;
}

function words(names: readonly HeaderName[]): string {
  return names.map((name) => `\`${name}\``).join(' and ');
}

/** The level outside whose lines are cut off by lines of this level. */
interface Cut {
  readonly scope: Scope;
  readonly entries: readonly Entry[];
}

/** Headers that nothing at this level sets: nginx sends neither, or cuts off what a level outside sets. */
function unsetLosses(
  names: readonly HeaderName[],
  at: Place,
  cut: Cut | undefined,
  level: Entry | undefined,
  levelScope: Scope,
): UpgradeLoss[] {
  const lost = names.filter(
    (name) => cut !== undefined && level !== undefined && entriesFor(cut.entries, name).length > 0,
  );
  const missing = names.filter((name) => !lost.includes(name));
  const out: UpgradeLoss[] = [];
  if (cut !== undefined && level !== undefined && lost.length > 0) {
    // Many routes may include the file that such a line is in, and each is told at its own place.
    const isIncluded = level.file.id !== at.file && level.via.length > 0;
    const place = placeOfWords(level);
    out.push({
      kind: 'inheritance-cut',
      lost: 'request',
      message: `${words(lost)} ${lost.length === 1 ? 'is' : 'are'} set in \`${scopeWord(cut.scope)}\`, but ${isIncluded ? `\`${scopeWord(levelScope)}\` includes` : 'this level has'} \`proxy_set_header\` lines of its own, so nginx inherits none from there`,
      place: isIncluded ? at : place,
      related: [
        ...(isIncluded ? [{ place, message: 'this line is included' }] : []),
        ...lost
          .flatMap((name) => entriesFor(cut.entries, name))
          .map((entry) => ({ place: placeOf(entry), message: 'this line does not reach here' })),
      ],
    });
  }
  if (missing.length > 0) {
    const them = missing.length === 1 ? 'it' : 'them';
    out.push({
      kind: 'missing',
      lost: 'request',
      message: `nginx removes ${words(missing)} from requests unless \`proxy_set_header\` sets ${them}, and nothing does`,
      place: at,
      related: [],
    });
  }
  return out;
}

/** A header that is set to something that no WebSocket server takes. */
function writtenLoss({ name }: HeaderState, written: Entry): UpgradeLoss {
  const text = value(written, 1) ?? '';
  const place = placeOfWords(written);
  if (text === '')
    return {
      kind: 'cleared',
      lost: 'request',
      message: `\`proxy_set_header ${name} ""\` removes \`${name}\``,
      place,
      related: [],
    };
  const want = name === 'Upgrade' ? '`$http_upgrade`' : '`upgrade`, or a `map` of `$http_upgrade`';
  const message = `\`${name}\` is set to \`${text}\`, which a WebSocket server does not take; it must be ${want}`;
  return { kind: 'wrong-value', lost: 'request', message, place, related: [] };
}

/** Whether the whole server of a block can be seen, and nothing but what is around it is hidden. */
function isLeftToHttp(scope: Scope, hole: Hole): boolean {
  const server = enclosing(scope, 'server');
  return server?.parent?.parent?.name === 'surroundings' && server.parent.parent.holes.includes(hole);
}

/** Judges a block whose requests go to a back end by `pass`, where findings without a written value belong. */
export function judgeHeaders(scope: Scope, pass: Entry, variables: Variables): HeaderVerdict {
  const level = nearest(scope, 'proxy_set_header');
  if (level.kind === 'hidden') {
    const needs = isLeftToHttp(scope, level.hole)
      ? 'nothing in this file sets `Upgrade` and `Connection`, and unless the `http` block around it does, nginx removes both from requests'
      : undefined;
    return { upgrade: () => unknown(level.hole.why), evidence: NO_EVIDENCE, cutFrom: undefined, needs };
  }
  return new LinesVerdict(scope, level, pass, variables);
}

const NO_EVIDENCE: WebSocketEvidence = { level: 'none' };

/** A line that is meant for WebSockets. */
class MeantLine {
  readonly level = 'certain';

  constructor(private readonly line: Entry) {}

  get why(): string {
    const words = this.line.directive.wording.values.map((one) => one || '""');
    return `\`${['proxy_set_header', ...words].join(' ')}\` is meant for WebSockets`;
  }
}

/** What lines that can be seen do. */
class LinesVerdict implements HeaderVerdict {
  readonly evidence: WebSocketEvidence;
  readonly cutFrom: Scope | undefined;
  readonly needs = undefined;
  private readonly cut: Cut | undefined;

  constructor(
    private readonly scope: Scope,
    private readonly level: Exclude<Lookup, { kind: 'hidden' }>,
    private readonly pass: Entry,
    private readonly variables: Variables,
  ) {
    const meant = level.kind === 'found' ? intent(level.entries, variables, scope) : undefined;
    this.cut = level.kind === 'found' ? cutBy(level.scope.parent, variables) : undefined;
    this.evidence = meant === undefined ? NO_EVIDENCE : new MeantLine(meant);
    this.cutFrom = meant === undefined ? this.cut?.scope : undefined;
  }

  upgrade(): Fact<Upgrade> {
    return upgradeOf(this.scope, this.level, this.cut, placeOfWords(this.pass), this.variables);
  }
}

const FORWARDED: Upgrade = { passes: true, losses: [] };

/** Whether both headers are set to what lets a handshake through; what else there is takes a closer look. */
function isForwarded(entries: readonly Entry[], scope: Scope, variables: Variables): boolean {
  return NAMES.every((name) => {
    const lines = entriesFor(entries, name);
    const worth = lines.length === 1 ? variables.evaluate(value(lines[0] as Entry, 1) ?? '', scope) : undefined;
    return worth?.known === true && worth.values.every((one) => lets(name, one));
  });
}

/** What becomes of the two headers behind the `proxy_set_header` lines that count for a block. */
function upgradeOf(
  scope: Scope,
  level: Exclude<Lookup, { kind: 'hidden' }>,
  cut: Cut | undefined,
  at: Place,
  variables: Variables,
): Fact<Upgrade> {
  const entries = level.kind === 'found' ? level.entries : [];
  const levelScope = level.kind === 'found' ? level.scope : scope;
  if (entries[0] !== undefined && isForwarded(entries, scope, variables))
    return known(FORWARDED, originOf(scope, levelScope, entries[0]));
  const states = NAMES.map((name) => stateOf(name, entries, scope, variables));
  const hole = level.kind === 'found' ? level.hole : undefined;
  const undecided = states.find(
    (state) =>
      state.passes === undefined || (state.passes === false && state.entries.length === 0 && hole !== undefined),
  );
  const lost = states.filter((state) => state.passes === false);
  const decidedLoss = lost.filter((state) => state.entries.length > 0 || hole === undefined);
  if (decidedLoss.length === 0 && undecided !== undefined) {
    return unknown(undecided.entries.length > 0 ? undecided.why : (hole?.why ?? undecided.why));
  }
  const first = entries[0];
  const origin =
    first === undefined
      ? { kind: 'default' as const, versions: 'every version', source: DEFAULTS }
      : originOf(scope, levelScope, first);
  if (decidedLoss.length === 0) return known(FORWARDED, origin);
  const firstOwn = levelScope === scope ? first : undefined;
  const unset = decidedLoss.filter((state) => state.entries.length === 0).map((state) => state.name);
  const losses = [
    ...unsetLosses(unset, at, cut, firstOwn ?? first, levelScope),
    ...decidedLoss.flatMap((state) => (state.entries[0] === undefined ? [] : [writtenLoss(state, state.entries[0])])),
  ];
  return known({ passes: false, losses }, origin);
}
