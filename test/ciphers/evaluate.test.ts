/** Owns tests of what is read from a cipher string besides its suites: places, reasons, levels; and of OpenSSL 1.0.2. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../server/src/ciphers/evaluate.ts';
import { LIBRARIES, type Library, libraryOf } from '../../server/src/ciphers/libraries.ts';
import { suitesOf } from '../../server/src/ciphers/suites.ts';
import { evaluateTls13 } from '../../server/src/ciphers/tls13.ts';
import { cipherString } from './strings.ts';

const names = (text: string, library: Library = '3.0') => evaluate(text, library).suites.map(({ name }) => name);
const marked = (text: string, library: Library = '3.0') =>
  evaluate(text, library).tokens.map(({ span, kind }) => `${kind} ${text.slice(span.start, span.end)}`);

describe('places in a cipher string', () => {
  it('are told for every word', () => {
    expect(marked('DEFAULT:!aNULL:+kRSA+AES AES128-SHA,@STRENGTH;@SECLEVEL=1')).toEqual([
      'keyword DEFAULT',
      'operator !',
      'alias aNULL',
      'operator +',
      'alias kRSA',
      'operator +',
      'alias AES',
      'suite AES128-SHA',
      'command @STRENGTH',
      'command @SECLEVEL=1',
    ]);
  });

  it('show what is skipped and where OpenSSL gives up', () => {
    expect(marked('AES+TLS_FOO+RSA:AES+CAMELLIA+RSA')).toEqual([
      'alias AES',
      'operator +',
      'unknown TLS_FOO',
      'ignored +RSA',
      'alias AES',
      'operator +',
      'alias CAMELLIA',
      'operator +',
      'ignored RSA',
    ]);
    expect(marked("HIGH:'AES':RSA")).toEqual(['alias HIGH', "invalid '"]);
    expect(marked('SUITEB128:ALL')).toEqual(['keyword SUITEB128', 'ignored :ALL']);
  });

  it('lie in the text, in order, and leave out nothing but separators', () => {
    const library = fc.constantFrom(...LIBRARIES);
    fc.assert(
      fc.property(fc.oneof(cipherString, fc.string()), library, (text, release) => {
        const { tokens, error } = evaluate(text, release);
        let at = 0;
        for (const { span } of tokens) {
          expect(text.slice(at, span.start)).toMatch(/^[:,; ]*$/);
          expect(span.end).toBeGreaterThanOrEqual(span.start);
          at = span.end;
        }
        if (error?.kind !== 'invalid') expect(text.slice(at)).toMatch(/^[:,; ]*$/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('an evaluation', () => {
  it('says what each rule spoke of', () => {
    const { steps } = evaluate('kRSA+AESGCM:!AES256:foo:@SECLEVEL=0', '3.0');
    expect(steps.map(({ kind, suites }) => [kind, suites.length])).toEqual([
      ['select', 2],
      ['select', expect.any(Number)],
      ['select', 0],
      ['level', 0],
    ]);
    expect(steps[1]?.suites.every(({ bits }) => bits === 256)).toBe(true);
  });

  it('knows the level that holds in the end', () => {
    expect(evaluate('ALL@SECLEVEL=2:@SECLEVEL=0', '3.0').level).toBe(0);
    expect(evaluate('ALL', '3.0').level).toBeUndefined();
    expect(evaluate('ALL:@SECLEVEL=0', '1.0.2').error).toEqual({ kind: 'invalid', span: { start: 4, end: 13 } });
  });

  it('tells a refused string from one that leaves nothing', () => {
    expect(evaluate('AES:!', '3.0').error).toEqual({ kind: 'invalid', span: { start: 5, end: 5 } });
    expect(evaluate('AES\n:RSA', '3.0').error).toEqual({ kind: 'invalid', span: { start: 3, end: 4 } });
    expect(evaluate('foo', '3.0').error).toEqual({ kind: 'nothing' });
    expect(evaluate('', '3.0').error).toEqual({ kind: 'nothing' });
  });

  it('has all that a build with weak ciphers has besides', () => {
    expect(evaluate('RC4:3DES', '1.1.1').error).toEqual({ kind: 'nothing' });
    expect(evaluate('RC4+RSA:3DES+RSA', '1.1.1', 'weak').suites.map(({ name }) => name)).toEqual([
      'RC4-SHA',
      'RC4-MD5',
      'DES-CBC3-SHA',
    ]);
    expect(evaluate('EXP+RSA', '1.0.2', 'weak').suites.length).toBeGreaterThan(0);
    const withoutSpecial = cipherString.filter((text) => !/[^\w:+!.@=-]/.test(text));
    fc.assert(
      fc.property(withoutSpecial, fc.constantFrom(...LIBRARIES), (text, library) => {
        const usual = evaluate(text, library);
        if (usual.unknown.length > 0 || usual.error !== undefined) return;
        const kept = new Set(usual.suites);
        expect(evaluate(text, library, 'weak').suites.filter((suite) => kept.has(suite))).toEqual(usual.suites);
      }),
      { numRuns: 500 },
    );
  });
});

describe('an unknown name', () => {
  const reason = (name: string, library: Library) => evaluate(`ALL:${name}`, library).unknown[0]?.reason;

  it('is told apart', () => {
    expect(reason('TLS_AES_128_GCM_SHA256', '3.0')).toEqual({ kind: 'tls13' });
    expect(reason('TLS_RSA_WITH_AES_128_CBC_SHA', '3.0')).toEqual({ kind: 'iana', name: 'AES128-SHA' });
    expect(reason('TLS_RSA_WITH_AES_128_CBC_SHA', '3.2')).toBeUndefined();
    expect(reason('RC4-SHA', '3.0')).toEqual({ kind: 'not-built' });
    expect(reason('RC4', '3.0')).toEqual({ kind: 'not-built' });
    expect(reason('kGOST', '3.0')).toEqual({ kind: 'not-built' });
    expect(reason('EXPORT', '3.0')).toEqual({ kind: 'other-release' });
    expect(reason('CBC', '1.1.1')).toEqual({ kind: 'other-release' });
    expect(reason('ECDH-RSA-AES128-SHA', '3.0')).toEqual({ kind: 'other-release' });
    expect(reason('ECDHE-RSA-CHACHA20-POLY1305', '1.0.2')).toEqual({ kind: 'other-release' });
    expect(reason('ECDHE-RSA-AES128-GCM-SHA265', '3.0')).toEqual({ kind: 'never' });
  });

  it('comes with its place and with what was to be done with it', () => {
    expect(evaluate('ALL:!SSLv2', '3.0').unknown).toEqual([
      { name: 'SSLv2', span: { start: 5, end: 10 }, operation: 'kill', reason: { kind: 'other-release' } },
    ]);
  });
});

/** The cipher suites in the ClientHello that a client with OpenSSL 1.0.2s sent when it was given the string. */
describe('OpenSSL 1.0.2', () => {
  it.each([
    ['ECDHE+RC4:kRSA+3DES', 'ECDHE-RSA-RC4-SHA ECDHE-ECDSA-RC4-SHA DES-CBC3-SHA'],
    ['TLSv1+RC4+MD5', 'ADH-RC4-MD5 RC4-MD5'],
    ['DHE-RSA-DES-CBC3-SHA:AES128-SHA', 'EDH-RSA-DES-CBC3-SHA AES128-SHA'],
    ['kECDHe+AESGCM:kDHr+SEED', 'ECDH-ECDSA-AES256-GCM-SHA384 ECDH-ECDSA-AES128-GCM-SHA256 DH-RSA-SEED-SHA'],
    ['COMPLEMENTOFDEFAULT+AES256', 'AECDH-AES256-SHA ADH-AES256-GCM-SHA384 ADH-AES256-SHA256 ADH-AES256-SHA'],
    ['AES128-SHA+RC4:IDEA', 'IDEA-CBC-SHA'],
    ['ECDHE-RSA-CHACHA20-POLY1305:SEED-SHA', 'SEED-SHA'],
    ['eNULL+SHA1+RSA', 'NULL-SHA'],
    ['RC4+RSA:!MD5:@STRENGTH:AES128+aRSA+SHA:!SRP', 'RC4-SHA ECDHE-RSA-AES128-SHA DHE-RSA-AES128-SHA AES128-SHA'],
  ])('%s', (text, suites) => {
    expect(names(text, '1.0.2').join(' ')).toBe(suites);
  });
});

