/** Owns the grammar of cipher strings: which rules OpenSSL reads from one, and where (ssl_cipher_process_rulestr, ssl/ssl_ciph.c). */
import { type Span, span } from '../text/span.ts';
import type { Level } from './levels.ts';
import { type Library, since } from './libraries.ts';
import type { Operation } from './order.ts';
import { both, type Selector } from './selector.ts';

export type TokenKind =
  /** `!`, `-`, `+` before a name, and the `+` between names. */
  | 'operator'
  | 'suite'
  | 'alias'
  /** `DEFAULT` at the start, and `SUITEB128` and its kin. */
  | 'keyword'
  /** `@STRENGTH` and `@SECLEVEL=1`. */
  | 'command'
  | 'unknown'
  /** What stands behind an unknown name or a contradiction, up to the next separator: OpenSSL skips it. */
  | 'ignored'
  /** Where OpenSSL gives up on the whole string. */
  | 'invalid';

export interface Token {
  readonly span: Span;
  readonly kind: TokenKind;
}

export type StringOperation = Exclude<Operation, 'bump'>;

export type Rule =
  /** `selector` is undefined where a name is unknown, or where the names contradict each other (`AES+RC4`). */
  | { readonly kind: 'select'; readonly span: Span; readonly operation: StringOperation; readonly selector?: Selector }
  | { readonly kind: 'strength'; readonly span: Span }
  | { readonly kind: 'level'; readonly span: Span; readonly level: Level }
  | { readonly kind: 'default'; readonly span: Span };

export interface UnknownName {
  readonly name: string;
  readonly span: Span;
  /** What was to be done with it: removing what is not there is harmless. */
  readonly operation: StringOperation;
}

export interface Reading {
  readonly rules: readonly Rule[];
  readonly tokens: readonly Token[];
  readonly unknown: readonly UnknownName[];
  /** OpenSSL's "invalid command": the whole string is refused. */
  readonly invalid?: Span;
}

/** What a name stands for; undefined where the library does not know it. */
export type Lookup = (name: string) => { readonly kind: 'suite' | 'alias'; readonly selector: Selector } | undefined;

const SEPARATORS = ':,; ';
const OPERATIONS = new Map<string, StringOperation>([
  ['!', 'kill'],
  ['-', 'delete'],
  ['+', 'order'],
]);

/** Reads a string; never throws. Letters count, blanks other than the space are invalid. */
export function readRules(text: string, library: Library, lookup: Lookup): Reading {
  const reader = new Reader(text, library, lookup);
  if (text.startsWith('DEFAULT')) reader.default();
  while (reader.more()) reader.rule();
  return reader.reading;
}

class Reader {
  readonly #rules: Rule[] = [];
  readonly #tokens: Token[] = [];
  readonly #unknown: UnknownName[] = [];
  #invalid: Span | undefined;
  #at = 0;
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #library: Library;
  readonly #word: RegExp;

  constructor(text: string, library: Library, lookup: Lookup) {
    this.#text = text;
    this.#lookup = lookup;
    this.#library = library;
    // `=` came with @SECLEVEL, `_` with IANA's names.
    const more = since(library, '3.2') ? '=_' : since(library, '1.1.1') ? '=' : '';
    this.#word = new RegExp(`[A-Za-z0-9.${more}-]*`, 'y');
  }

  get reading(): Reading {
    const invalid = this.#invalid;
    const lists = { rules: this.#rules, tokens: this.#tokens, unknown: this.#unknown };
    return invalid === undefined ? lists : { ...lists, invalid };
  }

  more(): boolean {
    while (this.#separated() && this.#at < this.#text.length) this.#at++;
    return this.#at < this.#text.length && this.#invalid === undefined;
  }

  default(): void {
    this.#at = 'DEFAULT'.length;
    this.#rules.push({ kind: 'default', span: this.#token('keyword', 0) });
  }

  rule(): void {
    const start = this.#at;
    const operation = OPERATIONS.get(this.#here());
    if (this.#here() === '@') this.#command(start);
    else {
      if (operation !== undefined) {
        this.#at++;
        this.#token('operator', start);
      }
      this.#select(start, operation ?? 'add');
    }
  }

  /** Reads `name`, or `name+name+…`; what follows without a separator is the next rule, such as in `ALL!aNULL`. */
  #select(start: number, operation: StringOperation): void {
    let selector: Selector | undefined;
    for (let first = true; ; first = false) {
      const from = this.#at;
      const name = this.#readWord();
      if (name === '') {
        this.#refuse();
        return;
      }
      const found = this.#lookup(name);
      if (found === undefined) {
        this.#unknownName(from, operation);
        selector = undefined;
        break;
      }
      this.#token(found.kind, from);
      selector = first ? found.selector : both(selector ?? {}, found.selector, this.#library);
      if (this.#here() !== '+') break;
      this.#at++;
      this.#token('operator', this.#at - 1);
      if (selector === undefined) break;
    }
    if (selector === undefined) this.#skip();
    const where = span(start, this.#at);
    this.#rules.push({ kind: 'select', span: where, operation, ...(selector === undefined ? {} : { selector }) });
  }

  /** An unknown name is shown whole, also where this release stops reading at a `_`. */
  #unknownName(from: number, operation: StringOperation): void {
    const name = /[\w.=-]*/y;
    name.lastIndex = from;
    this.#at = from + (name.exec(this.#text)?.[0].length ?? 0);
    const where = this.#token('unknown', from);
    this.#unknown.push({ name: this.#text.slice(from, this.#at), span: where, operation });
  }

  #command(start: number): void {
    this.#at++;
    const word = this.#readWord();
    const level = /^SECLEVEL=([0-5])$/.exec(word)?.[1];
    if (word !== 'STRENGTH' && level === undefined) {
      this.#refuse(start);
      return;
    }
    const where = this.#token('command', start);
    this.#rules.push(
      level === undefined
        ? { kind: 'strength', span: where }
        : { kind: 'level', span: where, level: Number(level) as Level },
    );
    this.#skip();
  }

  #refuse(from = this.#at): void {
    const end = Math.max(this.#at, Math.min(from + 1, this.#text.length));
    this.#invalid = span(from, end);
    this.#tokens.push({ span: this.#invalid, kind: 'invalid' });
  }

  #skip(): void {
    const from = this.#at;
    while (!this.#separated()) this.#at++;
    if (this.#at > from) this.#token('ignored', from);
  }

  #readWord(): string {
    this.#word.lastIndex = this.#at;
    const word = this.#word.exec(this.#text)?.[0] ?? '';
    this.#at += word.length;
    return word;
  }

  #token(kind: TokenKind, from: number): Span {
    const where = span(from, this.#at);
    this.#tokens.push({ span: where, kind });
    return where;
  }

  #here(): string {
    return this.#text.charAt(this.#at);
  }

  /** At a separator or at the end. */
  #separated(): boolean {
    return SEPARATORS.includes(this.#here());
  }
}
