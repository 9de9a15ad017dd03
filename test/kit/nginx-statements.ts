/** Owns a small reader of nginx's directives for tests, independent of the parser under test. No Lua blocks. */

import type { Word } from './rewrite.ts';

/** One directive: `name words… ;` or `name words… {`. */
export interface Statement {
  readonly name: string;
  /** Without the name. */
  readonly words: readonly Word[];
  readonly start: number;
  /** Behind its `;` or `{`. */
  readonly end: number;
  readonly isBlock: boolean;
  /** The block around it in the same file. */
  readonly parent: Statement | undefined;
}

// White space or a comment, then a quoted word, a bare word (in which `${` is ordinary), or one of `; { }`.
const TOKEN =
  /(?:\s|#[^\n]*(?=\n|$))*(?:("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?:\\.|\$\{|[^\s;{}\\"'#])(?:\\.|\$\{|[^\s;{\\])*)|([;{}]))/sy;

/** The directives in the order of the text; what cannot be read ends the list, and the server will say why. */
export function nginxStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  let parent: Statement | undefined;
  let words: Word[] = [];
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    const end = TOKEN.lastIndex;
    const [, word, mark] = token;
    if (word !== undefined) {
      words.push({ text: word, start: end - word.length, end });
    } else if (mark === '}') {
      parent = parent?.parent;
    } else {
      const [name, ...rest] = words;
      words = [];
      if (name === undefined) continue;
      const isBlock = mark === '{';
      const statement: Statement = { name: name.text, words: rest, start: name.start, end, isBlock, parent };
      statements.push(statement);
      if (isBlock) parent = statement;
    }
  }
  return statements;
}
