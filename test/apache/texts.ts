/** Owns generated texts for the tests of Apache's parser: well-formed ones and rubbish. */
import fc from 'fast-check';

const WORDS = [
  '/x',
  '"two words"',
  "'it\\'s'",
  '*:443',
  '"a\\\\"',
  'shop.example',
  '${NAME}',
  '!X',
  'on',
  '"un closed',
];
const NAMES = ['ServerName', 'sslengine', 'ProxyPass', 'Header', 'X'];
const SECTIONS = ['VirtualHost', 'Location', 'IfModule', 'directory', 'RequireAll', 'Host'];

const word = fc.constantFrom(...WORDS);
const gap = fc.constantFrom(' ', '\t', '  ', ' \\\n  ');
const indent = fc.constantFrom('', '    ', '\t');
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n');

const plain = fc
  .tuple(indent, fc.constantFrom(...NAMES), fc.array(fc.tuple(gap, word), { maxLength: 3 }), lineEnd)
  .map(([before, name, args, end]) => `${before}${name}${args.map((pair) => pair.join('')).join('')}${end}`);
const comment = fc.constantFrom('# a note\n', '  # a note \\\nthat goes on\n', '\n', '   \n', '#\n');

/** Sections with the right ends, so that Apache's parser finds nothing wrong; their directives may mean nothing. */
export const balanced: fc.Arbitrary<string> = fc.letrec<{ text: string; item: string }>((tie) => ({
  text: fc.array(tie('item'), { maxLength: 5 }).map((items) => items.join('')),
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plain,
    comment,
    fc
      .tuple(indent, fc.constantFrom('Location', 'IfModule', 'directory', 'RequireAll'), word, tie('text'))
      .map(([before, name, arg, body]) => `${before}<${name} ${arg}>\n${body}${before}</${name.toUpperCase()}>\n`),
  ),
})).text;

const piece = fc.oneof(
  plain,
  comment,
  fc.constantFrom(...SECTIONS).chain((name) => fc.constantFrom(`<${name} /x>\n`, `</${name}>\n`, `<${name}>\n`)),
  fc.constantFrom(
    '<',
    '</',
    '>',
    '\\',
    '\\\n',
    '"',
    "'",
    '</>\n',
    '<>\n',
    '< X>\n',
    '</X\n',
    '</X >\n',
    '\r',
    '\u000b',
    'é',
  ),
);

/** Anything: lines of Apache in any order, cut and mixed. */
export const rubbish: fc.Arbitrary<string> = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
