/** Owns the proof that names are matched as RFC 9525 wants it, and that doubt is said to be doubt. */
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../server/src/certificates/certificate.ts';
import { derCursor, derElement } from '../../server/src/certificates/der.ts';
import { ipBytes } from '../../server/src/certificates/ip.ts';
import { type Coverage, coversName, coversServerName } from '../../server/src/certificates/names.ts';
import { DER } from './samples.ts';

function certificate(...names: readonly string[]) {
  const ips = names.filter((name) => /^[0-9.]+$|:/.test(name));
  return { san: { dns: names.filter((name) => !ips.includes(name)), ips }, malformed: [] };
}

type Case = readonly [name: string, own: readonly string[], expected: Coverage];

describe('reference names', () => {
  const cases: readonly Case[] = [
    ['example.com', ['example.com'], 'covered'],
    ['EXAMPLE.com.', ['Example.COM'], 'covered'],
    ['www.example.com', ['example.com'], 'not-covered'],
    ['www.example.com', ['*.example.com'], 'covered'],
    ['example.com', ['*.example.com'], 'not-covered'],
    ['a.b.example.com', ['*.example.com'], 'not-covered'],
    ['www.example.com', ['w*.example.com'], 'not-covered'],
    ['www.example.com', ['*'], 'not-covered'],
    ['www.example.com', ['www.*.com'], 'not-covered'],
    ['localhost', ['localhost'], 'covered'],
    ['bücher.example', ['xn--bcher-kva.example'], 'covered'],
    ['BÜCHER.example', ['xn--bcher-kva.example'], 'covered'],
    ['bücher.example', ['xn--bcher-kvb.example'], 'not-covered'],
    ['192.0.2.1', ['192.0.2.1'], 'covered'],
    ['192.0.2.1', ['*.0.2.1', '192.0.2.2'], 'not-covered'],
    ['[2001:DB8::0:1]', ['2001:db8::1'], 'covered'],
    ['2001:db8::2', ['2001:db8::1'], 'not-covered'],
    ['a b', ['example.com'], 'unknown'],
    ['', ['example.com'], 'unknown'],
    ['a..b', ['example.com'], 'unknown'],
    ['10.1', ['example.com'], 'unknown'],
    ['1.2.3.4.5', ['example.com'], 'unknown'],
    ['example.0x7f', ['example.com'], 'unknown'],
    ['1e100.net', ['1e100.net'], 'covered'],
    [`${'a'.repeat(64)}.com`, ['example.com'], 'unknown'],
  ];
  it.each(cases)('%s by %s: %s', (name, own, expected) => {
    expect(coversName(certificate(...own), name)).toBe(expected);
  });

  it('an IP address in a DNS name does not count', () => {
    expect(coversName({ san: { dns: ['192.0.2.1'], ips: [] }, malformed: [] }, '192.0.2.1')).toBe('not-covered');
  });

  it('names that cannot be read are not known to be absent', () => {
    const malformed = [{ oid: '2.5.29.17', offset: 0, message: '' }];
    expect(coversName({ san: undefined, malformed }, 'example.com')).toBe('unknown');
    expect(coversServerName({ san: undefined, malformed }, '*.example.com')).toBe('unknown');
    expect(coversName({ san: undefined, malformed: [] }, 'example.com')).toBe('not-covered');
  });
});

describe('reference names, as OpenSSL compares them', () => {
  const label = fc.constantFrom('www', 'a', 'b1', 'example', 'xn--bcher-kva', 'com');
  const host = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
  // OpenSSL wants two dots behind a star; RFC 9525 does not, and other clients differ.
  const wildcard = fc.array(label, { minLength: 2, maxLength: 3 }).map((labels) => `*.${labels.join('.')}`);
  const partial = host.map((name) => `w*${name}`);
  const address = fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2');
  const upper = (name: string, is: boolean) => (is ? name.toUpperCase() : name);

  it('the verdicts are the same', () => {
    let covered = 0;
    const own = fc.array(fc.oneof(host, wildcard, partial, address), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(own, fc.oneof(host, address), fc.boolean(), (names, name, isUpper) => {
        const der = certificateFor(names);
        const read = readCertificate(der);
        if (read.kind === 'unreadable') throw new Error(read.message);
        const node = new X509Certificate(der);
        const asked = upper(name, isUpper);
        const isAddress = ipBytes(name) !== undefined;
        const found = isAddress
          ? node.checkIP(asked)
          : node.checkHost(asked, { subject: 'never', partialWildcards: false });
        if (found !== undefined) covered++;
        expect(coversName(read, asked)).toBe(found === undefined ? 'not-covered' : 'covered');
      }),
      { numRuns: 2000 },
    );
    expect(covered).toBeGreaterThan(50);
  });

  /** The sample with other subject alternative names, and without its other extensions. */
  function certificateFor(names: readonly string[]): Uint8Array {
    const entries = names.map((name) => {
      const bytes = ipBytes(name);
      return bytes === undefined ? derElement(0x82, Buffer.from(name)) : derElement(0x87, Uint8Array.from(bytes));
    });
    const san = derElement(0x30, Uint8Array.of(6, 3, 0x55, 0x1d, 0x11), derElement(0x04, derElement(0x30, ...entries)));
    const file = derCursor(DER).enter('it', 0x30);
    const body = file.enter('it', 0x30);
    const fields = ['version', 'serial', 'algorithm', 'issuer', 'validity', 'subject', 'key'].map((name) =>
      body.whole(body.next(name)),
    );
    const rest = ['algorithm', 'signature'].map((name) => file.whole(file.next(name)));
    return derElement(0x30, derElement(0x30, ...fields, derElement(0xa3, derElement(0x30, san))), ...rest);
  }
});

