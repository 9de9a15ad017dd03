/** Owns timeouts in a section that has no use for them: HAProxy warns and ignores them (seen with 2.6, 3.0 and 3.2). */
import type { ConfigProblem } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { byFile, insertSetting, removeLine } from '../edits.ts';
import { isDisabled, type ProxySection, placeOf } from '../proxies.ts';
import { alwaysIn, statementsOf } from '../syntax/query.ts';
import type { Statement, Whole } from '../syntax/tree.ts';
import { spanOfWords } from '../syntax/words.ts';
import { choices } from './routes.ts';

/** Timeouts of the side towards servers, and of the side towards clients (src/proxy.c, proxy_parse_timeout). */
const OF_BACK_ENDS = /^(?:tunnel|server|server-fin|connect|queue|check)$/;
const OF_FRONTENDS = /^(?:client|client-fin|client-hs)$/;

const isMisplaced = ({ kind }: ProxySection, name: string): boolean =>
  (kind === 'frontend' && OF_BACK_ENDS.test(name)) || (kind === 'backend' && OF_FRONTENDS.test(name));

/** The back ends of a frontend, where all of them are in the file. */
function backendsOf(
  proxy: ProxySection,
  backends: ReadonlyMap<string, ProxySection>,
): readonly ProxySection[] | undefined {
  if (proxy.kind !== 'frontend') return undefined;
  const found = choices(proxy).map(({ words }) => backends.get(words[1]?.value ?? ''));
  const all = new Set(found.filter((one) => one !== undefined));
  return all.size === 0 || found.includes(undefined) ? undefined : [...all];
}

const sets = ({ section }: ProxySection, name: string): boolean =>
  statementsOf(section, 'timeout').some(({ words }) => words[1]?.value === name);

/** Moves a line to those back ends that have none of their own. */
function move(statement: Statement, name: string, targets: readonly ProxySection[], whole: Whole): FileEdits[] {
  const { file, text } = statement.source;
  const content = statement.words.map(({ span: { start, end } }) => text.slice(start, end)).join(' ');
  const added = targets
    .filter((target) => !sets(target, name))
    .map(({ section, file: to }) => ({ file: to, edit: insertSetting(whole, section, content) }));
  return byFile([{ file, edit: removeLine(statement) }, ...added]);
}

export function misplacedTimeouts(
  proxies: readonly ProxySection[],
  backends: ReadonlyMap<string, ProxySection>,
  whole: Whole,
): ConfigProblem[] {
  return proxies.flatMap((proxy) => {
    if (isDisabled(proxy)) return [];
    return statementsOf(proxy.section, 'timeout').flatMap((statement): ConfigProblem[] => {
      const name = statement.words[1]?.value ?? '';
      if (!isMisplaced(proxy, name)) return [];
      const targets = alwaysIn(proxy.section, statement) ? backendsOf(proxy, backends) : undefined;
      const belongs = proxy.kind === 'frontend' ? 'the back ends' : 'the frontends';
      const names = targets?.map((target) => `\`${target.kind} ${target.name}\``) ?? [];
      return [
        {
          rule: 'config-directive-misplaced',
          severity: 'warning',
          place: placeOf(statement, spanOfWords(statement.words, 0, 3)),
          message: `HAProxy ignores \`timeout ${name}\` in a ${proxy.kind}, with a warning: it belongs to ${belongs}, or to \`defaults\``,
          offers:
            targets === undefined
              ? []
              : [
                  {
                    title: `Move it to ${names.length > 2 ? `the ${names.length} back ends` : names.join(' and ')}`,
                    safety: 'behaviour',
                    remedy: {
                      kind: 'edit',
                      edits: () => move(statement, name, targets, whole),
                    },
                  },
                ],
        },
      ];
    });
  });
}
