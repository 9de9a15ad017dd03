/** Owns the proof that the PEM scanner reads and refuses what OpenSSL reads and refuses, and points at the cause. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Damage } from '../../server/src/certificates/damage.ts';
import { scanPem } from '../../server/src/certificates/pem.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { type OpensslRead, opensslFirstBlock } from './openssl.ts';
import { BEGIN, BODY, CERTIFICATE, DER, END, LINES, PRIVATE_KEY, pem } from './samples.ts';

const HEX = Buffer.from(DER).toString('hex');
const lines = (...parts: readonly string[]) => `${parts.join('\n')}\n`;
const BODY_LINES = LINES.slice(1, -1);
const JUNK = BODY_LINES.map((line, index) => (index === 2 ? `${line.slice(0, 10)}!${line.slice(11)}` : line));

/** What our scanner says of the first block, in the form of the oracle. */
function firstBlock(text: string): OpensslRead {
  const read = scanPem(text).reads[0];
  if (read === undefined) return { refused: 'no start line' };
  if (read.kind === 'refused') return { refused: read.damage.opensslSays ?? '' };
  return { bytes: Buffer.from(read.block.bytes).toString('hex') };
}

interface Quirk {
  readonly name: string;
  readonly text: string;
  /** The damage that is named, and the text under its span; none where OpenSSL reads on in silence and all is well. */
  readonly damage?: readonly [kind: Damage['kind'], under: string];
}

const accepted: readonly Quirk[] = [
  { name: 'as it should be', text: CERTIFICATE },
  { name: 'CRLF', text: CERTIFICATE.replaceAll('\n', '\r\n') },
  { name: 'a BOM', text: `\ufeff${CERTIFICATE}` },
  { name: 'text before BEGIN', text: `Subject: CN = example.com\n  more\n${CERTIFICATE}` },
  { name: 'base64 on one line', text: lines(BEGIN, BODY, END) },
  { name: 'base64 in short lines', text: lines(BEGIN, ...(BODY.match(/.{1,7}/g) ?? []), END) },
  { name: 'no final newline', text: CERTIFICATE.trimEnd() },
  { name: 'trailing blanks', text: CERTIFICATE.replaceAll('\n', ' \t \n') },
  { name: 'a no-break space behind BEGIN and END', text: CERTIFICATE.replaceAll('-----\n', '-----\u00a0\n') },
  { name: 'blanks before base64', text: lines(BEGIN, ...BODY_LINES.map((line) => `  ${line}`), END) },
  { name: 'a blank line behind BEGIN', text: lines(BEGIN, '', ...BODY_LINES, END) },
  { name: 'a commented-out block before', text: `${CERTIFICATE.replace(/^/gm, '# ')}\n${CERTIFICATE}` },
  { name: 'NUL inside a line before', text: `a\0b\n${CERTIFICATE}` },
  {
    name: 'an END line with four dashes, which swallows the next block',
    text: lines(BEGIN, ...BODY_LINES, END.slice(1), ...LINES),
    damage: ['end-line', END.slice(1)],
  },
  {
    name: 'no END line, which swallows the next block',
    text: lines(BEGIN, ...BODY_LINES, ...LINES),
    damage: ['end-missing', BEGIN],
  },
  {
    name: 'an END line in the middle of a line, where a group of four is complete',
    text: lines(BEGIN, ...BODY_LINES, `  ${END}`, ...LINES),
    damage: ['end-line', END],
  },
  { name: 'an indented block before', text: `  ${BEGIN}\n${CERTIFICATE}`, damage: ['begin-indented', BEGIN] },
  { name: 'an END line alone before', text: `MIIB\n${END}\n${CERTIFICATE}`, damage: ['begin-missing', END] },
];

