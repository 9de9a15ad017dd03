/** Owns where Apache configurations name values (`Define`), macros and balancers, and use them. */
import type { FileId } from '../../files/host.ts';
import { span, spanTouches } from '../../text/span.ts';
import type { NamedThing, Renaming } from '../language.ts';
import type { ApacheProject } from './project.ts';
import { contentSpan, walk } from './syntax/query.ts';
import type { Directive, Word } from './syntax/tree.ts';

type Kind = 'value' | 'macro' | 'balancer';

interface Occurrence {
  readonly file: FileId;
  readonly start: number;
  readonly name: string;
  readonly kind: Kind;
  readonly defines: boolean;
}

/** Apache tells the case of `Define` apart, and that of macros and hosts not. */
const keyOf = ({ kind, name }: Occurrence): string => `${kind} ${kind === 'value' ? name : name.toLowerCase()}`;

const VALUE = /\$\{([^}:\s]+)\}/g;
const BALANCER = /balancer:\/\/([\w.-]+)/gi;

/** The names in the text of a word, which stand there as they are. */
function inWord(word: Word, text: string, file: FileId, definesBalancer: boolean): Occurrence[] {
  const raw = text.slice(word.span.start, word.span.end);
  const found = (pattern: RegExp, kind: Kind, defines: boolean): Occurrence[] =>
    [...raw.matchAll(pattern)].map((match) => {
      const name = match[1] ?? '';
      const start = word.span.start + match.index + match[0].indexOf(name, kind === 'value' ? 2 : 'balancer://'.length);
      return { file, start, name, kind, defines };
    });
  return [
    ...(raw.includes('${') ? found(VALUE, 'value', false) : []),
    ...(raw.includes('://') ? found(BALANCER, 'balancer', definesBalancer) : []),
  ];
}

/** The names in a directive, by the words that stand for them alone. */
const ALONE: ReadonlyMap<string, readonly [kind: Kind, defines: boolean]> = new Map([
  ['define', ['value', true]],
  ['undefine', ['value', false]],
  ['ifdefine', ['value', false]],
  ['macro', ['macro', true]],
  ['use', ['macro', false]],
  ['undefmacro', ['macro', false]],
]);

function inDirective({ key, args }: Directive, text: string, file: FileId): Occurrence[] {
  const out = args.flatMap((word) => inWord(word, text, file, key === 'proxy'));
  const alone = ALONE.get(key);
  const [word] = args;
  if (alone === undefined || word === undefined) return out;
  const { start, end } = contentSpan(word);
  const skip = text[start] === '!' ? 1 : 0;
  const name = text.slice(start + skip, end);
  if (name !== '' && !name.includes('$'))
    out.push({ file, start: start + skip, name, kind: alone[0], defines: alone[1] });
  return out;
}

function occurrencesOf({ files }: ApacheProject): Occurrence[] {
  const out: Occurrence[] = [];
  for (const { file, tree } of files.values())
    walk(tree.items, (directive) => out.push(...inDirective(directive, file.text, file.id)));
  return out;
}

const WORDS: Readonly<Record<Kind, string>> = { value: 'value', macro: 'macro', balancer: 'balancer' };
const LEGAL: Readonly<Record<Kind, RegExp>> = {
  value: /^[^\s{}:$"'<>\\!][^\s{}:$"'<>\\]*$/,
  macro: /^[^\s"'<>\\$%@][^\s"'<>\\]*$/,
  balancer: /^[\w.-]+$/,
};

function renamingOf(asked: Occurrence, isDefined: boolean, keys: ReadonlySet<string>): Renaming {
  const { kind, name } = asked;
  if (!isDefined) return { possible: false, why: `Nothing that can be seen defines \`${name}\`` };
  return {
    possible: true,
    accept: (written) => {
      const text = written.trim().replace(/^\$\{(.*)\}$/, '$1');
      if (!LEGAL[kind].test(text)) return { ok: false, why: `\`${text}\` cannot be the name of a ${WORDS[kind]}` };
      const key = keyOf({ ...asked, name: text });
      if (key !== keyOf(asked) && keys.has(key)) return { ok: false, why: `There is a \`${text}\` already` };
      return { ok: true, name: text };
    },
  };
}

/** What is named at an offset, with all places of the project; undefined for names that nothing here defines. */
export function nameAt(project: ApacheProject, file: FileId, offset: number): NamedThing | undefined {
  const all = occurrencesOf(project);
  const spanOf = ({ start, name }: Occurrence) => span(start, start + name.length);
  const asked = all.find((one) => one.file === file && spanTouches(spanOf(one), offset));
  if (asked === undefined) return undefined;
  const key = keyOf(asked);
  const same = all.filter((one) => keyOf(one) === key);
  const places = (defines: boolean) =>
    same.filter((one) => one.defines === defines).map((one) => ({ file: one.file, span: spanOf(one) }));
  const definitions = places(true);
  return {
    what: WORDS[asked.kind],
    name: asked.name,
    span: spanOf(asked),
    definitions,
    uses: places(false),
    renaming: renamingOf(asked, definitions.length > 0, new Set(all.map(keyOf))),
  };
}
