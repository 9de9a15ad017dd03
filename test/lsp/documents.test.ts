/** Owns the proof that the server's text of an open document is the editor's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChanges, createDocuments } from '../../server/src/lsp/documents.ts';
import { lineIndex } from '../../server/src/text/lines.ts';

const at = (line: number, character: number) => ({ line, character });

describe('open documents', () => {
  it('take changes one after the other, each against the text before it', () => {
    const text = applyChanges('a\r\nb\r\nc', [
      { range: { start: at(1, 0), end: at(1, 1) }, text: 'BB\nB' },
      { range: { start: at(2, 1), end: at(3, 0) }, text: '' },
      { range: { start: at(0, 0), end: at(0, 0) }, text: '😀' },
      { range: { start: at(0, 2), end: at(0, 3) }, text: 'x' },
    ]);
    expect(text).toBe('😀x\r\nBB\nBc');
  });

  it('a change without a range is the whole text', () => {
    expect(applyChanges('old', [{ text: 'new' }])).toBe('new');
  });

  it('a range behind the end, or the wrong way round, harms nothing', () => {
    expect(applyChanges('ab', [{ range: { start: at(7, 7), end: at(9, 9) }, text: 'c' }])).toBe('abc');
    expect(applyChanges('ab', [{ range: { start: at(0, 2), end: at(0, 1) }, text: 'c' }])).toBe('abc');
  });

  it('any splice gives what the editor has', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\r\n', 'é', '😀', ' ') });
    fc.assert(
      fc.property(text, text, fc.nat(), fc.nat(), (before, inserted, a, b) => {
        const lines = lineIndex(before);
        const [start, end] = [a % (before.length + 1), b % (before.length + 1)].sort((x, y) => x - y) as [
          number,
          number,
        ];
        const range = { start: lines.positionAt(start), end: lines.positionAt(end) };
        // The editor counts positions; an offset in the middle of CR LF has the position of the line's end.
        const from = lines.offsetAt(range.start);
        const to = lines.offsetAt(range.end);
        expect(applyChanges(before, [{ range, text: inserted }])).toBe(
          before.slice(0, from) + inserted + before.slice(to),
        );
      }),
    );
  });

  it('are known by URI and by file, until they are closed', () => {
    const documents = createDocuments();
    const uri = 'file:///srv/nginx.conf';
    documents.open({ textDocument: { uri, languageId: 'nginx', version: 1, text: 'a' } });
    documents.change({ textDocument: { uri, version: 2 }, contentChanges: [{ text: 'b' }] });
    expect(documents.byId('/srv/nginx.conf')).toMatchObject({ uri, version: 2, text: 'b', loose: false });
    expect(documents.close(uri)?.text).toBe('b');
    expect([documents.get(uri), documents.byId('/srv/nginx.conf'), documents.close(uri)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(documents.change({ textDocument: { uri, version: 3 }, contentChanges: [{ text: 'c' }] })).toBeUndefined();
  });

  it('that are no files are loose', () => {
    const documents = createDocuments();
    const untitled = { uri: 'untitled:Untitled-1', languageId: 'NGINX', version: 1, text: '' };
    expect(documents.open({ textDocument: untitled })).toMatchObject({ loose: true, id: '/untitled:Untitled-1' });
  });
});
