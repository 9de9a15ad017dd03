/** Owns what is told about cipher strings: what the target's library makes of them, what of it is weak, and what is lost. */
import type { Step, Unknown } from '../ciphers/evaluate.ts';
import { since } from '../ciphers/libraries.ts';
import type { Suite } from '../ciphers/suites.ts';
import { evaluateTls13 } from '../ciphers/tls13.ts';
import { weaknessOf } from '../ciphers/weakness.ts';
import type { Subject } from '../languages/language.ts';
import type { Target } from '../model/target.ts';
import { librariesOf, libraryWord, type Reading, readAll, someOf } from '../rules/tls-library.ts';
import { suiteTable } from './cipher-table.ts';
import { code, sentence } from './markdown.ts';

export type CipherSubject = Extract<Subject, { readonly kind: 'ciphers' }>;

export function ciphersHover(subject: CipherSubject, target: Target): string {
  return subject.use === 'list' ? listHover(subject, target) : suites13Hover(subject, target);
}

/** One library of those that may run it, and whether all others make the same of the value. */
interface Chosen<T> {
  readonly one: T;
  readonly word: string;
  readonly note: string | undefined;
}

/** Where the target does not say which library it has, the newest; `same` tells what each makes of the value. */
function choose<T extends { readonly library: string }>(
  all: readonly T[],
  target: Target,
  same: (one: T) => string,
): Chosen<T> | undefined {
  const one = all.at(-1);
  if (one === undefined) return undefined;
  const others = all.filter((other) => same(other) !== same(one));
  if (target.has('openssl') || others.length === 0) return { one, word: libraryWord(target), note: undefined };
  const names = others.map(({ library }) => library).join(' and ');
  const note = `${names} would make something else of it: \`target\` in wsslint.json says which OpenSSL runs it.`;
  const { library } = one;
  return { one, word: `OpenSSL ${library}`, note: sentence(note) };
}

