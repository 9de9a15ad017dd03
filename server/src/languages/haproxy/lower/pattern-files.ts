/** Owns files of patterns and maps that lines name: `map(<file>)` of samples, `-f <file>` of ACLs; they are linked, not read. */
import type { FileId } from '../../../files/host.ts';
import type { Fact } from '../../../model/origin.ts';
import { type Span, span } from '../../../text/span.ts';
import { locate, type PathContext } from '../paths.ts';
import type { Statement } from '../syntax/tree.ts';

export interface PatternFile {
  readonly span: Span;
  readonly file: Fact<FileId>;
}

const MAP = /(?:^|[,[%{\s])map(?:_[a-z0-9_]+)?\(([^,()\s]+)/g;

/** The files that one line names; `virt@` and `opt@` before a name say that there is none, or may be none (2.9). */
export function patternFiles({ words, source }: Statement, context: PathContext): PatternFile[] {
  return words.flatMap((word, i): PatternFile[] => {
    // Behind quotes and backslashes the place would be another one.
    const shift = word.span.end - word.span.start - word.value.length;
    if (word.variable || (shift !== 0 && shift !== 2)) return [];
    const at = word.span.start + shift / 2;
    const named = words[i - 1]?.value === '-f' ? [{ path: word.value, start: at }] : [];
    const mapped = [...word.value.matchAll(MAP)].map(({ 0: all, 1: path = '', index }) => ({
      path,
      start: at + index + all.length - path.length,
    }));
    return [...named, ...mapped]
      .filter(({ path }) => !/^(?:virt|opt)@|%/.test(path))
      .map(({ path, start }) => ({
        span: span(start, start + path.length),
        file: locate(path.replace(/^file@/, ''), undefined, source.file, context),
      }));
  });
}
