/** Owns the generated texts: pieces that nginx's tokenizer treats differently, put together at random. */
import fc from 'fast-check';

const PIECES = [
  ...['"', "'", ';', '\\', '$', '#', ' ', '\n', '\t', '\r\n', '\r', ')', '(', '${', '{'],
  ...['a', 'b1', 'é', '€', '😀', '=', '~', ' a b;\n', ' "c d" ', " 'e' ", '\\"', '\\n', ' $x', '# c\n', ' f;', '\\;'],
];
const BRACES = ['}', ' a {\n', ' } ', '}\n', 'map $a $b {', 'geo {'];
const DIRECTIVES = ['root /x', 'listen 80', 'server_name x', '\nproxy_pass http://a', '\nproxy_set_header A B', ';\n'];

const joined = (pieces: readonly string[], maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength }).map((parts) => parts.join(''));

/** Words, strings, comments and `;`, without blocks being closed. */
export const flatText = joined(PIECES, 14);

/** The same with blocks. */
export const blockText = joined([...PIECES, ...BRACES, ...BRACES], 24);

/** Rather ordinary texts, in which some ends are missing. */
export const directiveText = joined([...DIRECTIVES, ...DIRECTIVES, ...BRACES, '"', '#', ' '], 16);

/** Anything. */
export const anyText = fc.oneof(blockText, flatText, directiveText, fc.string({ unit: 'binary', maxLength: 80 }));