function listHover({ setting, text, level, at }: CipherSubject, target: Target): string {
  const namesOf = (suites: readonly Suite[]) => suites.map(({ name }) => name).join(':');
  const chosen = choose(readAll(text, level, target), target, ({ open, evaluation }) =>
    [namesOf(open), evaluation.error?.kind, ...evaluation.unknown.map(({ name }) => name)].join(' '),
  );
  if (chosen === undefined) return `${code(setting)}: ${notKnown(level.known ? undefined : level.why, target)}`;
  const { one, word, note } = chosen;
  const { evaluation, open, library } = one;
  const step = at === undefined || evaluation.error?.kind === 'invalid' ? undefined : stepAt(one, at);
  const parts = [
    step && stepText(step, text.slice(step.span.start, step.span.end)),
    headOf(setting, word, one, text),
    [weakOf(open), unknownOf(evaluation.unknown)].filter(Boolean).join('\n'),
    closedOf(one, evaluation.level !== undefined || (level.known && level.value !== undefined)),
    suiteTable(open),
    leftOut(one),
    since(library, '1.1.1') && evaluation.error === undefined
      ? 'TLS 1.3 has suites of its own, which this does not reach.'
      : undefined,
    note,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

function notKnown(why: string | undefined, target: Target): string {
  return `not known: ${sentence(why ?? `what ${libraryWord(target)} makes of it is not known to wsslint`)}`;
}

function headOf(setting: string, word: string, { evaluation, open }: Reading, text: string): string {
  const { error } = evaluation;
  switch (error?.kind) {
    case 'invalid':
      return `${code(setting)}: **${word} refuses it** (${code('invalid command')}) because of ${code(text.slice(error.span.start, error.span.end))}; the server does not start.`;
    case 'nothing':
      return `${code(setting)}: **${word} refuses it** (${code('no cipher match')}), because it enables nothing; the server does not start.`;
    case undefined:
      return `${code(setting)}: **${countWord(open.length)}** with ${word}${open.length > 1 ? ', in the order below' : ''}`;
  }
}

function countWord(count: number): string {
  return count === 1 ? '1 suite' : `${count === 0 ? 'no' : count} suites`;
}

/** The rule of the string that an offset of it is in. */
function stepAt({ evaluation }: Reading, at: number): Step | undefined {
  return evaluation.steps.find(({ span }) => span.start <= at && at <= span.end);
}

/** What a rule of the string means; a suite's own name is explained. */
function stepText(step: Step, written: string): string {
  const [suite] = step.suites;
  if (suite === undefined || suite.name !== written) return `${code(written)} ${stepWord(step)}.`;
  const weakness = weaknessOf(suite);
  const weak = weakness === undefined ? '' : `: ${sentence(weakness.reason)}`;
  return `${code(written)} is ${code(suite.ianaName)}${weak}.`;
}

function stepWord(step: Step): string {
  const count = step.suites.length;
  const listed =
    count === 0
      ? ''
      : `: ${sentence(
          someOf(
            step.suites.map(({ name }) => name),
            4,
          ),
        )}`;
  switch (step.kind) {
    case 'default':
      return `is the library's own list${listed}`;
    case 'strength':
      return 'sorts what is enabled by the bits of its keys';
    case 'level':
      return `sets the security level to ${step.level}`;
    case 'select':
      break;
  }
  if (count === 0) return 'means no suite of this library';
  switch (step.operation) {
    case 'add':
      return `enables ${countWord(count)}${listed}`;
    case 'kill':
      return `forbids ${countWord(count)} for good${listed}`;
    case 'delete':
      return `takes out ${countWord(count)}, which may be enabled again behind it${listed}`;
    case 'order':
      return `moves to the end what is enabled of ${countWord(count)}${listed}`;
  }
}

/** The weak suites by the reason, the worst first. */
function weakOf(suites: readonly Suite[]): string | undefined {
  const groups = new Map<string, { readonly severity: string; readonly names: string[] }>();
  for (const suite of suites) {
    const weakness = weaknessOf(suite);
    if (weakness === undefined) continue;
    const group = groups.get(weakness.reason);
    if (group === undefined) groups.set(weakness.reason, { severity: weakness.severity, names: [suite.name] });
    else group.names.push(suite.name);
  }
  const sorted = [...groups].sort(([, a], [, b]) => (a.severity < b.severity ? -1 : a.severity > b.severity ? 1 : 0));
  const lines = sorted.map(
    ([reason, { severity, names }]) =>
      `- ${severity === 'error' ? '✖' : '⚠'} ${sentence(someOf(names, 3))}: ${sentence(reason)}`,
  );
  return lines.length === 0 ? undefined : lines.join('\n');
}

function unknownOf(unknown: readonly Unknown[]): string | undefined {
  if (unknown.length === 0) return undefined;
  const shown = unknown
    .slice(0, 8)
    .map(({ name, reason }) => `- ${code(name)} is **dropped**: ${sentence(reasonWord(reason))}`);
  const more = unknown.length > shown.length ? [`- and so are ${unknown.length - shown.length} more`] : [];
  return [...shown, ...more].join('\n');
}

function reasonWord(reason: Unknown['reason']): string {
  switch (reason.kind) {
    case 'tls13':
      return 'a suite of TLS 1.3, which has a setting of its own';
    case 'iana':
      return `OpenSSL's name for it is \`${reason.name}\``;
    case 'not-built':
      return 'usual builds leave it out';
    case 'other-release':
      return 'another release has it';
    case 'never':
      return 'no release has it';
  }
}

/** What the security level keeps closed. The level that nobody sets depends on who built the library, what it closes does not. */
function closedOf({ library, level, closed }: Reading, isSet: boolean): string | undefined {
  if (library === '1.0.2' || closed.length === 0) return undefined;
  const names = sentence(
    someOf(
      closed.map(({ name }) => name),
      3,
    ),
  );
  return `${isSet ? `**Security level ${level}**` : 'The library’s **security level**'} keeps closed: ${names}.`;
}

/** What no server here can use, so that the table does not have it. */
function leftOut({ evaluation, open, closed }: Reading): string | undefined {
  const count = evaluation.suites.length - open.length - closed.length;
  if (count === 0) return undefined;
  return `Without ${count} that ${count === 1 ? 'needs' : 'need'} pre-shared keys, SRP or a DSA certificate, and so cannot be used here.`;
}

function suites13Hover({ setting, text }: CipherSubject, target: Target): string {
  const all = librariesOf(target).map((library) => ({ library, ...evaluateTls13(text, library) }));
  const chosen = choose(all, target, ({ suites, unknown, refused }) =>
    [refused, ...suites.map(({ name }) => name), ...unknown.map(({ name }) => name)].join(' '),
  );
  if (chosen === undefined) return `${code(setting)}: ${notKnown(undefined, target)}`;
  const { one, word, note } = chosen;
  const { suites, unknown, refused } = one;
  const head = refused
    ? `${code(setting)}: **${word} refuses it**; the server does not start.`
    : `${code(setting)}: **${countWord(suites.length)}** of TLS 1.3 with ${word}${suites.length > 1 ? ', in the order below' : ''}`;
  const lost =
    unknown.length === 0
      ? undefined
      : `Not known to ${word}: ${sentence(
          someOf(
            unknown.map(({ name }) => name),
            4,
          ),
        )}.`;
  const parts = [head, refused ? undefined : weakOf(suites), lost, refused ? undefined : suiteTable(suites), note];
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}
