import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../server/src/cli/diff.ts';
import { applyEdits, type TextEdit } from '../../server/src/text/edits.ts';

const edit = (start: number, end: number, newText: string): TextEdit => ({ span: { start, end }, newText });

/** Applies a unified diff as `patch` would, and refuses lines that do not fit. */
function patch(text: string, diff: string): string {
  const old = text === '' ? [] : text.split(/(?<=\n)/);
  const out: string[] = [];
  let at = 0;
  const lines = diff.split(/(?<=\n)/).slice(2);
  for (let i = 0; i < lines.length; ) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$/.exec(lines[i++] ?? '');
    if (header === null) throw new Error(`no hunk: ${lines[i - 1]}`);
    const [start, before, newStart, after] = [1, 2, 3, 4].map((n) => Number(header[n] ?? 1)) as [
      number,
      number,
      number,
      number,
    ];
    const first = before === 0 ? start : start - 1;
    while (at < first) out.push(old[at++] ?? '');
    expect(out.length).toBe(after === 0 ? newStart : newStart - 1);
    for (let used = 0, made = 0; used < before || made < after; ) {
      const line = lines[i++] ?? '';
      const unended = lines[i]?.startsWith('\\ ') === true;
      if (unended) i++;
      const bare = line.slice(1, unended ? -1 : undefined);
      if (line[0] !== '+') {
        expect(bare).toBe(old[at++]);
        used++;
      }
      if (line[0] !== '-') {
        out.push(bare);
        made++;
      }
    }
  }
  return [...out, ...old.slice(at)].join('');
}

describe('unifiedDiff', () => {
  it('shows three lines around a change', () => {
    const text = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    expect(unifiedDiff('dir/x.conf', text, [edit(8, 9, 'E')])).toBe(
      '--- a/dir/x.conf\n+++ b/dir/x.conf\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    );
  });

  it('joins near changes, and keeps far ones apart', () => {
    const text = Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join('');
    const near = unifiedDiff('x', text, [
      edit(0, 0, 'new\n'),
      edit(text.indexOf('line 6'), text.indexOf('line 7'), ''),
    ]);
    expect(near.match(/^@@.*/gm)).toEqual(['@@ -1,10 +1,10 @@']);
    const far = unifiedDiff('x', text, [
      edit(0, 0, 'new\n'),
      edit(text.indexOf('line 12'), text.indexOf('line 13'), ''),
    ]);
    expect(far.match(/^@@.*/gm)).toEqual(['@@ -1,3 +1,4 @@', '@@ -10,7 +11,6 @@']);
  });

  it.each([
    ['with space', '--- a/with space\t\n+++ b/with space\t\n'],
    ['new\nline', '--- "a/new\\nline"\n+++ "b/new\\nline"\n'],
    ['a"b\\c\u001b', '--- "a/a\\"b\\\\c\\033"\n+++ "b/a\\"b\\\\c\\033"\n'],
    ['ünï', '--- a/ünï\n+++ b/ünï\n'],
  ])('names %j as git does', (name, header) => {
    expect(unifiedDiff(name, 'a\n', [edit(0, 1, 'b')]).slice(0, header.length)).toBe(header);
  });

  it('says where a line end is missing', () => {
    expect(unifiedDiff('x', 'a', [edit(1, 1, '\nb')])).toBe(
      '--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n',
    );
  });

  it('is empty where nothing changes', () => {
    expect(unifiedDiff('x', 'a\nb\n', [edit(0, 1, 'a')])).toBe('');
    expect(unifiedDiff('x', 'a\nb\n', [])).toBe('');
  });

  it('fills an empty file, and empties a full one', () => {
    expect(unifiedDiff('x', '', [edit(0, 0, 'a\n')])).toBe('--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n');
    expect(unifiedDiff('x', 'a\n', [edit(0, 2, '')])).toBe('--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n');
  });

  it('leads from the text to the edited text, whatever the edits', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', '\n', '\n', '\r\n'), { maxLength: 60 })
      .map((parts) => parts.join(''));
    const cuts = fc.array(fc.tuple(fc.nat(80), fc.nat(6), fc.constantFrom('', 'x', '\n', 'x\ny\n', 'z\r\n')), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(text, cuts, (before, wishes) => {
        const edits: TextEdit[] = [];
        let free = 0;
        for (const [at, length, newText] of [...wishes].sort((a, b) => a[0] - b[0])) {
          const start = Math.min(Math.max(at, free), before.length);
          const end = Math.min(start + length, before.length);
          if (edits.some((other) => other.span.start === start && other.span.end === end)) continue;
          edits.push(edit(start, end, newText));
          free = end;
        }
        expect(patch(before, unifiedDiff('x', before, edits))).toBe(applyEdits(before, edits));
      }),
      { numRuns: 2_000 },
    );
  });
});
