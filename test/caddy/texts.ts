/** Owns generated texts for the tests of Caddy's parser: well-formed ones, ones with faults, and rubbish. */
import fc from 'fast-check';

const gap = fc.constantFrom(' ', '\t', '  ', ' \\\n      ');
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n', ' # a note {\n');

/** Directives that Caddy takes in any site, in any order. Before 2.7 it takes a quoted brace for a brace, so there is none. */
const simple = fc
  .oneof(
    fc.tuple(
      fc.constant('header'),
      gap,
      fc.constantFrom('X-Note', '+X-Note', '?X-Note'),
      gap,
      fc.constantFrom('yes', '"two words"', '`a "b"`', '"a \\" b"', '"over\ntwo lines"', 'a\\b', '{http.request.uri}'),
    ),
    fc.tuple(fc.constant('vars'), gap, fc.constant('name'), gap, fc.constantFrom('value', 'a#b', "'it's'", '"#"')),
    fc.tuple(
      fc.constant('root'),
      gap,
      fc.constant('*'),
      gap,
      fc.constantFrom('/srv', '"/srv/two words"', '{$HOME:/srv}', '"{$HOME:/srv}"'),
    ),
  )
  .map((parts) => parts.join(''));

const line = fc.tuple(simple, lineEnd).map((parts) => parts.join(''));
const filler = fc.constantFrom('# a } note\n', '\n', '    \n', '#\n');

/** The inside of a site, indented somehow. */
const body: fc.Arbitrary<string> = fc.letrec<{ text: string; item: string }>((tie) => ({
  text: fc.array(tie('item'), { maxLength: 4 }).map((items) => items.join('')),
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    line,
    filler,
    fc
      .tuple(
        fc.constantFrom('handle', 'route', 'handle /x/*', 'handle_path /y/*', 'handle @some'),
        fc.constantFrom(' {', '\t{'),
        tie('text'),
      )
      .map(([head, open, inner]) => `${head}${open}\n${inner}}\n`),
  ),
})).text;

const matcher = '@some path /a /b\n';

/** Whole files that Caddy takes. */
export const sound: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '{\n\tdebug\n}\n', '\ufeff', '# a note\n{\n}\n'),
    fc.constantFrom('', '(part) {\nheader X-Part yes\n}\n'),
    fc.array(
      fc.tuple(
        fc.constantFrom(
          ':80{n}',
          ':80{n}, :90{n}',
          'http://a{n}.example http://b{n}.example',
          'http://a{n}.example,\nhttp://b{n}.example',
          'c{n}.example',
        ),
        fc.constantFrom(' {', '\n{'),
        body,
      ),
      { maxLength: 3 },
    ),
  )
  .map(
    ([options, part, sites]) =>
      options +
      part +
      sites
        .map(
          ([keys, open, text], i) =>
            `${keys.replaceAll('{n}', `${i}`)}${open}\n${matcher}${part === '' ? '' : 'import part\n'}${text}}\n`,
        )
        .join(''),
  );

/** One site without braces. */
export const bare: fc.Arbitrary<string> = body.map((text) => `:80\n${matcher}${text}`);

/** What is put into sound files to break them. */
const FAULTS = [
  '}',
  '{',
  '\n}\n',
  '\n{\n',
  ' {',
  '{}',
  '"',
  '`',
  '<<',
  '<<END\n',
  '<<END\nx\nEND',
  ',',
  '\nrespond x {\n',
  '\n(part) {\n}\n',
];

/** Sound files with one fault somewhere, which Caddy may take all the same. */
export const spoilt: fc.Arbitrary<string> = fc
  .tuple(fc.oneof(sound, bare), fc.constantFrom(...FAULTS), fc.nat())
  .map(([text, fault, where]) => {
    const at = where % (text.length + 1);
    return text.slice(0, at) + fault + text.slice(at);
  });

const piece = fc.oneof(
  line,
  filler,
  fc.constantFrom(...FAULTS, '\\', ':80 {\n', '}\n', '\r', '\u000b', 'é', '{$X}', '{$', '\\\n', '<<'),
);

/** Anything. */
export const rubbish: fc.Arbitrary<string> = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
