/** Owns running our grammars as VS Code does: with vscode-textmate and Oniguruma. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, type IRawGrammar, Registry } from 'vscode-textmate';
import { grammars } from '../../syntaxes/src/index.ts';

export type GrammarName = keyof typeof grammars;

export interface Token {
  readonly text: string;
  readonly scopes: readonly string[];
}

export type Tokenizer = (text: string) => readonly (readonly Token[])[];

let onig: Promise<void> | undefined;

/** Splits a text into lines of tokens; throws when a single line takes longer than `millisecondsPerLine`. */
export async function tokenizer(name: GrammarName, millisecondsPerLine = 2000): Promise<Tokenizer> {
  onig ??= loadWASM(readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm')));
  await onig;
  const byScope = new Map<string, unknown>(Object.values(grammars).map((grammar) => [grammar.scopeName, grammar]));
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scope) => (byScope.get(scope) ?? null) as IRawGrammar | null,
  });
  const grammar = await registry.loadGrammar(grammars[name].scopeName);
  if (grammar === null) throw new Error(`no grammar ${name}`);
  return (text) => {
    let state = INITIAL;
    return text.split(/\r\n|\n|\r/).map((line) => {
      const result = grammar.tokenizeLine(line, state, millisecondsPerLine);
      if (result.stoppedEarly) throw new Error(`longer than ${millisecondsPerLine} ms: ${line.slice(0, 80)}`);
      state = result.ruleStack;
      return result.tokens.map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex),
        scopes,
      }));
    });
  };
}

/** The scopes at the first place of `part`; of several tokens there, those of the first. */
export function scopesAt(lines: readonly (readonly Token[])[], part: string): readonly string[] {
  for (const tokens of lines) {
    let rest = tokens
      .map(({ text }) => text)
      .join('')
      .indexOf(part);
    if (rest < 0) continue;
    for (const token of tokens) {
      if (rest < token.text.length) return token.scopes;
      rest -= token.text.length;
    }
  }
  throw new Error(`no ${part}`);
}
