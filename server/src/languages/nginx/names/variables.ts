/** Owns where variables are defined and used: in arguments and strings, in regular expressions that name groups, in Lua. */
import type { SourceFile } from '../../../files/store.ts';
import { span } from '../../../text/span.ts';
import { isPattern } from '../lower/undefined.ts';
import type { NginxProject } from '../project.ts';
import type { Entry, Scope } from '../scope.ts';
import { TABLES, type Word } from '../syntax/tree.ts';
import { type Variable, variablesIn } from '../syntax/variables.ts';
import { type Occurrence, placeInWord, worldOf } from './occurrences.ts';

/** Which argument names the variable that a directive defines; -1 is the last. */
const DEFINES: ReadonlyMap<string, number> = new Map([
  ['map', 1],
  ['split_clients', 1],
  ['keyval', 1],
  ['geo', -1],
  ...['set', 'auth_request_set', 'js_set', 'js_var', 'perl_set', 'auth_jwt_claim_set', 'auth_jwt_header_set'].map(
    (name) => [name, 0] as const,
  ),
]);

/** The index of the argument that a directive defines; those of `set_by_lua` and of the set-misc module are first. */
function definedBy({ directive }: Entry): number | undefined {
  const index = DEFINES.get(directive.name.value) ?? (directive.name.value.startsWith('set_') ? 0 : undefined);
  return index === -1 ? directive.args.length - 1 : index;
}

/** Blocks whose lines are no directives: `match` is nginx Plus's. The values of `map` may use variables, those of the others are plain texts. */
const isTable = (block: string): boolean => TABLES.has(block) || block === 'match';

const NAMED_GROUP = /\(\?P?[<'](\w+)[>']/g;
const LUA_VARIABLE = /\bngx\.var(?:\.|\[\s*["'])(\w+)/g;

/** All occurrences of variables; a file that is included twice gives them twice. nginx ignores the case of their names. */
export function variableOccurrences(project: NginxProject): Occurrence[] {
  const out: Occurrence[] = [];
  for (const scope of project.scopes) {
    const finder = new Finder(worldOf(scope), out);
    for (const entry of scope.entries) finder.entry(entry, scope);
  }
  return out;
}

class Finder {
  readonly #world: string;
  readonly #out: Occurrence[];

  constructor(world: string, out: Occurrence[]) {
    this.#world = world;
    this.#out = out;
  }

  entry(entry: Entry, scope: Scope): void {
    const { file, directive } = entry;
    const { name, args, block } = directive;
    if (isTable(scope.name)) {
      if (scope.name !== 'map') return;
      this.#groups(file, name);
      for (const arg of args) this.#variables(file, arg, false);
      return;
    }
    // A line of `geoip2`: `$variable source=$address country iso_code`.
    if (name.value.startsWith('$')) this.#variables(file, name, true);
    const defined = definedBy(entry);
    args.forEach((arg, index) => {
      if (isRegex(entry, index)) this.#groups(file, arg);
      else this.#variables(file, arg, index === defined);
      if (name.value.includes('_by_lua')) this.#lua(file, arg.span.start, arg.span.end);
    });
    if (block?.body === 'lua') this.#lua(file, block.raw.start, block.raw.end);
  }

  /** `defines`: the word is the variable that its directive defines. */
  #variables(file: SourceFile, word: Word, defines: boolean): void {
    if (!word.value.includes('$')) return;
    for (const variable of variablesIn(word.value)) {
      if (!/^[1-9]/.test(variable.name)) this.#add(file, word, variable, defines && variable.start === 0);
    }
  }

  #add(file: SourceFile, word: Word, { name, start, end, braced }: Variable, defines: boolean): void {
    const from = start + (braced ? 2 : 1);
    this.#put(
      file,
      placeInWord(file, word, from, from + name.length),
      placeInWord(file, word, start, end),
      name,
      defines,
    );
  }

  #groups(file: SourceFile, word: Word): void {
    if (!word.value.includes('(?')) return;
    for (const group of word.value.matchAll(NAMED_GROUP)) {
      const name = group[1] ?? '';
      const start = group.index + group[0].length - 1 - name.length;
      const place = placeInWord(file, word, start, start + name.length);
      this.#put(file, place, place, name, true);
    }
  }

  #lua(file: SourceFile, from: number, to: number): void {
    for (const found of file.text.slice(from, to).matchAll(LUA_VARIABLE)) {
      const name = found[1] ?? '';
      const end = from + found.index + found[0].length;
      const place = span(end - name.length, end);
      this.#put(file, place, place, name, false);
    }
  }

  #put(file: SourceFile, place: Occurrence['span'], area: Occurrence['area'], name: string, defines: boolean): void {
    const key = `${this.#world} $${name.toLowerCase()}`;
    this.#out.push({ file: file.id, span: place, area, kind: 'variable', key, name, defines });
  }
}

/** Whether an argument is a regular expression, where `$` is the end of the text. */
function isRegex(entry: Entry, index: number): boolean {
  const { name, args } = entry.directive;
  const value = args[index]?.value ?? '';
  if (value.startsWith('~') && value.length > 2) return true;
  switch (name.value) {
    case 'location':
      return index > 0 && (args[0]?.value ?? '').startsWith('~');
    case 'rewrite':
      return index === 0;
    case 'if':
      return isPattern(entry, index);
    default:
      return false;
  }
}
