/** Owns the proof that folds and growing selections follow the structure of the text. */
import { describe, expect, it } from 'vitest';
import { foldsOf } from '../../server/src/service/folds.ts';
import { selectionsAt } from '../../server/src/service/selections.ts';
import { createAuthority } from '../kit/authority.ts';
import { bench, MARK } from './kit.ts';

/** The folds that hide something, by their lines from 1. */
function folds(file: string, text: string): string[] {
  const line = (offset: number) => text.slice(0, offset).split('\n').length;
  return (foldsOf(bench({ [file]: text }).engine, file) ?? [])
    .map(({ span, kind }) => ({ from: line(span.start), to: line(span.end), kind }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from)
    .map(({ from, to, kind }) => `${from}-${to} ${kind}`);
}

function selections(file: string, marked: string): string[] {
  const { engine, offset } = bench({ [file]: marked });
  const text = marked.replace(MARK, '');
  return selectionsAt(engine, file, offset).map(({ start, end }) => text.slice(start, end));
}

describe('nginx', () => {
  const CONF = `# one
# two
http {
    log_format x 'a'
                 'b';
    # region sites
    server {
        location / { return 200 "a $host b"; }
    }
    # endregion
    types { } # not
    # alone
    content_by_lua_block {
        x = 1
    }
}
`;

  it('folds blocks up to the line of their brace, long directives, comments and regions', () => {
    expect(folds('/w/nginx.conf', CONF)).toEqual([
      '1-2 comment',
      '3-15 block',
      '4-5 block',
      '6-10 region',
      '7-8 block',
      '13-14 block',
    ]);
  });

  it('grows from the variable to the file', () => {
    const marked = CONF.replace('$host', `$ho${MARK}st`);
    expect(selections('/w/nginx.conf', marked)).toEqual([
      '$host',
      'a $host b',
      '"a $host b"',
      'return 200 "a $host b"',
      'return 200 "a $host b";',
      '{ return 200 "a $host b"; }',
      'location / { return 200 "a $host b"; }',
      expect.stringMatching(/^\{\n {8}location.*\n {4}\}$/s),
      expect.stringMatching(/^server \{.*\n {4}\}$/s),
      expect.stringMatching(/^log_format.*\n {4}\}$/s),
      expect.stringMatching(/^\{\n.*\}$/s),
      expect.stringMatching(/^http \{\n.*\}$/s),
      CONF,
    ]);
  });

  it('takes all of a block’s contents before the block', () => {
    expect(selections('/w/nginx.conf', `http {\n    a 1;\n    b│ 2;\n}\n`)).toEqual([
      'b',
      'b 2',
      'b 2;',
      'a 1;\n    b 2;',
      '{\n    a 1;\n    b 2;\n}',
      'http {\n    a 1;\n    b 2;\n}',
      'http {\n    a 1;\n    b 2;\n}\n',
    ]);
  });

  it('has something for every place of a broken text', () => {
    const broken = CONF.slice(0, -30);
    for (let offset = 0; offset <= broken.length; offset++) {
      const { engine } = bench({ '/w/nginx.conf': broken });
      const spans = selectionsAt(engine, '/w/nginx.conf', offset);
      expect(spans.at(-1)).toEqual({ start: 0, end: broken.length });
    }
  });
});

describe('HAProxy', () => {
  const CFG = 'global\n  daemon\n\n# one\n# two\nfrontend f\n  bind :80\n  mode http\n';
  it('folds sections', () => {
    expect(folds('/w/haproxy.cfg', CFG)).toEqual(['1-2 block', '4-5 comment', '6-8 block']);
  });

  it('grows from the word to the section', () => {
    expect(selections('/w/haproxy.cfg', CFG.replace(':80', `:8${MARK}0`))).toEqual([
      ':80',
      'bind :80',
      '  bind :80',
      'frontend f\n  bind :80\n  mode http',
      CFG,
    ]);
  });
});

it('a certificate file folds its blocks and grows to one', async () => {
  const { bundle } = await (await createAuthority()).issue({ names: ['a.example'] });
  expect(folds('/w/a.pem', bundle).length).toBe(2);
  expect(selections('/w/a.pem', bundle.replace('\n', `\n${MARK}`))[0]).toMatch(
    /^-----BEGIN.*END CERTIFICATE-----\n?$/s,
  );
});
