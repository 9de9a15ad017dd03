/** Owns the fast way through blocks as nearly all are: lines of base64 and nothing else. */
import { END, type PemLines, TAIL } from './pem-lines.ts';

/** Blocks longer than this are read line by line; so are those with lines that are longer than usual. */
const PLAIN_LIMIT = 65_536;
const PLAIN_LINE = 200;

/** What `contentOf` in pem.ts gives. */
export interface PlainContent {
  readonly kind: 'content';
  readonly header: '';
  readonly bytes: Uint8Array;
  readonly dash: undefined;
}

/**
 * The content of a block as nearly all are: lines of base64 and nothing else. It is what `contentOf` finds, in a tenth of
 * the time; undefined where anything is unusual, and then no line was read.
 */
export function plainContent(text: string, lines: PemLines, label: string): PlainContent | undefined {
  const { at, start, end } = lines;
  const bytes = plainBytes(text, at);
  if (bytes === undefined) return undefined;
  lines.at = text.indexOf(END, at);
  if (lines.next(false) && text.slice(lines.start + END.length, lines.end) === label + TAIL)
    return { kind: 'content', header: '', bytes, dash: undefined };
  Object.assign(lines, { at, start, end });
  return undefined;
}

/** The bytes of the base64 lines from an offset to the END line, if they are plain. */
function plainBytes(text: string, from: number): Uint8Array | undefined {
  const to = text.indexOf(END, from);
  if (to < 0 || to - from > PLAIN_LIMIT || text[to - 1] !== '\n') return undefined;
  const body = text.slice(from, to);
  // The only characters outside of base64 that Node takes; the others come out as bytes too few.
  if (body.includes('-') || body.includes('_')) return undefined;
  let count = 0;
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\n', at);
    if (end === at || end - at > PLAIN_LINE) return undefined;
    count += end - at;
    at = end + 1;
  }
  const pad = body.indexOf('=');
  const pads = pad < 0 ? 0 : body.length - 1 - pad;
  if (count === 0 || count % 4 !== 0 || pads > 2 || (pads === 2 && body[pad + 1] !== '=')) return undefined;
  // Not from the pool that buffers share: what is read here may be a key.
  const bytes = Buffer.allocUnsafeSlow((count / 4) * 3 - pads);
  return bytes.write(body, 'base64') === bytes.length ? new Uint8Array(bytes.buffer) : undefined;
}
