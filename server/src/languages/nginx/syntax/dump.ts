/** Owns the output of `nginx -T`: several files in one text, each behind a `# configuration file /path:` line. */
import { type Span, span } from '../../../text/span.ts';

export interface DumpedFile {
  readonly path: string;
  /** The file's own text, without the marker line and without the line end that `nginx -T` adds. */
  readonly span: Span;
}

const BEGINNING = '# configuration file ';
const MARKER = /^# configuration file (\S.*?):\r?$/gm;
/** `nginx -T 2>&1` starts with what `nginx -t` prints: `nginx: the configuration file … syntax is ok`, warnings. */
const PREAMBLE_LINE = /^(?:nginx: .*|\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[.*|\s*)$/;

/** The files of a dump, in nginx's order; undefined when the text is no dump but a configuration itself. */
export function splitDump(text: string): DumpedFile[] | undefined {
  let start = 0;
  while (!text.startsWith(BEGINNING, start)) {
    const end = text.indexOf('\n', start);
    if (end < 0 || !PREAMBLE_LINE.test(text.slice(start, end))) return undefined;
    start = end + 1;
  }
  const markers = [...text.matchAll(MARKER)];
  if (markers[0]?.index !== start) return undefined;
  return markers.map((marker, index) => {
    const start = Math.min(marker.index + marker[0].length + 1, text.length);
    const next = markers[index + 1]?.index ?? text.length;
    return { path: marker[1] ?? '', span: span(start, Math.max(start, withoutLineEnd(text, next))) };
  });
}

function withoutLineEnd(text: string, end: number): number {
  if (text[end - 1] !== '\n') return end;
  return text[end - 2] === '\r' ? end - 2 : end - 1;
}