describe('server_name of nginx', () => {
  const cases: readonly Case[] = [
    ['example.com', ['example.com'], 'covered'],
    ['www.example.com', ['example.com'], 'not-covered'],
    ['', ['example.com'], 'unknown'],
    ['_', ['example.com'], 'unknown'],
    ['localhost', ['example.com'], 'unknown'],
    ['$hostname', ['example.com'], 'unknown'],
    ['$name.example.com', ['example.com'], 'unknown'],
    ['!@#', ['example.com'], 'unknown'],
    ['192.0.2.1', ['example.com'], 'not-covered'],
    ['192.0.2.1', ['192.0.2.1'], 'covered'],
    ['*.example.com', ['*.example.com'], 'covered'],
    ['*.example.com', ['www.example.com', 'example.com'], 'not-covered'],
    ['*.example.com', ['*.example.org'], 'not-covered'],
    ['*.com', ['www.example.com'], 'unknown'],
    ['.example.com', ['example.com', '*.example.com'], 'covered'],
    ['.example.com', ['example.com'], 'not-covered'],
    ['.example.com', ['*.example.com'], 'not-covered'],
    ['.localhost', ['example.com'], 'unknown'],
    ['www.example.*', ['www.example.com'], 'unknown'],
    ['www.example.*', ['*.example.com'], 'unknown'],
    ['www.example.*', ['*.example.co.uk'], 'unknown'],
    ['www.example.*', ['example.com', 'api.example.com'], 'not-covered'],
    ['www.example.*', ['*.example2.com', '*.com'], 'not-covered'],
    ['www.*', ['*.example.com'], 'unknown'],
    ['www.*', ['api.example.com'], 'not-covered'],
    ['~^www\\.example\\.com$', ['www.example.com'], 'unknown'],
    ['~^www\\d+\\.example\\.com$', ['*.example.com'], 'unknown'],
    ['~^www\\d+\\.example\\.com$', ['example.com', '*.example.org'], 'not-covered'],
    ['~^(?<user>.+)\\.Example\\.com$', ['*.com'], 'not-covered'],
    ['~^(?<user>.+)\\.example\\.com$', ['example.org'], 'not-covered'],
    ['~^(www\\.)?example\\.com$', ['example.org', '*.org'], 'not-covered'],
    ['~^(www\\.)?example\\.com$', ['*.com'], 'unknown'],
    ['~^x\\.example\\.com|y\\.example\\.org$', ['x.example.com'], 'unknown'],
    ['~example.com$', ['exampleXcom.net', 'example.org'], 'not-covered'],
    ['~example.com$', ['wss.com'], 'unknown'],
    ['~^example', ['other.org'], 'unknown'],
    ['~\\x63om$', ['other.org'], 'unknown'],
    ['~^.+\\.example\\.com\\$$', ['other.org'], 'unknown'],
    ['~(?x)example\\.com$', ['other.org'], 'unknown'],
    ['~^.+\\.exampl[ae]$', ['other.org'], 'unknown'],
    ['~$', ['other.org'], 'unknown'],
  ];
  it.each(cases)('%s by %s: %s', (name, own, expected) => {
    expect(coversServerName(certificate(...own), name)).toBe(expected);
  });

  it('a pattern is never called not covered that matches a covered name', () => {
    const labels = fc.constantFrom('www', 'a', 'b1', 'example', 'com', 'org');
    const name = fc.array(labels, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.'));
    const own = fc.array(
      fc.oneof(
        name,
        name.map((rest) => `*.${rest}`),
      ),
      { minLength: 1, maxLength: 3 },
    );
    const piece = fc.constantFrom(
      'www',
      'a',
      'example',
      'com',
      '\\.',
      '\\.',
      '.',
      '.+',
      '[a-z]+',
      '(www\\.)?',
      '(a|b1)',
      '\\w+',
      'b?',
      '\\d',
    );
    const pattern = fc.oneof(
      fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => `~${parts.join('')}$`),
      name.map((start) => `${start}.*`),
    );
    const matches = (serverName: string, host: string) =>
      serverName.startsWith('~')
        ? new RegExp(serverName.slice(1), 'i').test(host)
        : host.startsWith(serverName.slice(0, -1));
    fc.assert(
      fc.property(pattern, own, fc.array(name, { minLength: 20, maxLength: 40 }), (serverName, names, hosts) => {
        const verdict = coversServerName(certificate(...names), serverName);
        const met = hosts.filter(
          (host) => matches(serverName, host) && coversName(certificate(...names), host) === 'covered',
        );
        expect([verdict, met]).toEqual([verdict === 'not-covered' && met.length > 0 ? 'unknown' : verdict, met]);
      }),
      { numRuns: 2000 },
    );
  });
});
