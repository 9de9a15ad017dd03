/**
 * Owns a second tokenizer to compare with: nginx's ngx_conf_read_token and ngx_conf_parse written down state by state over
 * bytes, with nothing added. It stops at the first error.
 */

export interface ReferenceDirective {
  readonly words: readonly string[];
  readonly block: ReferenceDirective[] | undefined;
}

export type ReferenceResult =
  | { readonly kind: 'accepted'; readonly items: readonly ReferenceDirective[] }
  | { readonly kind: 'refused'; readonly message: string };

type TokenResult =
  | { readonly kind: ';'; readonly words: readonly string[] }
  | { readonly kind: '{'; readonly words: readonly string[] }
  | { readonly kind: '}' }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly message: string };

const BUFFER = 4096;
const TABLES = ['map', 'types', 'geo', 'split_clients', 'charset_map'];

const SPACE = [' ', '\t', '\r', '\n'];

class Reader {
  private readonly bytes: Buffer;
  private pos = 0;

  constructor(text: string) {
    this.bytes = Buffer.from(text, 'utf8');
  }

  readToken(): TokenResult {
    const words: string[] = [];
    let found = false;
    let needSpace = false;
    let lastSpace = true;
    let sharpComment = false;
    let variable = false;
    let quoted = false;
    let singleQuoted = false;
    let doubleQuoted = false;
    let start = this.pos;
    for (;;) {
      if (this.pos >= this.bytes.length) {
        if (words.length > 0 || !lastSpace) {
          return { kind: 'error', message: 'unexpected end of file, expecting ";" or "}"' };
        }
        return { kind: 'end' };
      }
      if (this.pos - start === BUFFER) {
        if (doubleQuoted || singleQuoted) {
          const quote = doubleQuoted ? '"' : "'";
          return { kind: 'error', message: `too long parameter, probably missing terminating "${quote}" character` };
        }
        const shown = this.bytes.toString('utf8', start, start + 10);
        return { kind: 'error', message: `too long parameter "${shown}..." started` };
      }
      const byte = this.bytes[this.pos++] ?? 0;
      const ch = byte < 128 ? String.fromCharCode(byte) : '\ufffd';
      if (ch === '\n') sharpComment = false;
      if (sharpComment) continue;
      if (quoted) {
        quoted = false;
        continue;
      }
      if (needSpace) {
        if (SPACE.includes(ch)) {
          lastSpace = true;
          needSpace = false;
          continue;
        }
        if (ch === ';' || ch === '{') return { kind: ch, words };
        if (ch !== ')') return { kind: 'error', message: `unexpected "${ch}"` };
        lastSpace = true;
        needSpace = false;
      }
      if (lastSpace) {
        start = this.pos - 1;
        if (SPACE.includes(ch)) continue;
        if (ch === ';' || ch === '{') {
          return words.length === 0 ? { kind: 'error', message: `unexpected "${ch}"` } : { kind: ch, words };
        }
        if (ch === '}') {
          return words.length === 0 ? { kind: '}' } : { kind: 'error', message: 'unexpected "}"' };
        }
        if (ch === '#') {
          sharpComment = true;
          continue;
        }
        lastSpace = false;
        if (ch === '\\') quoted = true;
        else if (ch === '$') variable = true;
        else if (ch === '"') {
          start++;
          doubleQuoted = true;
        } else if (ch === "'") {
          start++;
          singleQuoted = true;
        }
        continue;
      }
      if (ch === '{' && variable) continue;
      variable = false;
      if (ch === '\\') {
        quoted = true;
        continue;
      }
      if (ch === '$') {
        variable = true;
        continue;
      }
      if (doubleQuoted || singleQuoted) {
        if (ch === (doubleQuoted ? '"' : "'")) {
          doubleQuoted = false;
          singleQuoted = false;
          needSpace = true;
          found = true;
        }
      } else if (SPACE.includes(ch) || ch === ';' || ch === '{') {
        lastSpace = true;
        found = true;
      }
      if (found) {
        words.push(this.copy(start, this.pos - 1));
        if (ch === ';' || ch === '{') return { kind: ch, words };
        found = false;
      }
    }
  }

  private copy(start: number, end: number): string {
    const out: number[] = [];
    for (let src = start; src < end; src++) {
      const byte = this.bytes[src] ?? 0;
      const next = String.fromCharCode(this.bytes[src + 1] ?? 0);
      if (byte !== 0x5c || !'"\'\\trn'.includes(next)) {
        out.push(byte);
        continue;
      }
      out.push({ t: 9, r: 13, n: 10 }[next] ?? next.charCodeAt(0));
      src++;
    }
    return Buffer.from(out).toString('utf8');
  }
}

/** What nginx's reader makes of a text. */
export function referenceParse(text: string): ReferenceResult {
  const reader = new Reader(text);
  const top: ReferenceDirective[] = [];
  const open: { items: ReferenceDirective[]; table: boolean }[] = [{ items: top, table: false }];
  for (;;) {
    const token = reader.readToken();
    const here = open.at(-1);
    if (token.kind === 'error') return { kind: 'refused', message: token.message };
    if (here === undefined) throw new Error('the outermost level is never closed');
    if (token.kind === '}') {
      if (open.length === 1) return { kind: 'refused', message: 'unexpected "}"' };
      open.pop();
    } else if (token.kind === 'end') {
      if (open.length > 1) return { kind: 'refused', message: 'unexpected end of file, expecting "}"' };
      return { kind: 'accepted', items: top };
    } else if (token.kind === ';') here.items.push({ words: token.words, block: undefined });
    else {
      if (here.table) return { kind: 'refused', message: 'unexpected "{"' };
      const block: ReferenceDirective[] = [];
      here.items.push({ words: token.words, block });
      open.push({ items: block, table: TABLES.includes(token.words[0] ?? '') });
    }
  }
}