const refused: readonly (Quirk & { readonly says: string })[] = [
  { name: 'nothing', text: '', says: 'no start line' },
  { name: 'only text', text: 'no certificate here\n', says: 'no start line' },
  {
    name: 'an indented block',
    text: CERTIFICATE.replace(/^/gm, '  '),
    says: 'no start line',
    damage: ['begin-indented', BEGIN],
  },
  {
    name: 'literal \\n',
    text: CERTIFICATE.replaceAll('\n', '\\n'),
    says: 'no start line',
    damage: ['line-ends', CERTIFICATE.replaceAll('\n', '\\n').slice(0, 254)],
  },
  {
    name: 'everything on one line',
    text: CERTIFICATE.replaceAll('\n', ' '),
    says: 'no start line',
    damage: ['one-line', CERTIFICATE.replaceAll('\n', ' ').slice(0, 254)],
  },
  {
    name: 'everything on one short line',
    text: `${BEGIN} MIIB ${END}\n`,
    says: 'bad end line',
    damage: ['one-line', `${BEGIN} MIIB ${END}`],
  },
  {
    name: 'dashes of a word processor',
    text: CERTIFICATE.replace(BEGIN, '–––––BEGIN CERTIFICATE-----'),
    says: 'no start line',
    damage: ['begin-line', '–––––BEGIN CERTIFICATE-----'],
  },
  {
    name: 'four dashes before BEGIN',
    text: CERTIFICATE.slice(1),
    says: 'no start line',
    damage: ['begin-line', BEGIN.slice(1)],
  },
  {
    name: 'six dashes before BEGIN',
    text: `-${CERTIFICATE}`,
    says: 'no start line',
    damage: ['begin-line', `-${BEGIN}`],
  },
  {
    name: 'line ends of old Macs',
    text: CERTIFICATE.replaceAll('\n', '\r'),
    says: 'no start line',
    damage: ['line-ends', CERTIFICATE.replaceAll('\n', '\r').slice(0, 254)],
  },
  { name: 'NUL at the start of a line before', text: `\0a\n${CERTIFICATE}`, says: 'no start line' },
  {
    name: 'NUL at the start of a line in the block',
    text: lines(BEGIN, '\0', BODY, END),
    says: 'bad end line',
    damage: ['end-missing', BEGIN],
  },
  {
    name: 'an END line with four dashes at the end of the file',
    text: lines(BEGIN, BODY, END.slice(1)),
    says: 'bad end line',
    damage: ['end-line', END.slice(1)],
  },
  {
    name: 'an END line that ends with four dashes',
    text: lines(BEGIN, BODY, END.slice(0, -1)),
    says: 'bad end line',
    damage: ['end-line', END.slice(0, -1)],
  },
  {
    name: 'a truncated file',
    text: lines(BEGIN, ...BODY_LINES.slice(0, 3)),
    says: 'bad end line',
    damage: ['end-missing', BEGIN],
  },
  {
    name: 'a block cut off in a line, with another behind it',
    text: lines(BEGIN, `${BODY_LINES[0]}AA${BEGIN}`, ...BODY_LINES, END),
    says: 'bad base64 decode',
    damage: ['end-missing', BEGIN],
  },
  {
    name: 'another label in the END line',
    text: lines(BEGIN, BODY, '-----END RSA PRIVATE KEY-----'),
    says: 'bad end line',
    damage: ['end-label', 'RSA PRIVATE KEY'],
  },
  {
    name: 'two blocks glued together',
    text: `${CERTIFICATE.trimEnd()}${CERTIFICATE}`,
    says: 'bad end line',
    damage: ['glued', `${END}${BEGIN}`],
  },
  {
    name: 'a character that is no base64',
    text: lines(BEGIN, ...JUNK, END),
    says: 'bad base64 decode',
    damage: ['base64-character', '!'],
  },
  {
    name: 'a lost character',
    text: CERTIFICATE.replace('MIIC', 'MII'),
    says: 'bad base64 decode',
    damage: ['base64-padding', '='],
  },
  {
    name: 'lost padding',
    text: CERTIFICATE.replace('pY=\n', 'pY\n'),
    says: 'bad base64 decode',
    damage: ['base64-length', 'Y'],
  },
  {
    name: 'too much padding',
    text: lines(BEGIN, 'AA===', END),
    says: 'bad base64 decode',
    damage: ['base64-padding', '='],
  },
  {
    name: 'padding in the middle',
    text: lines(BEGIN, 'AAA=', 'AAAA', END),
    says: 'bad base64 decode',
    damage: ['base64-padding', 'A'],
  },
  {
    name: 'no END line where a group of four is open',
    text: lines(BEGIN, 'AAAAA', ...LINES),
    says: 'bad base64 decode',
    damage: ['end-missing', BEGIN],
  },
  { name: 'an empty block', text: lines(BEGIN, END), says: '', damage: ['empty-block', BEGIN] },
  { name: 'a block of blanks', text: lines(BEGIN, '', '', END), says: 'bad end line', damage: ['blank-line', '\n'] },
  {
    name: 'a blank line before END',
    text: lines(BEGIN, ...BODY_LINES, '', END),
    says: '',
    damage: ['blank-line', '\n'],
  },
  {
    name: 'a colon in the base64 text',
    text: lines(BEGIN, `:${BODY}`, END),
    says: '',
    damage: ['header', `:${BODY}`.slice(0, 254)],
  },
  {
    name: 'a blank line behind BEGIN, and one long line',
    text: lines(BEGIN, '', BODY, END),
    says: '',
    damage: ['line-length', BODY.slice(0, 254)],
  },
  {
    name: 'a blank line behind BEGIN, and a short line',
    text: lines(BEGIN, '', 'AAAA', 'AAAA', END),
    says: 'bad end line',
    damage: ['line-length', 'AAAA'],
  },
];

