/** Owns the proof that cipher strings mean here what they mean to OpenSSL: generated ones, on every openssl command there is. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../server/src/ciphers/evaluate.ts';
import { allowedAt } from '../../server/src/ciphers/levels.ts';
import type { Suite } from '../../server/src/ciphers/suites.ts';
import { evaluateTls13, TLS13_NAMES } from '../../server/src/ciphers/tls13.ts';
import { describeWith } from '../kit/required.ts';
import { askAll, type Openssl, openssls } from './openssl.ts';
import { cipherString } from './strings.ts';

const STRINGS = 1500;
const LEVELLED = 500;
/** One process for each string: seconds on an idle machine, much more on a busy one. */
const PATIENCE_MS = 240_000;

/** What generated strings meet too seldom. */
const QUIRKS = [
  'COMPLEMENTOFDEFAULT+HIGH',
  'HIGH+COMPLEMENTOFDEFAULT',
  'COMPLEMENTOFDEFAULT+AES256+HIGH:!PSK',
  'AES128-SHA+AES256-SHA:ALL+RC4',
  'AES128-SHA+ALL',
  'ALL+AES128-SHA',
  'RC4!AES:SHA',
  'CAMELLIA!AES',
  'ALL!aNULL-PSK+RSA@STRENGTH',
  'DEFAULTAES128-SHA',
  'AES:DEFAULT',
  'TLS_AES_128_GCM_SHA256:AES128-SHA',
  'AES128-SHA_x',
  'TLS_RSA_WITH_AES_128_CBC_SHA:ECDHE',
  'DEFAULT:!ALL',
  'SUITEB128ONLYnonsense',
  'AES:@STRENGTH+x:@SECLEVEL=0',
  "HIGH:'!aNULL'",
];

const joined = (suites: readonly Suite[]) => suites.map(({ name }) => name).join(':');
const withoutTls13 = (list: string) =>
  list
    .split(':')
    .filter((name) => !TLS13_NAMES.has(name))
    .join(':');

/** The shortest ones tell most. */
function expectNoDifference(differences: readonly { readonly text: string }[]): void {
  expect([...differences].sort((a, b) => a.text.length - b.text.length).slice(0, 3)).toEqual([]);
}

describeWith('openssl', 'cipher strings', () => {
  describe.each(openssls())('as OpenSSL $version reads them', { timeout: PATIENCE_MS }, (openssl) => {
    it(`${STRINGS} generated strings: the same suites in the same order, the same strings refused`, () => {
      const strings = [...QUIRKS, ...fc.sample(cipherString, STRINGS)];
      const answers = askAll(openssl, 'ciphers "$value"', strings);
      const differences = strings.flatMap((text, i) => {
        const { suites, error } = evaluate(text, openssl.tables);
        const ours = error === undefined ? joined(suites) : 'refused';
        const answer = answers[i];
        const theirs = answer === undefined ? 'refused' : withoutTls13(answer);
        return ours === theirs ? [] : [{ text, ours, theirs }];
      });
      expectNoDifference(differences);
      const accepted = answers.filter((answer) => answer !== undefined).length;
      expect(accepted).toBeGreaterThan(STRINGS / 3);
      expect(accepted).toBeLessThan(STRINGS);
    });

    it(`${LEVELLED} generated strings: what each security level lets through`, () => {
      const levels = fc.tuple(fc.integer({ min: 0, max: 5 }), cipherString);
      const strings = fc
        .sample(levels, LEVELLED)
        .map(([level, text]) => `ALL:COMPLEMENTOFALL:${text}:@SECLEVEL=${level}`);
      const answers = askAll(openssl, 'ciphers -s -psk -srp -tls1_2 "$value"', strings);
      const differences = strings.flatMap((text, i) => {
        const { suites, error, level } = evaluate(text, openssl.tables);
        const ours = error === undefined ? joined(allowedAt(level ?? 0, suites)) : undefined;
        return ours === answers[i] ? [] : [{ text, ours, theirs: answers[i] }];
      });
      expectNoDifference(differences);
    });

    it('what each suite is', () => {
      expect(describedHere(openssl)).toEqual(describedThere(openssl));
    });

    it('values for TLS 1.3', () => {
      const name = fc.constantFrom(...TLS13_NAMES, 'TLS_AES_256_CBC_SHA', 'AES128-SHA', '', ' ');
      const value = fc
        .array(fc.tuple(name, fc.constantFrom('', ' ')), { maxLength: 4 })
        .map((parts) => parts.map(([text, blank]) => text + blank).join(':'));
      const values = [...new Set(fc.sample(value, 200))];
      const answers = askAll(openssl, 'ciphers -s -tls1_3 -ciphersuites "$value" ALL:@SECLEVEL=0', values);
      const differences = values.flatMap((text, i) => {
        const { suites, refused } = evaluateTls13(text, openssl.tables);
        const ours = refused ? undefined : joined(suites);
        return ours === answers[i] ? [] : [{ text, ours, theirs: answers[i] }];
      });
      expectNoDifference(differences);
    });
  });
});

const ALL = 'ALL:COMPLEMENTOFALL:@SECLEVEL=0';
const EXCHANGES = new Map([
  ['ECDHE', 'ECDH'],
  ['DHE', 'DH'],
]);

function describedHere({ tables }: Openssl): readonly string[] {
  return evaluate(ALL, tables).suites.map((suite) => {
    const id = suite.id.toString(16).toUpperCase().padStart(4, '0');
    const exchange = EXCHANGES.get(suite.keyExchange) ?? suite.keyExchange;
    const authentication = suite.authentication === 'NULL' ? 'None' : suite.authentication;
    const cipher = suite.encryption.replace(/^(AES|CAMELLIA|ARIA)(128|256)/, '$1');
    const encryption = cipher === 'NULL' ? 'NONE' : `${cipher}(${suite.bits})`;
    const words = [suite.ianaName, suite.name, suite.protocol, exchange, authentication, encryption, suite.mac];
    return [`0x${id.slice(0, 2)},0x${id.slice(2)}`, ...words].join(' ');
  });
}

/** The lines of `ciphers -V -stdname`: `0xC0,0x2F - IANA_NAME - NAME TLSv1.2 Kx=ECDH Au=RSA Enc=AESGCM(128) Mac=AEAD`. */
function describedThere({ program }: Openssl): readonly string[] {
  const lines = execFileSync(program, ['ciphers', '-V', '-stdname', ALL]).toString().trim().split('\n');
  return lines
    .map((line) =>
      line
        .trim()
        .replaceAll(' - ', ' ')
        .replace(/(Kx|Au|Enc|Mac)=/g, '')
        .split(/\s+/),
    )
    .filter((words) => words[3] !== 'TLSv1.3')
    .map(([id, iana, name, protocol, exchange, authentication, encryption = '', mac]) => {
      const cipher = encryption.toUpperCase().replace('CHACHA20/POLY1305', 'CHACHA20');
      return [id, iana, name, protocol, exchange, authentication, cipher, mac].join(' ');
    });
}
