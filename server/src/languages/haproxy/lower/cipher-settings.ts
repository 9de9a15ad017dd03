/** Owns the values that HAProxy hands to the TLS library for a `bind` line: its own, or those of `global`. */
import { BIND_VALUES, MANUAL } from '../../../facts/haproxy.ts';
import { type CipherSettings, type WrittenValue, writtenValue } from '../../../model/cipher-settings.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { globalStatements } from '../paths.ts';
import { placeOf } from '../proxies.ts';
import { alwaysIn, parametersOf } from '../syntax/query.ts';
import type { Statement, Whole, Word } from '../syntax/tree.ts';

/** What a `bind` line asks of the library. `part`: `global` may stand in another file. */
export function cipherSettingsOf(bind: Statement, whole: Whole, part: boolean): CipherSettings {
  const parameters = parametersOf(bind.words, 2, BIND_VALUES);
  const shared = (keyword: string) => sharedWord(keyword, whole, part);
  const asked = (name: string): Fact<WrittenValue | undefined> => {
    const own = parameters.findLast((parameter) => parameter.name.value === name)?.value;
    if (own?.variable === true) return unknown(`the environment decides \`${name}\``);
    const keyword = `ssl-default-bind-${name}`;
    const found: Fact<Written | undefined> =
      own === undefined ? shared(keyword) : known({ word: own, statement: bind }, written(bind, own));
    if (!found.known || found.value === undefined) return found.known ? known(undefined, found.origin) : found;
    const { word, statement } = found.value;
    const raw = statement.source.text.slice(word.span.start, word.span.end);
    const setting = own === undefined ? keyword : name;
    return known(writtenValue(setting, word.value, raw, placeOf(statement, word.span)), found.origin);
  };
  const level = securityLevelOf(whole, part);
  return { list: asked('ciphers'), suites13: asked('ciphersuites'), groups: asked('curves'), level };
}

interface Written {
  readonly word: Word;
  readonly statement: Statement;
}

const written = (statement: Statement, { span }: Word): Origin => ({
  kind: 'written',
  place: placeOf(statement, span),
});

/** The value of a keyword of `global`. */
function sharedWord(keyword: string, whole: Whole, part: boolean): Fact<Written | undefined> {
  const last = globalStatements(whole, keyword).at(-1);
  const source = `${MANUAL}#3.1-${keyword}`;
  if (last === undefined) {
    if (part) return unknown(`\`${keyword}\` may stand in another file`);
    return known(undefined, { kind: 'default', versions: 'every version', source });
  }
  const word = last.statement.words[1];
  if (!alwaysIn(last.section, last.statement) || last.section.header.branch !== '')
    return unknown(`\`${keyword}\` stands in an \`.if\` block`);
  if (word?.variable === true) return unknown(`the environment decides \`${keyword}\``);
  const { statement } = last;
  return word === undefined
    ? known(undefined, { kind: 'written', place: placeOf(statement) })
    : known({ word, statement }, written(statement, word));
}

/** `ssl-security-level` of `global` (HAProxy 3.0). */
export function securityLevelOf(whole: Whole, part: boolean): Fact<number | undefined> {
  const word = sharedWord('ssl-security-level', whole, part);
  if (!word.known) return word;
  const level = word.value === undefined ? undefined : Number(word.value.word.value);
  return Number.isNaN(level) ? unknown('`ssl-security-level` has no number') : known(level, word.origin);
}
