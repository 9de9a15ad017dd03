/** Owns the look of what fixes write: where lines go that others share, and what is left where one is taken out. */
import { describe, expect, it } from 'vitest';
import { linesAfter, removal } from '../../server/src/languages/nginx/realize/layout.ts';
import { parse } from '../../server/src/languages/nginx/syntax/parser.ts';
import { applyEdits, type TextEdit } from '../../server/src/text/edits.ts';
import { loadProject } from './project.ts';

/** The text after an edit at its directive `mark`. */
function edited(text: string, edit: (...of: Parameters<typeof removal>) => TextEdit): string {
  const file = loadProject({ 'nginx.conf': text }).files.find(({ id }) => id === '/w/nginx.conf');
  const [server] = parse(text).items;
  const mark = server?.block?.items.find(({ name }) => name.value === 'mark');
  if (file === undefined || mark === undefined) throw new Error('there is no mark');
  return applyEdits(text, [edit(file, mark)]);
}

const added = (text: string) => edited(text, (file, mark) => linesAfter(file, mark, ['if (a) {', '  b;', '}']));
const removed = (text: string) => edited(text, removal);

describe('new lines', () => {
  it('are lines of their own behind one that begins its line', () => {
    expect(added('server {\n  mark; # why\n  c;\n}\n')).toBe(
      'server {\n  mark; # why\n  if (a) {\n    b;\n  }\n  c;\n}\n',
    );
  });

  it('stay on a line that others share', () => {
    expect(added('server {\n  mark; c;\n}\n')).toBe('server {\n  mark; if (a) { b; } c;\n}\n');
    expect(added('server { mark; }\n')).toBe('server { mark; if (a) { b; } }\n');
    expect(added('server { mark; # why\n  c;\n}\n')).toBe('server { mark; if (a) { b; } # why\n  c;\n}\n');
  });
});

describe('what is taken out', () => {
  it('leaves no gap', () => {
    expect(removed('server {\n  mark;\n  c;\n}\n')).toBe('server {\n  c;\n}\n');
    expect(removed('server {\n  mark;  c;\n}\n')).toBe('server {\n  c;\n}\n');
    expect(removed('server {\n  c; mark; d;\n}\n')).toBe('server {\n  c; d;\n}\n');
    expect(removed('server { mark; c; }\n')).toBe('server { c; }\n');
  });

  it('leaves a comment where it is', () => {
    expect(removed('server {\n  mark; # why\n}\n')).toBe('server {\n  # why\n}\n');
  });
});
