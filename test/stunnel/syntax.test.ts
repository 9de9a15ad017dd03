/** Owns the laws of stunnel's parser: it loses no byte, never throws, takes linear time, and knows lines as stunnel does. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claim } from '../../server/src/languages/stunnel/claim.ts';
import { parse } from '../../server/src/languages/stunnel/syntax/parser.ts';
import { main } from './project.ts';

const piece = fc.constantFrom(
  'accept = 443\n',
  ' cert=/etc/a.pem \n',
  'connect\t=\tapp:80\r\n',
  '[web]\n',
  '  [a b]  \n',
  '[open\n',
  '[]\n',
  '[\n',
  '; note\n',
  '  # note\r\n',
  'nothing\n',
  '=\n',
  '= x\n',
  'x =\n',
  'a = b = c\n',
  '\n',
  ' \t\r\n',
  '\r',
  '\v',
  'é',
  '\uFEFF',
  ';',
  '[',
  ']',
  '=',
);
const rubbish = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

describe('on generated texts', () => {
  it('all text is in an option, a header, a comment or a problem, and words are what stands there', () => {
    fc.assert(
      fc.property(rubbish, (text) => {
        const { items, comments, problems } = parse(text);
        const spans = [...items, ...comments, ...problems].map(({ span }) => span).sort((a, b) => a.start - b.start);
        let at = text.startsWith('\uFEFF') ? 1 : 0;
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(text.slice(at, start)).toMatch(/^[ \t\v\r\n]*$/);
          at = end;
        }
        expect(text.slice(at)).toMatch(/^[ \t\v\r\n]*$/);
        for (const item of items) {
          const words = item.kind === 'option' ? [item.name, item.value] : [item.name];
          for (const { span, value } of words) expect(text.slice(span.start, span.end)).toBe(value);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('nothing that is read of it throws', () => {
    fc.assert(
      fc.property(rubbish, fc.nat(200), (text, offset) => {
        const project = main(text);
        const at = Math.min(offset, text.length);
        project.subjectAt(project.root, at);
        project.nameAt?.(project.root, at);
        project.foldsOf?.(project.root);
        for (const span of project.spansAround?.(project.root, at) ?? [])
          expect(span.end).toBeLessThanOrEqual(text.length);
        project.symbols(project.root);
        project.links(project.root);
      }),
      { numRuns: 500 },
    );
  });

  it('the time grows with the size', () => {
    const time = (text: string) => {
      const start = performance.now();
      main(text);
      return performance.now() - start;
    };
    for (const one of [
      '[web]\naccept = 443\nconnect = 80\nsni = web:a\n',
      'verify = 2\n',
      '[',
      'x = \n',
      ';',
      '[a]\n',
    ]) {
      time(one.repeat(500));
      const small = Math.max(...[1, 2, 3].map(() => time(one.repeat(2500))), 2);
      const large = Math.min(...[1, 2, 3].map(() => time(one.repeat(10_000))));
      expect(large / small, JSON.stringify(one)).toBeLessThan(16);
    }
  });
});

describe('lines', () => {
  it.each([
    ['accept=443', 'accept', '443'],
    ['  Accept  =  443  ; all ', 'Accept', '443  ; all'],
    ['execArgs = a = b', 'execArgs', 'a = b'],
    ['cert =', 'cert', ''],
  ])('%s', (line, name, value) => {
    const [item] = parse(`${line}\r\n`).items;
    if (item?.kind !== 'option') throw new Error('no option');
    expect([item.name.value, item.value.value]).toEqual([name, value]);
  });

  it('a byte order mark is passed over, and a NUL byte is not', () => {
    expect(parse('\uFEFF[web]\n').items).toHaveLength(1);
    expect(parse('[web]\n\u0000').problems).toHaveLength(1);
  });

  it('what begins like a service and does not end like one is a fault', () => {
    expect(parse('[web\naccept = 443\n').problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('has no `]` at its end'),
    ]);
  });
});

describe('which files are its own', () => {
  const usual = 'pid = /run/x\n[web]\naccept = 443\nconnect = 80\n';
  it.each([
    ['/etc/stunnel/stunnel.conf', '', 'root'],
    ['/srv/stunnel-mail.conf', '', 'root'],
    ['/srv/edge.stunnel.conf.example', '', 'root'],
    ['/etc/stunnel/web.conf', usual, 'root'],
    ['/etc/stunnel/conf.d/01-web.conf', usual, 'fragment'],
    ['/etc/stunnel/README.conf', 'hello = world\n', undefined],
    ['/srv/tunnels.conf', usual, 'root'],
    ['/srv/tunnels.cfg', usual, undefined],
    ['/etc/mysql/my.conf', '[client]\nport = 3306\n[mysqld]\naccept = 1\nkey = x\n', undefined],
    ['/etc/ssl/openssl.conf', '[req]\nx509_extensions = v3\n[v3]\nsubjectAltName = DNS:a\n', undefined],
    ['/etc/nginx/nginx.conf', 'events {}\n', undefined],
  ])('%s', (path, text, claimed) => {
    expect(claim(path, () => text)).toBe(claimed);
  });
});
