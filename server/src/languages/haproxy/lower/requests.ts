/** Owns the rules that requests meet in a proxy, in the order in which they run: `http-request` and `redirect` lines. */
import { type ProxySection, sectionsOf } from '../proxies.ts';
import { alwaysIn, conditionOf, statementsOf } from '../syntax/query.ts';
import type { Section, Statement } from '../syntax/tree.ts';
import { holdsAlways } from './acl.ts';

export interface RequestRule {
  readonly proxy: ProxySection;
  readonly section: Section;
  readonly statement: Statement;
  /** `deny`, `set-header`, `redirect`, … */
  readonly action: string;
  /** It runs for every request that comes so far. */
  readonly always: boolean;
}

const rulesOf = new WeakMap<ProxySection, readonly RequestRule[]>();

/** Those of `defaults` first; `redirect` lines after all `http-request` lines (manual, "redirect"). */
export function requestRules(proxy: ProxySection): readonly RequestRule[] {
  let rules = rulesOf.get(proxy);
  if (rules === undefined) {
    const sections = [...sectionsOf(proxy)].reverse();
    const of = (keyword: string) =>
      sections.flatMap((section) =>
        statementsOf(section, keyword).map((statement): RequestRule => {
          const action = keyword === 'redirect' ? keyword : (statement.words[1]?.value ?? '');
          const always = alwaysIn(section, statement) && holdsAlways(statement);
          return { proxy, section, statement, action, always };
        }),
      );
    rules = [...of('http-request'), ...of('redirect')];
    rulesOf.set(proxy, rules);
  }
  return rules;
}

const ENDINGS = /^(?:deny|reject|redirect|return|tarpit|silent-drop|auth|use-service)$/;

/** Whether a rule answers the request, or may: what a script does is its own affair. */
export function mayEnd({ action }: RequestRule): boolean {
  return ENDINGS.test(action) || action.startsWith('lua.') || action.startsWith('send-spoe');
}

/** The words of a rule's condition as one text; empty where there is none. */
export function conditionText(statement: Statement): string {
  return (conditionOf(statement)?.words ?? []).map(({ value }) => value).join(' ');
}

/** Whether connections may be turned away before there is a request. */
export function rejectsConnections(proxy: ProxySection): boolean {
  return sectionsOf(proxy).some((section) =>
    statementsOf(section, 'tcp-request').some(({ words }) =>
      words.some(({ value }) => /^(?:reject|silent-drop|lua\..*)$/.test(value)),
    ),
  );
}
