/** Owns times without a unit that make no sense as milliseconds, which they are, and much as seconds. */
import type { UnitlessTime } from '../../../model/times.ts';
import { replaceWord } from '../edits.ts';
import { placeOf } from '../proxies.ts';
import { isServerLine } from '../syntax/query.ts';
import type { Section, Statement, Whole, Word } from '../syntax/tree.ts';
import { writeTime } from './time.ts';

const PROXY_KINDS: ReadonlySet<string> = new Set(['defaults', 'frontend', 'backend', 'listen']);

/** Hours and days as people write them in seconds; as milliseconds nobody would. */
const HOURS: ReadonlySet<number> = new Set(
  [1, 2, 3, 4, 8, 12, 24, 48, 168].map((hours) => hours * 3600).concat(1800, 5400),
);

/** Minutes, likewise; towards fast servers, some of them are limits that are in use. */
const MINUTES: ReadonlySet<number> = new Set([2, 3, 4, 5, 10, 15].map((minutes) => minutes * 60));

/** Whether a number is meant as seconds, by what it limits. */
function meantAsSeconds(name: string, value: number): boolean {
  if (value === 0) return false;
  switch (name) {
    case 'tunnel':
      return value < 10_000 || HOURS.has(value);
    case 'client':
      return value < 100 || MINUTES.has(value) || HOURS.has(value);
    case 'server':
      return value < 100 || HOURS.has(value);
    case 'connect':
    case 'queue':
    case 'http-request':
    case 'tarpit':
    case 'client-fin':
    case 'server-fin':
    case 'check':
      return value <= 60;
    case 'http-keep-alive':
      return value >= 10 && value <= 60;
    case 'inter':
    case 'fastinter':
    case 'downinter':
      return value <= 30;
    default:
      return false;
  }
}

/** `3600` is 3.6 seconds, `30` is 30 milliseconds. */
function inWords(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
}

function unitless(setting: string, name: string, word: Word | undefined, statement: Statement): UnitlessTime[] {
  if (word === undefined || word.variable || !/^\d{1,9}$/.test(word.value)) return [];
  const value = Number(word.value);
  if (!meantAsSeconds(name, value)) return [];
  const other = writeTime(value);
  return [
    {
      place: placeOf(statement, word.span),
      message: `\`${setting} ${word.value}\` is ${inWords(value)}, because a number without a unit counts milliseconds; \`${value}s\` is ${other === `${value}s` ? `${value} s` : other}`,
      offers: [
        {
          title: `Write \`${value}s\``,
          safety: 'behaviour',
          remedy: {
            kind: 'edit',
            edits: () => [{ file: statement.source.file, edits: [replaceWord(word, `${value}s`)] }],
          },
        },
      ],
    },
  ];
}

function ofStatement(statement: Statement): UnitlessTime[] {
  const [keyword, name, value] = statement.words;
  if (keyword?.value !== 'timeout' || name === undefined) return [];
  return unitless(`timeout ${name.value}`, name.value, value, statement);
}

/** `inter` and its kind, between health checks. */
function ofServer(statement: Statement): UnitlessTime[] {
  const { words } = statement;
  return words.flatMap((word, i) =>
    i > 0 && /^(?:inter|fastinter|downinter)$/.test(word.value)
      ? unitless(word.value, word.value, words[i + 1], statement)
      : [],
  );
}

const isServers = (statement: Statement): boolean =>
  isServerLine(statement) || statement.words[0]?.value === 'default-server';

/** The times of a configuration, in the order of the sections. */
export function unitlessTimes({ sections }: Whole): UnitlessTime[] {
  return sections
    .filter(({ kind }: Section) => PROXY_KINDS.has(kind))
    .flatMap(({ statements }) => statements.flatMap((one) => (isServers(one) ? ofServer(one) : ofStatement(one))));
}
