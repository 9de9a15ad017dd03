/** Owns the values that HAProxy hands to the TLS library for a `bind` line: its own, or those of `global`. */
import { BIND_VALUES, MANUAL } from '../../../facts/haproxy.ts';
import type { FileId } from '../../../files/host.ts';
import { type CipherSettings, type WrittenValue, writtenValue } from '../../../model/cipher-settings.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { globalStatements } from '../paths.ts';
import { alwaysIn, parametersOf } from '../syntax/query.ts';
import type { Statement, Tree, Word } from '../syntax/tree.ts';

/** What a `bind` line asks of the library. `part`: `global` may stand in another file. */
export function cipherSettingsOf(bind: Statement, tree: Tree, file: FileId, part: boolean): CipherSettings {
  const parameters = parametersOf(bind.words, 2, BIND_VALUES);
  const shared = (keyword: string) => sharedWord(keyword, tree, file, part);
  const asked = (name: string): Fact<WrittenValue | undefined> => {
    const own = parameters.findLast((parameter) => parameter.name.value === name)?.value;
    if (own?.variable === true) return unknown(`the environment decides \`${name}\``);
    const keyword = `ssl-default-bind-${name}`;
    const word: Fact<Word | undefined> =
      own === undefined ? shared(keyword) : known(own, { kind: 'written', place: { file, span: own.span } });
    if (!word.known) return word;
    const { value, origin } = word;
    if (value === undefined) return known(undefined, origin);
    const raw = tree.text.slice(value.span.start, value.span.end);
    const setting = own === undefined ? keyword : name;
    return known(writtenValue(setting, value.value, raw, { file, span: value.span }), origin);
  };
  const level = securityLevelOf(tree, file, part);
  return { list: asked('ciphers'), suites13: asked('ciphersuites'), groups: asked('curves'), level };
}

/** The value of a keyword of `global`. */
function sharedWord(keyword: string, tree: Tree, file: FileId, part: boolean): Fact<Word | undefined> {
  const last = globalStatements(tree, keyword).at(-1);
  const source = `${MANUAL}#3.1-${keyword}`;
  if (last === undefined) {
    if (part) return unknown(`\`${keyword}\` may stand in another file`);
    return known(undefined, { kind: 'default', versions: 'every version', source });
  }
  const word = last.statement.words[1];
  if (!alwaysIn(last.section, last.statement) || last.section.header.branch !== '')
    return unknown(`\`${keyword}\` stands in an \`.if\` block`);
  if (word?.variable === true) return unknown(`the environment decides \`${keyword}\``);
  return known(word, { kind: 'written', place: { file, span: (word ?? last.statement).span } });
}

/** `ssl-security-level` of `global` (HAProxy 3.0). */
export function securityLevelOf(tree: Tree, file: FileId, part: boolean): Fact<number | undefined> {
  const word = sharedWord('ssl-security-level', tree, file, part);
  if (!word.known) return word;
  const level = word.value === undefined ? undefined : Number(word.value.value);
  return Number.isNaN(level) ? unknown('`ssl-security-level` has no number') : known(level, word.origin);
}