describe("a suite's name", () => {
  it.each(LIBRARIES)('stands for this suite alone in OpenSSL %s', (library) => {
    for (const suite of suitesOf(library, 'weak')) {
      expect(evaluate(suite.name, library, 'weak').suites).toEqual([suite]);
    }
  });
});

describe('releases', () => {
  it.each([
    ['1.0.2u', [1, 0, 2], '1.0.2'],
    ['1.1.0', [1, 1, 0], undefined],
    ['1.1.1w', [1, 1, 1], '1.1.1'],
    ['3.0.19', [3, 0, 19], '3.0'],
    ['3.1', [3, 1], '3.0'],
    ['3.2.1', [3, 2, 1], '3.2'],
    ['3.6.5', [3, 6, 5], '3.5'],
    ['4.1.0', [4, 1, 0], '4.0'],
    ['0.9.8', [0, 9, 8], undefined],
  ])('%s', (_, version, library) => {
    expect(libraryOf(version)).toBe(library);
  });
});

describe('values for TLS 1.3', () => {
  it('tell their unknown names, which only 1.1.1 refuses', () => {
    const text = 'TLS_AES_128_GCM_SHA256 : AES128-SHA';
    const unknown = [{ name: 'AES128-SHA', span: { start: 25, end: 35 } }];
    expect(evaluateTls13(text, '1.1.1')).toMatchObject({ unknown, refused: true });
    expect(evaluateTls13(text, '3.0')).toMatchObject({ unknown, refused: false });
  });
});
