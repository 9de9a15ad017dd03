/** Owns what an editor gets for Apache's files: places of names, renames, folds, growing selections, suites of cipher strings. */
import { describe, expect, it } from 'vitest';
import { definitionsAt } from '../../server/src/service/definitions.ts';
import { foldsOf } from '../../server/src/service/folds.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { referencesAt } from '../../server/src/service/references.ts';
import { renamableAt, rename } from '../../server/src/service/rename.ts';
import { selectionsAt } from '../../server/src/service/selections.ts';
import { bench, MARK } from './kit.ts';

const ROOT = `ServerRoot /w
Define SITE shop.example
<Macro Backend $path>
    ProxyPass $path balancer://app$path
</Macro>
<Proxy "balancer://app">
    BalancerMember http://10.0.0.1:80
</Proxy>
IncludeOptional sites/*.conf
`;
const SITE = `<VirtualHost *:443>
    ServerName \${SITE}
    <IfDefine !SITE>
        Use backend /a
    </IfDefine>
    Use Backend /b
    ProxyPass / Balancer://App/ \\
        upgrade=websocket
</VirtualHost>
`;

/** The files, with the mark behind a part of one. */
function marked(part: string, number = 1): Record<string, string> {
  const files: Record<string, string> = { '/w/apache2.conf': ROOT, '/w/sites/shop.conf': SITE };
  let left = number;
  for (const [path, text] of Object.entries(files)) {
    for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
      left--;
      if (left === 0)
        return { ...files, [path]: text.slice(0, at + part.length) + MARK + text.slice(at + part.length) };
    }
  }
  throw new Error(`no ${part}`);
}

/** The line from 1 and the text of places. */
function shown(places: readonly { readonly file: string; readonly span: { start: number; end: number } }[]): string[] {
  return places.map(({ file, span }) => {
    const text = file === '/w/apache2.conf' ? ROOT : SITE;
    return `${file.slice(3)}:${text.slice(0, span.start).split('\n').length} ${text.slice(span.start, span.end)}`;
  });
}

describe('names', () => {
  it.each([
    ['a value', '${SITE', ['apache2.conf:2 SITE']],
    ['a condition', '!SITE', ['apache2.conf:2 SITE']],
    ['a macro, whatever its case', 'Use backend', ['apache2.conf:3 Backend']],
    ['a balancer, whatever its case', 'Balancer://App', ['apache2.conf:6 app']],
    ['a directive', 'ServerName', []],
  ])('%s', (_, part, expected) => {
    const { engine, file, offset } = bench(marked(part));
    expect(shown(definitionsAt(engine, file, offset)?.places ?? [])).toEqual(expected);
  });

  it('all uses of a balancer', () => {
    const { engine, run, file, offset } = bench(marked('balancer://app', 2));
    expect(shown(referencesAt(engine, run.projects, file, offset, false))).toEqual([
      'apache2.conf:4 app',
      'sites/shop.conf:7 App',
    ]);
  });

  it('change in all files', () => {
    const { engine, file, offset, after, files } = bench(marked('Define SITE'));
    const result = rename(engine, file, offset, 'HOST');
    expect(result.ok).toBe(true);
    if (!result.ok) return;
    const [root, site] = files.map((id) => after(result.files, id));
    expect(root).toBe(ROOT.replace('SITE', 'HOST'));
    expect(site).toBe(SITE.replaceAll('SITE', 'HOST'));
  });

  it('are refused where they cannot be read back, exist already, or come from elsewhere', () => {
    const { engine, file, offset } = bench(marked('Define SITE'));
    for (const name of ['A B', 'a:b', '']) expect(rename(engine, file, offset, name)).toMatchObject({ ok: false });
    const other = bench({ '/w/apache2.conf': `Define A 1\nDefine B 2\nServerName \${B${MARK}}\n` });
    expect(rename(other.engine, other.file, other.offset, 'A')).toMatchObject({ why: 'There is a `A` already' });
    const outside = bench({ '/w/apache2.conf': `Listen 80\nServerName \${OUT${MARK}SIDE}\n` });
    expect(renamableAt(outside.engine, outside.file, outside.offset)).toMatchObject({ ok: false });
  });
});

describe('shape', () => {
  it('folds sections and directives of several lines', () => {
    const { engine } = bench({ '/w/apache2.conf': `# one\n# two\n${SITE}` });
    const text = `# one\n# two\n${SITE}`;
    const line = (offset: number) => text.slice(0, offset).split('\n').length;
    const folds = (foldsOf(engine, '/w/apache2.conf') ?? []).map(({ span }) => [line(span.start), line(span.end)]);
    expect(folds.sort(([a = 0], [b = 0]) => a - b)).toEqual([
      [1, 2],
      [3, 10],
      [5, 6],
      [9, 10],
    ]);
  });

  it('selections grow from the word to the file', () => {
    const text = '<VirtualHost *:80>\n  ServerName "a"\n  Use b\n</VirtualHost>\n';
    const { engine, file, offset } = bench({ '/w/apache2.conf': text.replace('"a', `"a${MARK}`) });
    expect(selectionsAt(engine, file, offset).map(({ start, end }) => text.slice(start, end))).toEqual([
      'a',
      '"a"',
      'ServerName "a"',
      'ServerName "a"\n  Use b',
      '<VirtualHost *:80>\n  ServerName "a"\n  Use b\n</VirtualHost>',
      text,
    ]);
  });

  it('there is something for every place of a broken text', () => {
    const broken = SITE.slice(0, -20);
    for (let offset = 0; offset <= broken.length; offset++) {
      const { engine } = bench({ '/w/apache2.conf': broken });
      expect(selectionsAt(engine, '/w/apache2.conf', offset).at(-1)).toEqual({ start: 0, end: broken.length });
    }
  });
});

describe('cipher strings', () => {
  const hover = async (line: string) => {
    const { hoverSource, file, offset } = bench({ '/w/apache2.conf': `# openssl-version: 3.0\n${line}\n` });
    return (await hoverAt(hoverSource, file, offset))?.markdown ?? '';
  };

  it.each([
    [`SSLCipherSuite ECDHE+AESGCM${MARK}:AES256-SHA`, '`ECDHE-RSA-AES256-GCM-SHA384`'],
    [`SSLCipherSuite "AES${MARK}256-SHA"`, '`AES256-SHA`'],
    [`SSLCipherSuite TLSv1.3 TLS_AES_256${MARK}_GCM_SHA384`, '`TLS_AES_256_GCM_SHA384`'],
    [`SSLOpenSSLConfCmd CipherString AES256${MARK}-SHA`, '`AES256-SHA`'],
    [`SSLProxyCipherSuite AES256${MARK}-SHA`, '`AES256-SHA`'],
  ])('%s', async (line, suite) => {
    expect(await hover(line)).toContain(suite);
  });

  it('others are none', async () => {
    expect(await hover(`SSLOpenSSLConfCmd Groups X25519${MARK}`)).not.toContain('suites');
    expect(await hover(`SSLCipherSuite \${CIPHERS${MARK}}`)).not.toContain('suites');
  });
});
