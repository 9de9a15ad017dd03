/** Owns the proof that editor and server mean the same file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syntheticId, toFileId, toUri } from '../../server/src/lsp/uri.ts';

describe('URIs and file ids', () => {
  it.each([
    ['file:///etc/nginx/nginx.conf', '/etc/nginx/nginx.conf'],
    ['file://localhost/etc/nginx.conf', '/etc/nginx.conf'],
    ['FILE:///etc/nginx.conf', '/etc/nginx.conf'],
    ['file:/etc/nginx.conf', '/etc/nginx.conf'],
    ['file:///c%3A/nginx/conf/a%20b.conf', 'C:/nginx/conf/a b.conf'],
    ['file:///C:/nginx/nginx.conf', 'C:/nginx/nginx.conf'],
    ['file:///srv/%E4%BE%8B.conf', '/srv/例.conf'],
    ['file:///srv/50%25/100%.conf', '/srv/50%/100%.conf'],
    ['file:///srv/%ff%fe.conf', '/srv/%ff%fe.conf'],
    ['file:///srv/../etc/./nginx.conf', '/etc/nginx.conf'],
    ['file:///srv/a.conf?query#fragment', '/srv/a.conf'],
  ])('%s is the file %s', (uri, id) => {
    expect(toFileId(uri)).toBe(id);
  });

  it.each([
    'untitled:Untitled-1',
    'git:/srv/nginx.conf?HEAD',
    'file://server/share/nginx.conf',
    'https://example.com/a',
  ])('%s is no file', (uri) => {
    expect(toFileId(uri)).toBeUndefined();
  });

  it.each([
    ['/etc/nginx/nginx.conf', 'file:///etc/nginx/nginx.conf'],
    ['C:/nginx/a b.conf', 'file:///c%3A/nginx/a%20b.conf'],
    ["/srv/it's (new)!#1?.conf", 'file:///srv/it%27s%20%28new%29%21%231%3F.conf'],
    ['/srv/\ud800.conf', 'file:///srv/%EF%BF%BD.conf'],
  ])('%s is written %s', (id, uri) => {
    expect(toUri(id)).toBe(uri);
  });

  it('every path comes back from its URI', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/^\.{1,2}$|[/\0]/.test(text));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        const id = `/${parts.join('/')}`;
        fc.pre(!/^\/[A-Za-z]:(\/|$)/.test(id));
        expect(toFileId(toUri(id))).toBe(id.replace(/\p{Surrogate}/gu, '\uFFFD'));
      }),
    );
  });

  it('documents that are no files have ids of their own', () => {
    expect(syntheticId('untitled:Untitled-1')).toBe('/untitled:Untitled-1');
    expect(syntheticId('untitled:Untitled-2')).not.toBe(syntheticId('untitled:Untitled-1'));
  });
});
