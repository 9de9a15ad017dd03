import { describe, expect, it } from 'vitest';
import { codeFrame } from '../../server/src/cli/frame.ts';
import { columnsOf, harmless, painter, wantsColours } from '../../server/src/cli/terminal.ts';
import { createFileStore, noDependencies } from '../../server/src/files/store.ts';
import { memoryHost } from '../kit/memory-host.ts';

/** The frame of the only `mark` in a text. */
function frame(text: string, mark: string, width = 60): string {
  const opened = createFileStore(memoryHost(new Map([['/x', text]]))).open('/x', noDependencies());
  if (!opened.ok) throw new Error(opened.detail);
  const start = text.indexOf(mark);
  return codeFrame(opened.file, { start, end: start + mark.length }, width, painter(false)).join('\n');
}

describe('codeFrame', () => {
  it('shows a line before and after, and carets under the place', () => {
    expect(frame('one;\ntwo three;\nfour;\n', 'three')).toBe(
      '  1 │ one;\n> 2 │ two three;\n    │     ^^^^^\n  3 │ four;',
    );
  });

  it('leaves empty neighbours out, and has no place outside the file', () => {
    expect(frame('\nbad\n\n', 'bad')).toBe('> 2 │ bad\n    │ ^^^');
  });

  it('keeps tabs, and counts wide and combining characters as a terminal does', () => {
    expect(frame('\t日本 e\u0301 bad;', 'bad')).toBe('> 1 │ \t日本 e\u0301 bad;\n    │ \t       ^^^');
  });

  it('marks every line of a place that spans several', () => {
    expect(frame('a {\n  b;\n}\nc;\n', 'a {\n  b;\n}')).toBe('> 1 │ a {\n> 2 │   b;\n> 3 │ }\n  4 │ c;');
  });

  it('leaves out the rest of a long place', () => {
    const text = Array.from({ length: 12 }, (_, i) => `line ${i};\n`).join('');
    const shown = frame(text, text).split('\n');
    expect(shown[0]).toBe('>  1 │ line 0;'.replace('  1', ' 1'));
    expect(shown).toHaveLength(7);
    expect(shown.at(-1)).toBe('    │ …');
  });

  it('shows one caret where a place is empty', () => {
    expect(frame('abc', '')).toBe('> 1 │ abc\n    │ ^');
  });

  it('works at CRLF and lone CR line ends', () => {
    expect(frame('one;\r\ntwo;\rthree;', 'two')).toBe('  1 │ one;\n> 2 │ two;\n    │ ^^^\n  3 │ three;');
  });

  it('clips wide lines around the place', () => {
    const text = `${'x'.repeat(500)} bad ${'y'.repeat(500)}`;
    const [line = '', carets = ''] = frame(text, 'bad').split('\n');
    expect(line.length).toBeLessThanOrEqual(60);
    expect(line).toMatch(/^> 1 │ …x+ bad y+…$/u);
    expect(carets.indexOf('^^^')).toBe(line.indexOf('bad'));
  });

  it('is quick on a line without end', () => {
    const text = `${'x'.repeat(5_000_000)}bad`;
    const start = performance.now();
    for (let i = 0; i < 5; i++) frame(text, 'bad');
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('never prints controls raw', () => {
    const shown = frame('a\u001B[31m\u0000\u009B\u202Eb bad', 'bad');
    expect(shown).toBe('> 1 │ a␛[31m␀\uFFFD\uFFFDb bad\n    │            ^^^');
  });
});

describe('terminal', () => {
  it('makes text harmless', () => {
    expect(harmless('a\tb\r\n\u007F\u0085\u2028')).toBe('a\tb␍␊␡\uFFFD\uFFFD');
  });

  it('knows the width of characters', () => {
    expect(['a', 'é', '日', '😀', '\u0301', '\u200D'].map(columnsOf)).toEqual([1, 1, 2, 2, 0, 0]);
  });

  it('colours only where that is wanted', () => {
    expect(wantsColours(true, {})).toBe(true);
    expect(wantsColours(true, { NO_COLOR: '' })).toBe(true);
    expect(wantsColours(true, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColours(true, { TERM: 'dumb' })).toBe(false);
    expect(wantsColours(false, {})).toBe(false);
    expect(painter(true)('red', 'x')).toBe('\u001B[31mx\u001B[39m');
  });
});
