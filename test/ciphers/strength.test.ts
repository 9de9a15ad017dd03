/** Owns tests of what is said about suites: which are weak, which a server can use, and that Mozilla's are neither weak nor unknown. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../server/src/ciphers/evaluate.ts';
import { groupProblems } from '../../server/src/ciphers/groups.ts';
import { allowedAt, defaultLevel } from '../../server/src/ciphers/levels.ts';
import { type Build, LIBRARIES, type Library, since } from '../../server/src/ciphers/libraries.ts';
import { MOZILLA_5_7, MOZILLA_6_0 } from '../../server/src/ciphers/policies.ts';
import { type ServerMeans, usableBy } from '../../server/src/ciphers/server.ts';
import { defaultTls13Suites, evaluateTls13, tls13SuitesOf } from '../../server/src/ciphers/tls13.ts';
import { weaknessOf } from '../../server/src/ciphers/weakness.ts';
import { corpusRoot, describeWith } from '../kit/required.ts';
import { askAll, openssls } from './openssl.ts';

const weaknesses = (text: string, library: Library, build?: Build) => {
  const found = evaluate(text, library, build).suites.map((suite) => weaknessOf(suite)?.severity);
  return [...new Set(found)];
};

describe('a weakness', () => {
  it.each([
    ['eNULL', 'error', /not encrypted/],
    ['ADH+AES', 'error', /nobody proves/],
    ['EXP+RSA', 'error', /export/],
    ['LOW+RSA', 'error', /56 bits/],
    ['RC4+RSA:!EXP', 'error', /RC4/],
    ['ECDHE-RSA-DES-CBC3-SHA', 'warning', /64 bits/],
    ['AES128-GCM-SHA256', 'warning', /forward secrecy/],
    ['ECDHE-RSA-AES128-SHA', 'warning', /SHA-1/],
  ])('of %s is an %s', (text, severity, reason) => {
    const { suites } = evaluate(text, '1.0.2', 'weak');
    expect(suites.length).toBeGreaterThan(0);
    for (const suite of suites) expect(weaknessOf(suite)).toEqual({ severity, reason: expect.stringMatching(reason) });
  });

  it('is none of the good suites', () => {
    const good = 'ECDHE+aRSA+AESGCM:ECDHE+CHACHA20:DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA256';
    expect(weaknesses(good, '3.0')).toEqual([undefined]);
  });

  it('is one of the suites that TLS 1.3 can be given since 3.4, and none of its usual ones', () => {
    expect(tls13SuitesOf('3.4').flatMap((suite) => weaknessOf(suite)?.severity ?? [])).toEqual(['error', 'error']);
    expect(defaultTls13Suites('3.5').map(weaknessOf)).toEqual([undefined, undefined, undefined]);
  });
});

describe('what a server can use', () => {
  const rsa: ServerMeans = { keys: new Set(['RSA']), dhParameters: false, newest: 'TLSv1.2' };
  const used = (text: string, server: ServerMeans) =>
    usableBy(server, evaluate(text, '3.0').suites).map(({ name }) => name);

  it('depends on its keys', () => {
    const text = 'ECDHE+AES128+AESGCM:AES128-GCM-SHA256:PSK-AES128-GCM-SHA256';
    expect(used(text, rsa)).toEqual(['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-GCM-SHA256']);
    expect(used(text, { ...rsa, keys: new Set(['RSA-PSS']) })).toEqual(['ECDHE-RSA-AES128-GCM-SHA256']);
    expect(used(text, { ...rsa, keys: new Set(['Ed25519']) })).toEqual(['ECDHE-ECDSA-AES128-GCM-SHA256']);
    expect(used(text, { ...rsa, keys: new Set() })).toEqual([]);
  });

  it('depends on Diffie-Hellman parameters and on its protocols', () => {
    expect(used('DHE-RSA-AES128-GCM-SHA256', rsa)).toEqual([]);
    expect(used('DHE-RSA-AES128-GCM-SHA256', { ...rsa, dhParameters: true })).toEqual(['DHE-RSA-AES128-GCM-SHA256']);
    expect(used('AES128-GCM-SHA256:AES128-SHA', { ...rsa, newest: 'TLSv1.1' })).toEqual(['AES128-SHA']);
  });
});

describe.each([MOZILLA_5_7, MOZILLA_6_0])("Mozilla's guideline $version", ({ policies, version }) => {
  const { intermediate } = policies;

  it.each(LIBRARIES.filter((library) => since(library, '1.1.1')))('is known to OpenSSL %s, and not weak', (library) => {
    const { suites, unknown, error } = evaluate(intermediate.suites.join(':'), library);
    expect({ unknown, error }).toEqual({ unknown: [], error: undefined });
    expect(suites.map(({ name }) => name)).toEqual(intermediate.suites);
    expect(suites.map(weaknessOf).filter(Boolean)).toEqual([]);
    expect(allowedAt(defaultLevel(library).debian, suites)).toEqual(suites);
    expect(evaluateTls13(intermediate.tls13Suites.join(':'), library)).toMatchObject({ unknown: [], refused: false });
    const groups = groupProblems(intermediate.groups.join(':'), library);
    expect(groups.length === 0).toBe(version === '5.7' || since(library, '3.5'));
  });
});

describeWith(['openssl', 'corpus'], 'published cipher strings', () => {
  const strings = published();

  it.each(openssls())('mean what OpenSSL $version makes of them', (openssl) => {
    const theirs = askAll(openssl, 'ciphers -tls1_2 -s -psk -srp "$value:@SECLEVEL=0"', strings);
    const ours = strings.map((text) => {
      const { suites, error } = evaluate(`${text}:@SECLEVEL=0`, openssl.tables);
      return error === undefined ? suites.map(({ name }) => name).join(':') : undefined;
    });
    expect(ours).toEqual(theirs);
    expect(strings.length).toBeGreaterThan(20);
  });

  it('are weak where they ask for RC4, whether or not the library has it', () => {
    const old = strings.filter((text) => /(^|:)(\w+-)*RC4/.test(text));
    expect(old.length).toBeGreaterThan(3);
    for (const text of old) expect(weaknesses(text, '1.1.1', 'weak')).toContain('error');
  });
});

/** The different values in the configurations of nginx, Apache, HAProxy and stunnel. */
function published(): readonly string[] {
  const root = corpusRoot() ?? '';
  const setting =
    /^\s*#?\s*(?:ssl_ciphers|SSLCipherSuite|ssl-default-bind-ciphers|ciphers =)\s+(?:"([^"\n]+)"|'([^'\n]+)'|([^\s;]+))/gm;
  const files = ['nginx', 'mozilla', 'badssl'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()),
  );
  const values = files.flatMap((entry) => {
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    return [...text.matchAll(setting)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
  });
  return [...new Set(values)].filter((value) => value !== 'TLSv1.3');
}
