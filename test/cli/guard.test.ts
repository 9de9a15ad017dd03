import { describe, expect, it } from 'vitest';
import { objection } from '../../server/src/cli/guard.ts';
import type { TextEdit } from '../../server/src/text/edits.ts';

/** The edit that replaces the only `from` in a text. */
function replacing(text: string, from: string, to: string): TextEdit {
  expect(text.split(from)).toHaveLength(2);
  const start = text.indexOf(from);
  return { span: { start, end: start + from.length }, newText: to };
}

const SITE = `# front
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
        ''      close;
    }
    server {
        listen 443 ssl; # tls
        ssl_protocols TLSv1 TLSv1.2;
        location ~ "^/ws{1,2}/" {
            proxy_pass http://app;
            proxy_set_header Host $host;
        }
        location / { proxy_pass http://app; }
    }
}
`;

describe('what the second reader lets through', () => {
  it.each([
    ['another argument', replacing(SITE, 'TLSv1 TLSv1.2', 'TLSv1.2')],
    [
      'a directive more',
      replacing(
        SITE,
        '            proxy_set_header',
        '            proxy_http_version 1.1;\n            proxy_set_header',
      ),
    ],
    ['a copy of a line that is there', replacing(SITE, 'location / { ', 'location / { proxy_set_header Host $host; ')],
    ['a block more', replacing(SITE, 'http {', 'http {\n    map $a $b { default 1; }')],
    ['a directive less', replacing(SITE, '        ssl_protocols TLSv1 TLSv1.2;\n', '')],
    ['a comment', replacing(SITE, '# front', '# the front of it all')],
    ['an argument with a comment in it', replacing(SITE, 'TLSv1 TLSv1.2', 'TLSv1.2 # no more\n TLSv1.3')],
  ])('%s', (_, edit) => {
    expect(objection(SITE, [edit])).toBeUndefined();
  });

  it('several edits at once, and with CRLF', () => {
    const text = SITE.replaceAll('\n', '\r\n');
    const edits = [
      replacing(text, 'TLSv1 TLSv1.2', 'TLSv1.2'),
      replacing(text, 'listen 443 ssl;', 'listen 443 ssl;\r\n        http2 on;'),
    ];
    expect(objection(text, edits)).toBeUndefined();
  });

  it('names on which nginx-conf has stumbled', () => {
    const text = 'map $a $constructor {\n    constructor 1;\n    toString 2;\n    __proto__ 3;\n}\n';
    expect(objection(text, [replacing(text, 'toString 2', 'toString 4')])).toBeUndefined();
  });
});

describe('what it refuses', () => {
  it.each([
    ['a brace too many', 'TLSv1.2;', 'TLSv1.2; }', /^it would not be valid any more: /],
    ['a quote that swallows what follows', '443 ssl;', '443 "ssl;', /^it would not be valid any more: /],
  ])('%s', (_, from, to, message) => {
    expect(objection(SITE, [replacing(SITE, from, to)])).toMatch(message);
  });

  it('a text that only the second reader cannot read', () => {
    // nginx-conf stumbles over a word with a quote in it, which nginx takes as it is.
    const text = 'log_format a $b;\n';
    const after = replacing(text, '$b', "it's");
    expect(objection(text, [after])).toBe('a second parser reads the result in another way');
  });

  it('an edit that changes more for the second reader than for ours', () => {
    // For nginx a quote inside a word is part of it; nginx-conf reads a text from one quote to the next.
    const text = 'log_format a x;\nlog_format b $c;\nadd_header X y;\n';
    const edits = [replacing(text, 'x;', "x'1;"), replacing(text, 'X y;', "X y'2;")];
    expect(objection(text, edits)).toBe('a second parser reads the result in another way');
  });
});

describe('what our own reading sees', () => {
  it('an edit that makes a directive outside it another one', () => {
    // The new line ends inside a comment, which swallows the directive behind it.
    const text = 'listen 80; server_name a;\n';
    const at = text.indexOf(' server_name');
    const edit = { span: { start: at, end: at }, newText: ' # more' };
    expect(objection(text, [edit])).toBe('it would change more than it says');
  });
});

describe('where the second reader cannot help', () => {
  it.each([
    ['a text that it refuses', `add_header X it's;\nssl_protocols TLSv1;\n`],
    ['a text that is wrong to begin with', 'ssl_protocols TLSv1;\nlisten 443\n'],
  ])('%s: our own reading decides', (_, text) => {
    expect(objection(text, [replacing(text, 'TLSv1', 'TLSv1.2')])).toBeUndefined();
    expect(objection(text, [replacing(text, 'TLSv1;', 'TLSv1; }')])).toMatch(/^it would not be valid/);
  });
});
