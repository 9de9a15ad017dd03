/** Owns generated cipher strings: what people write, and what only OpenSSL's reader makes sense of. */
import fc from 'fast-check';
import { EVERY_ALIAS } from '../../server/src/ciphers/aliases.ts';
import { EVERY_SUITE } from '../../server/src/ciphers/suites.ts';

const STRANGE = ['TLS_AES_128_GCM_SHA256', 'TLSv1.1', 'DEFAULT', 'KRB5', 'aGOST', 'high', 'AES128_x', 'foo', 'ALL='];
const suites = [...new Set(EVERY_SUITE.map(({ name }) => name))];
const ianaNames = [...new Set(EVERY_SUITE.map(({ ianaName }) => ianaName))];

const word = fc.oneof(
  { arbitrary: fc.constantFrom(...EVERY_ALIAS), weight: 8 },
  { arbitrary: fc.constantFrom(...suites), weight: 3 },
  { arbitrary: fc.constantFrom(...ianaNames), weight: 1 },
  { arbitrary: fc.constantFrom(...STRANGE), weight: 1 },
);
const names = fc
  .tuple(
    word,
    fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, { arbitrary: fc.array(word, { maxLength: 2 }), weight: 1 }),
  )
  .map(([first, more]) => [first, ...more].join('+'));
const selection = fc
  .tuple(fc.constantFrom('', '', '', '!', '-', '+'), names)
  .map(([operator, chosen]) => operator + chosen);
const command = fc.constantFrom('@STRENGTH', '@STRENGTH', '@SECLEVEL=0', '@SECLEVEL=1', '@SECLEVEL=3');
const broken = fc.constantFrom('@', '@FOO', '@SECLEVEL=6', '@SECLEVEL=12', '!', '+', '=', "'", '\t', '*', 'AES+', 'é');
const rule = fc.oneof(
  { arbitrary: selection, weight: 40 },
  { arbitrary: command, weight: 3 },
  { arbitrary: broken, weight: 1 },
);
const separator = fc.constantFrom(':', ':', ':', ':', ':', ',', ' ', ';', '::', '');
const start = fc.oneof(
  { arbitrary: fc.constant(''), weight: 30 },
  { arbitrary: fc.constantFrom('DEFAULT:', 'DEFAULT', 'DEFAULT@SECLEVEL=2:', 'ALL:COMPLEMENTOFALL:'), weight: 12 },
  { arbitrary: fc.constantFrom('SUITEB128', 'SUITEB128ONLY:', 'SUITEB128C2', 'SUITEB192:ALL:'), weight: 1 },
);

/** A string of up to seven rules. It never starts with `-`, which the openssl command would take for an option. */
export const cipherString: fc.Arbitrary<string> = fc
  .tuple(start, fc.array(fc.tuple(rule, separator), { minLength: 1, maxLength: 7 }))
  .map(([first, rules]) => first + rules.map(([text, end]) => text + end).join(''))
  .map((text) => (text.startsWith('-') ? `:${text}` : text));