describe('what OpenSSL accepts', () => {
  it.each(accepted)('$name', ({ text, damage }) => {
    const scan = scanPem(text);
    expect(firstBlock(text)).toEqual({ bytes: HEX });
    expect(scan.silent.map(({ kind, span }) => [kind, text.slice(span.start, span.end)])).toEqual(
      damage ? [damage] : [],
    );
    expect(scan.silent.every((entry) => !entry.stops && entry.opensslSays === undefined)).toBe(true);
  });

  it('a line of exactly 254 bytes, whose line end alone is no blank line', () => {
    expect(firstBlock(lines(BEGIN, 'A'.repeat(254), 'AA', END))).toEqual({ bytes: '00'.repeat(192) });
  });
});

describe('what OpenSSL refuses', () => {
  it.each(refused)('$name', ({ text, says, damage }) => {
    expect(firstBlock(text)).toEqual({ refused: says });
    const scan = scanPem(text);
    const named = [...scan.reads.flatMap((read) => (read.kind === 'refused' ? [read.damage] : [])), ...scan.silent];
    const first = named.slice(0, 1).map(({ kind, span }) => [kind, text.slice(span.start, span.end)]);
    expect(first).toEqual(damage === undefined ? [] : [damage]);
  });
});

describe('blocks', () => {
  it('have spans for themselves, their label and their body', () => {
    const before = 'Zeichen außerhalb von ASCII: 🔑\n';
    const text = `${before}${CERTIFICATE.replaceAll('\n', '\r\n')}`;
    const read = scanPem(text).reads[0];
    if (read?.kind !== 'block') throw new Error('no block');
    const { span, labelSpan, bodySpan, label } = read.block;
    expect(text.slice(span.start, span.end)).toBe(CERTIFICATE.trimEnd().replaceAll('\n', '\r\n'));
    expect(text.slice(labelSpan.start, labelSpan.end)).toBe(label);
    expect(text.slice(bodySpan.start, bodySpan.end).replace(/\s/g, '')).toBe(BODY);
  });

  it('keep their header', () => {
    const header = 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,23B6EB58CD37799372C1EB16BD0D2945\n';
    const read = scanPem(lines('-----BEGIN RSA PRIVATE KEY-----', `${header}`, 'AAAA', '-----END RSA PRIVATE KEY-----'))
      .reads[0];
    expect(read).toMatchObject({ kind: 'block', block: { label: 'RSA PRIVATE KEY', header } });
  });

  it('come in file order, and reading goes on behind damage', () => {
    const text = `${CERTIFICATE}${lines(BEGIN, ...JUNK, END)}${PRIVATE_KEY}\ufeff${pem('CERTIFICATE', 'AAAA')}`;
    expect(scanPem(text).reads.map((read) => (read.kind === 'block' ? read.block.label : read.damage.kind))).toEqual([
      'CERTIFICATE',
      'base64-character',
      'PRIVATE KEY',
      'CERTIFICATE',
    ]);
  });
});

describeWith('openssl', 'the openssl command agrees', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it.each([...accepted, ...refused])('$name', ({ text }) => {
    expect(firstBlock(text)).toEqual(opensslFirstBlock(folder, text));
  });

  it('on generated files', () => {
    const blank = fc.constantFrom('', '', '', ' ', '\t', '\r', '\u00a0', '\ufeff', '\0', '\x7f', '\x0b');
    const marks = ['-----BEGIN A-----', '-----END A-----', '-----END B-----', '----END A-----', '-----END A----'];
    const other = [
      '-----BEGIN -----',
      '-----BEGIN A',
      '-----END ',
      'Proc-Type: 4,ENCRYPTED',
      'DEK-Info: X',
      'a:b',
      '-',
      '=',
      '!',
      '€',
    ];
    const data = fc.oneof(
      fc.base64String({ minLength: 1, maxLength: 12 }),
      fc.base64String({ minLength: 63, maxLength: 66 }),
      fc.base64String({ minLength: 250, maxLength: 260 }),
      fc.stringMatching(/^[A-Za-z0-9+/]{64}$/),
    );
    const content = fc.oneof(
      { weight: 3, arbitrary: data },
      { weight: 1, arbitrary: fc.constantFrom(...marks, ...other, '', '') },
    );
    const line = fc
      .tuple(blank, content, blank, fc.constantFrom('\n', '\n', '\n', '\r\n'))
      .map((parts) => parts.join(''));
    const block = fc
      .tuple(
        fc.array(line, { maxLength: 2 }),
        fc.array(line, { maxLength: 5 }),
        fc.constantFrom(...marks.slice(1), ''),
        fc.array(line, { maxLength: 2 }),
      )
      .map(([before, body, end, after]) => [...before, '-----BEGIN A-----\n', ...body, end, '\n', ...after].join(''));
    fc.assert(
      fc.property(block, (text) => {
        expect(firstBlock(text)).toEqual(opensslFirstBlock(folder, text));
      }),
      { numRuns: 400, seed: 5 },
    );
  });
});
