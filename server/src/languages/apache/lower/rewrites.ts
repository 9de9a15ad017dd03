/** Owns `RewriteRule` with its conditions: which rules hand requests on, whether they are read at all, whom they miss. */
import type { StrictMatch } from '../../../model/handshake.ts';
import { appendArg, byFile, replaceArgs } from '../realize/layout.ts';
import { type Entry, nearest, oncePerScope, own, placeOfArgs, type Scope, value, values } from '../scope.ts';
import type { Server } from './servers.ts';

export interface Condition {
  readonly entry: Entry;
  /** `%{HTTP:Upgrade}`, as it is written. */
  readonly test: string;
  readonly pattern: string;
  readonly flags: ReadonlySet<string>;
}

export interface Rewrite {
  readonly entry: Entry;
  readonly scope: Scope;
  readonly pattern: string;
  readonly target: string;
  /** In small letters, without values. */
  readonly flags: ReadonlySet<string>;
  /** With their values, as written. */
  readonly flagText: string;
  readonly conditions: readonly Condition[];
}

function flagsOf(text: string | undefined): Set<string> {
  const inner = /^\[(.*)\]$/s.exec(text ?? '')?.[1] ?? '';
  return new Set(inner.split(',').map((flag) => flag.trim().split('=')[0]?.toLowerCase() ?? ''));
}

/** The rules that stand in a level, in order, each with the conditions before it. */
export const rewritesIn = oncePerScope((scope: Scope): readonly Rewrite[] => {
  const out: Rewrite[] = [];
  let conditions: Condition[] = [];
  for (const entry of scope.entries) {
    const { key } = entry.directive;
    const [first = '', second = '', third] = values(entry);
    if (key === 'rewritecond') {
      conditions.push({ entry, test: first, pattern: second, flags: flagsOf(third) });
    } else if (key === 'rewriterule') {
      const flagText = /^\[(.*)\]$/s.exec(third ?? '')?.[1] ?? '';
      out.push({ entry, scope, pattern: first, target: second, flags: flagsOf(third), flagText, conditions });
      conditions = [];
    }
  }
  return out;
});

export const handsOn = ({ flags }: Rewrite): boolean => flags.has('p') || flags.has('proxy');

const HEADER = /^%\{HTTP:(Upgrade|Connection)\}$/i;

/** The header of the handshake that a condition asks for, in small letters. */
export function headerOf({ test }: Condition): 'upgrade' | 'connection' | undefined {
  return HEADER.exec(test)?.[1]?.toLowerCase() as 'upgrade' | 'connection' | undefined;
}

/** Whether a rule is only for WebSocket handshakes. */
export function asksForUpgrade({ conditions }: Rewrite): boolean {
  return conditions.some(
    (one) => headerOf(one) === 'upgrade' && !one.pattern.startsWith('!') && /websocket/i.test(one.pattern),
  );
}

/** Whether a rule is for all requests but WebSocket handshakes. */
export function leavesOutUpgrades({ conditions }: Rewrite): boolean {
  return conditions.some(
    (one, i) =>
      headerOf(one) === 'upgrade' && /^!.*websocket/i.test(one.pattern) && !isOr(one) && !isOr(conditions[i - 1]),
  );
}

/** Whether the rules of a server are read: `RewriteEngine`, which hosts take from the main server (seen with 2.4.71). */
export function engineOf(server: Server): boolean | undefined {
  const found = nearest(server.levels, 'rewriteengine');
  if (found.kind === 'hidden') return undefined;
  return found.kind === 'found' && value(found.entry)?.toLowerCase() === 'on';
}

/** Whether a server takes rules from outside, which none does by itself. */
export function inheritsRules({ levels }: Server): boolean {
  return levels.some((level) =>
    own(level, 'rewriteoptions').some((entry) => values(entry).some((word) => /inherit/i.test(word))),
  );
}

/** What clients send: browsers, Firefox's list, and what proxies and libraries write in small letters. */
const SENT: Readonly<Record<'upgrade' | 'connection', readonly (readonly [string, string])[]>> = {
  upgrade: [['websocket', 'all browsers']],
  connection: [
    ['Upgrade', 'Chrome and Safari'],
    ['keep-alive, Upgrade', 'Firefox'],
    ['upgrade', 'other proxies and some libraries'],
  ],
};

/** Whether a condition holds for a value; undefined where its pattern is of another kind. */
function holds({ pattern, flags }: Condition, text: string): boolean | undefined {
  if (/^[!<>-]|^$|[%$]\{|%\d/.test(pattern)) return undefined;
  const ignoreCase = flags.has('nc') || flags.has('nocase');
  if (pattern.startsWith('=')) {
    const wanted = pattern.slice(1).replace(/^"(.*)"$/, '$1');
    return ignoreCase ? wanted.toLowerCase() === text.toLowerCase() : wanted === text;
  }
  try {
    return new RegExp(pattern.replace(/^\(\?i\)/, ''), ignoreCase || pattern.startsWith('(?i)') ? 'i' : '').test(text);
  } catch {
    return undefined;
  }
}

/** Conditions of a rule that miss handshakes. One of several that are joined by `OR` misses nothing by itself. */
export function strictMatches({ conditions }: Rewrite): StrictMatch[] {
  return conditions.flatMap((condition, i): StrictMatch[] => {
    const header = headerOf(condition);
    const joined = isOr(condition) || isOr(conditions[i - 1]);
    if (header === undefined || joined) return [];
    const missed = SENT[header].filter(([text]) => holds(condition, text) === false);
    if (missed.length === 0) return [];
    const { entry, pattern } = condition;
    const name = header === 'upgrade' ? 'Upgrade' : 'Connection';
    const who = missed.map(([text, by]) => `\`${name}: ${text}\` (${by})`);
    const list = who.length < 2 ? who.join('') : `${who.slice(0, -1).join(', ')} and ${who.at(-1)}`;
    return [
      {
        place: placeOfArgs(entry, 1),
        message: `\`RewriteCond ${condition.test} ${pattern}\` does not match ${list}`,
        offers: [
          {
            title: `Match \`${header === 'upgrade' ? 'websocket' : 'upgrade'}\` in any case and in a list`,
            safety: 'safe',
            remedy: { kind: 'edit', edits: () => looser(condition, header) },
          },
        ],
      },
    ];
  });
}

function isOr(condition: Condition | undefined): boolean {
  return condition !== undefined && (condition.flags.has('or') || condition.flags.has('ornext'));
}

function looser({ entry, flags }: Condition, header: 'upgrade' | 'connection') {
  const word = header === 'upgrade' ? 'websocket' : 'upgrade';
  const others = [...flags]
    .filter((flag) => flag !== '' && flag !== 'nc' && flag !== 'nocase')
    .map((flag) => flag.toUpperCase());
  const text = `${word} [${['NC', ...others].join(',')}]`;
  const edit = entry.directive.args[1] === undefined ? appendArg(entry, text) : replaceArgs(entry, 1, text);
  return edit === undefined ? undefined : byFile([edit]);
}
