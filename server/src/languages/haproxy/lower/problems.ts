/** Owns what HAProxy refuses beyond the cutting into lines: headings, names, timeouts, TLS versions. */
import { BIND_VALUES, SERVER_VALUES, TIMEOUTS, TLS_NAMES } from '../../../facts/haproxy.ts';
import type { ConfigProblem } from '../../../model/model.ts';
import type { Place } from '../../../model/origin.ts';
import { comparePlaces, placeOf } from '../proxies.ts';
import { MAX_PROBLEMS, shown } from '../syntax/parser.ts';
import { parametersOf, startsWith } from '../syntax/query.ts';
import type { Section, Statement, Tree, Whole } from '../syntax/tree.ts';
import { parseTime } from './time.ts';

interface Fault {
  readonly at: Place;
  readonly message: string;
  readonly related?: { readonly place: Place; readonly message: string };
}

const PROXY_KINDS: ReadonlySet<string> = new Set(['frontend', 'backend', 'listen']);
/** src/tools.c, invalid_char */
const BAD_NAME = /[^A-Za-z0-9.:_-]/;

function headingFaults({ kind, header, name }: Section): Fault[] {
  if (!PROXY_KINDS.has(kind)) return [];
  if (name === undefined) return [{ at: placeOf(header), message: `\`${kind}\` needs a name behind it` }];
  const faults: Fault[] = [];
  if (!name.variable && BAD_NAME.test(name.value)) {
    faults.push({
      at: placeOf(header, name.span),
      message: `\`${shown(name.value)}\` is no name that HAProxy takes: letters, digits, \`.\`, \`:\`, \`_\` and \`-\` are`,
    });
  }
  const [, , third, fourth, fifth] = header.words;
  if (third !== undefined && (third.value !== 'from' || fourth === undefined)) {
    faults.push({
      at: placeOf(header, third.span),
      message:
        'Behind the name only `from` with the name of a `defaults` section may stand; addresses belong to `bind` lines',
    });
  } else if (fifth !== undefined)
    faults.push({ at: placeOf(header, fifth.span), message: 'Nothing may follow the name of the `defaults` section' });
  return faults;
}

/** Two sections of one name: frontends and `listen`s share their names, and so do back ends and `listen`s before them. */
function duplicateFaults(sections: readonly Section[]): Fault[] {
  const fronts = new Map<string, Section>();
  const backs = new Map<string, Section>();
  const faults: Fault[] = [];
  for (const section of sections) {
    const { kind, name, header } = section;
    if (!PROXY_KINDS.has(kind) || name === undefined || name.variable || header.branch !== '') continue;
    const earlier = (kind === 'backend' ? backs : fronts).get(name.value);
    if (earlier !== undefined) {
      faults.push({
        at: placeOf(header, name.span),
        message: `There is a \`${earlier.kind} ${shown(name.value)}\` already, and HAProxy refuses two of one name`,
        related: { place: placeOf(earlier.header), message: 'the first one' },
      });
    }
    if (kind !== 'backend') fronts.set(name.value, section);
    if (kind !== 'frontend') backs.set(name.value, section);
  }
  return faults;
}

function timeoutFaults(statement: Statement): Fault[] {
  if (!startsWith(statement, 'timeout')) return [];
  const [keyword, name, value, more] = statement.words;
  if (name === undefined)
    return [{ at: placeOf(statement, keyword?.span), message: '`timeout` needs a name and a time behind it' }];
  if (name.variable) return [];
  if (!TIMEOUTS.has(name.value)) {
    return [
      {
        at: placeOf(statement, name.span),
        message: `There is no \`timeout ${shown(name.value)}\`; there are ${[...TIMEOUTS].map((one) => `\`${one}\``).join(', ')}`,
      },
    ];
  }
  if (value === undefined)
    return [{ at: placeOf(statement), message: `\`timeout ${name.value}\` needs a time behind it` }];
  if (value.variable) return [];
  const time = parseTime(value.value);
  if (time !== undefined && !time.ok)
    return [{ at: placeOf(statement, value.span), message: `\`${shown(value.value)}\` ${time.fault}` }];
  return more === undefined
    ? []
    : [{ at: placeOf(statement, more.span), message: `Nothing may follow the time of \`timeout ${name.value}\`` }];
}

function versionFaults(statement: Statement): Fault[] {
  const keyword = statement.words[0]?.value;
  const values =
    keyword === 'bind' ? BIND_VALUES : keyword === 'server' || keyword === 'default-server' ? SERVER_VALUES : undefined;
  if (values === undefined) return [];
  return parametersOf(statement.words, 1, values).flatMap(({ name, value }): Fault[] => {
    if (name.value !== 'ssl-min-ver' && name.value !== 'ssl-max-ver') return [];
    if (value === undefined)
      return [{ at: placeOf(statement, name.span), message: `\`${name.value}\` needs a version behind it` }];
    if (value.variable || TLS_NAMES.has(value.value)) return [];
    const known = [...TLS_NAMES.keys()].map((one) => `\`${one}\``);
    return [
      {
        at: placeOf(statement, value.span),
        message: `HAProxy knows no TLS version \`${shown(value.value)}\`; it writes them ${known.join(', ')}`,
      },
    ];
  });
}

/** The faults of a configuration, each a reason for HAProxy not to start; no more of them than HAProxy itself would name. */
export function problemsOf({ sections }: Whole, trees: readonly Tree[]): ConfigProblem[] {
  const inProxies = sections
    .filter(({ kind }) => PROXY_KINDS.has(kind) || kind === 'defaults')
    .flatMap(({ statements }) => statements);
  const faults: Fault[] = [
    ...sections.flatMap(headingFaults),
    ...duplicateFaults(sections),
    ...inProxies.flatMap((statement) => [...timeoutFaults(statement), ...versionFaults(statement)]),
  ];
  const own = faults.map(
    ({ at, message, related }): ConfigProblem => ({
      rule: 'config-syntax',
      place: at,
      message,
      ...(related === undefined ? {} : { related: [related] }),
    }),
  );
  const lexical = trees.flatMap(lexicalProblems);
  return [...lexical, ...own].sort((a, b) => comparePlaces(a.place, b.place)).slice(0, MAX_PROBLEMS);
}

function lexicalProblems({ problems, file }: Tree): ConfigProblem[] {
  return problems.map(
    ({ span, message, fix }): ConfigProblem => ({
      rule: 'config-syntax',
      place: { file, span },
      message,
      ...(fix === undefined
        ? {}
        : {
            offers: [
              { title: fix.title, safety: 'safe', remedy: { kind: 'edit', edits: () => [{ file, edits: fix.edits }] } },
            ],
          }),
    }),
  );
}
