/** Owns the proof that certificates are read strictly and described in full, without any other reader at hand. */
import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Certificate, readCertificate } from '../../server/src/certificates/certificate.ts';
import { derCursor, derElement, hexOf } from '../../server/src/certificates/der.ts';
import { describeCertificate } from '../../server/src/certificates/details.ts';
import { ipBytes, ipText } from '../../server/src/certificates/ip.ts';
import { oidOf } from '../../server/src/certificates/oids.ts';
import { timeOf } from '../../server/src/certificates/time.ts';
import { expiringFrom, expiringSoon, validity } from '../../server/src/certificates/validity.ts';
import { DER } from './samples.ts';

const text = (value: string) => new TextEncoder().encode(value);
const day = 86_400_000;

/** The sample with one text in its bytes replaced by another of the same length. */
function changed(from: string, to: string, last = false): Uint8Array {
  const bytes = Buffer.from(DER);
  const at = last ? bytes.lastIndexOf(from, undefined, 'latin1') : bytes.indexOf(from, undefined, 'latin1');
  expect(at).toBeGreaterThan(0);
  bytes.write(to, at, 'latin1');
  return new Uint8Array(bytes);
}

function sample(der: Uint8Array = DER): Certificate {
  const read = readCertificate(der);
  if (read.kind === 'unreadable') throw new Error(read.message);
  return read;
}

describe('a certificate', () => {
  it('is read with all that findings speak of', () => {
    const { der, subject, issuer, publicKey, signed, extensions, ...rest } = sample();
    expect(rest).toEqual({
      kind: 'certificate',
      version: 3,
      serial: 'd1e2f3a4b5c6d7',
      notBefore: Date.UTC(2026, 10, 23, 3, 5, 59),
      notAfter: Date.UTC(2027, 1, 21, 3, 5, 59),
      signatureAlgorithm: 'ecdsa-with-SHA256',
      signatureAgrees: true,
      selfIssued: true,
      san: {
        dns: ['example.com', '*.example.com'],
        ips: ['192.0.2.1', '2001:db8::1'],
        emails: ['a@example.com'],
        uris: ['https://example.com/'],
        directoryNames: [],
        others: [],
      },
      isCA: true,
      pathLength: 1,
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['serverAuth', 'clientAuth'],
      subjectKeyId: 'ccd7d8bd051aa149abf1329809df9753361be852',
      authorityKeyId: 'ccd7d8bd051aa149abf1329809df9753361be852',
      authorityIssuer: undefined,
      authoritySerial: undefined,
      ocspUris: ['http://ocsp.example.com'],
      issuerUris: [],
      crlUris: [],
      policies: ['2.23.140.1.2.1'],
      policyMappings: [],
      policyConstraints: undefined,
      inhibitAnyPolicy: undefined,
      nameConstraints: undefined,
      tlsFeatures: [],
      scts: 0,
      malformed: [],
    });
    expect(subject.text).toBe('CN=example.com, O=Example\\, Inc., C=DE');
    expect(subject.commonNames).toEqual(['example.com']);
    expect(issuer.der).toEqual(subject.der);
    expect(publicKey).toMatchObject({ algorithm: 'EC', bits: 256, curve: 'prime256v1' });
    expect(der).toEqual(DER);
    expect(extensions.map(({ oid, critical }) => `${oid}${critical ? ' critical' : ''}`)).toEqual([
      '2.5.29.14',
      '2.5.29.35',
      '2.5.29.17',
      '2.5.29.15 critical',
      '2.5.29.37',
      '1.3.6.1.5.5.7.1.1',
      '2.5.29.32',
      '2.5.29.19 critical',
    ]);
    expect(hexOf(signed.algorithm)).toBe('300a06082a8648ce3d040302');
    const key = { key: Buffer.from(publicKey.spki), format: 'der', type: 'spki' } as const;
    expect(verify('sha256', signed.content, createPublicKey(key), signed.signature)).toBe(true);
  });

  it('with bytes behind it, or cut off, is unreadable at a byte', () => {
    const longer = Uint8Array.from([...DER, 0]);
    expect(readCertificate(longer)).toMatchObject({ kind: 'unreadable', offset: DER.length, part: 'structure' });
    expect(readCertificate(DER.subarray(0, -1))).toMatchObject({ kind: 'unreadable', offset: 1 });
    expect(readCertificate(new Uint8Array())).toMatchObject({ kind: 'unreadable', offset: 0 });
  });

  it('with a month that is none is unreadable, and not of another year', () => {
    expect(readCertificate(changed('2702210305', '2799210305'))).toMatchObject({
      kind: 'unreadable',
      part: 'time',
      message: 'notAfter is not a valid time',
    });
  });

  it('keeps the bytes of a name that are not ASCII, on every runtime', () => {
    expect(sample(changed('a@example.com', '\x80@example.com')).san?.emails).toEqual(['\x80@example.com']);
  });

  it('with an extension that cannot be read keeps its other fields', () => {
    const read = sample(changed('\x30\x59\x82\x0bexample', '\x30\x59\x82\x7fexample'));
    expect(read.san).toBeUndefined();
    expect(read.malformed).toMatchObject([{ oid: '2.5.29.17' }]);
    expect(read.extendedKeyUsage).toEqual(['serverAuth', 'clientAuth']);
  });

  it('shows no control characters of its names', () => {
    expect(sample(changed('example.com', 'exa\x1b[31m.co')).issuer.text).toBe(
      'CN=exa\\1b[31m.co, O=Example\\, Inc., C=DE',
    );
  });
});

describe('DER', () => {
  const failure = (...bytes: readonly number[]) => {
    const cursor = derCursor(Uint8Array.from(bytes));
    cursor.next('it');
    cursor.finish('the whole');
    return cursor.source.failure;
  };
  it.each([
    ['an indefinite length', [0x30, 0x80, 0, 0], 1],
    ['a length that is not minimal', [0x04, 0x81, 0x01, 0], 1],
    ['a length with a leading zero', [0x04, 0x82, 0x00, 0x80, ...new Array<number>(128).fill(0)], 1],
    ['a length beyond the end', [0x04, 0x05, 0], 1],
    ['a length of more than four bytes', [0x04, 0x85, 1, 0, 0, 0, 0], 1],
    ['a long tag', [0x1f, 0x01, 0x00], 0],
    ['no length', [0x04], 0],
    ['nothing', [], 0],
    ['trailing bytes', [0x05, 0x00, 0x05], 2],
  ] as const)('refuses %s', (_, bytes, offset) => {
    expect(failure(...bytes)).toMatchObject({ offset });
  });

  it('writes what it reads', () => {
    for (const size of [0, 1, 127, 128, 255, 256, 65_536]) {
      const cursor = derCursor(derElement(4, new Uint8Array(size)));
      expect(cursor.contents(cursor.next('it', 4))).toHaveLength(size);
      expect(cursor.source.failure).toBeUndefined();
    }
  });
});

describe('times', () => {
  it.each([
    [0x17, '491231235959Z', Date.UTC(2049, 11, 31, 23, 59, 59)],
    [0x17, '500101000000Z', Date.UTC(1950, 0, 1)],
    [0x18, '20240229120000Z', Date.UTC(2024, 1, 29, 12)],
    [0x18, '00990101000000Z', new Date('0099-01-01T00:00:00Z').getTime()],
    [0x17, '230229000000Z', undefined],
    [0x17, '231301000000Z', undefined],
    [0x17, '230001000000Z', undefined],
    [0x17, '230431000000Z', undefined],
    [0x17, '230101240000Z', undefined],
    [0x17, '230101006000Z', undefined],
    [0x17, '230101000060Z', undefined],
    [0x17, '2301010000Z', undefined],
    [0x17, '230101000000+0100', undefined],
    [0x18, '20230101000000.5Z', undefined],
    [0x17, '23010100000xZ', undefined],
    [0x04, '230101000000Z', undefined],
  ])('%i %s', (tag, value, expected) => {
    expect(timeOf(tag, text(value))).toBe(expected);
  });
});

describe('object identifiers', () => {
  it.each([
    [[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01], '1.2.840.113549.1.1.1'],
    [[0x88, 0x37, 0x03], '2.999.3'],
    [[0x27], '0.39'],
    [[0x69, ...new Array<number>(20).fill(0xff), 0x7f], `2.25.${(1n << 147n) - 1n}`],
    [[0x2a, 0x86], undefined],
    [[], undefined],
  ] as const)('%s', (bytes, expected) => {
    expect(oidOf(Uint8Array.from(bytes))).toBe(expected);
  });
});

describe('IP addresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ])('%s', (written, expected) => {
    expect(ipText(ipBytes(written) ?? [])).toBe(expected);
  });
  it.each([
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '12345::',
    '1:2:3:4:5:6:7:8::',
    'g::',
    '',
  ])('%s is none', (written) => expect(ipBytes(written)).toBeUndefined());
});

describe('validity', () => {
  const start = Date.UTC(2026, 0, 1);
  const ninety = { notBefore: start, notAfter: start + 90 * day - 1000 };

  it('says how much is left and used', () => {
    expect(validity(ninety, start + 63 * day)).toEqual({
      state: 'valid',
      daysLeft: 26,
      lifetimeDays: 90,
      usedShare: expect.closeTo(0.7, 3),
    });
    expect(validity(ninety, start - 1)).toMatchObject({ state: 'not-yet', usedShare: 0 });
    expect(validity(ninety, start)).toMatchObject({ state: 'valid', usedShare: 0 });
    expect(validity(ninety, ninety.notAfter)).toMatchObject({ state: 'valid', daysLeft: 0, usedShare: 1 });
    expect(validity(ninety, ninety.notAfter + 1)).toMatchObject({ state: 'expired', daysLeft: 0, usedShare: 1 });
    expect(validity(ninety, ninety.notAfter + 2.5 * day)).toMatchObject({ state: 'expired', daysLeft: -2 });
  });

  it('counts a fraction of a day as a day', () => {
    expect(validity({ notBefore: 0, notAfter: day }, 0).lifetimeDays).toBe(2);
    expect(validity({ notBefore: 0, notAfter: 160 * 3_600_000 - 1000 }, 0).lifetimeDays).toBe(7);
  });

  it('expires soon within 30 days, or within a third of a shorter life', () => {
    const year = { notBefore: start, notAfter: start + 365 * day };
    expect(expiringFrom(year)).toBe(year.notAfter - 30 * day);
    expect(expiringFrom(ninety, 60)).toBe(ninety.notAfter - (90 * day - 1000) / 3);
    expect(expiringSoon(year, expiringFrom(year) - 1)).toBe(false);
    expect(expiringSoon(year, expiringFrom(year))).toBe(true);
    expect(expiringSoon(year, year.notAfter)).toBe(true);
    expect(expiringSoon(year, year.notAfter + 1)).toBe(false);
    const week = { notBefore: start, notAfter: start + 6 * day };
    expect(expiringSoon(week, start + 3.9 * day)).toBe(false);
    expect(expiringSoon(week, start + 4 * day)).toBe(true);
  });

  it('of a certificate that ends before it starts', () => {
    const never = { notBefore: start, notAfter: start - day };
    expect(validity(never, start)).toMatchObject({ state: 'expired', lifetimeDays: 0, usedShare: 1 });
    expect(expiringSoon(never, never.notAfter)).toBe(true);
  });
});

describe('details', () => {
  it('have fingerprints and decoded extensions', async () => {
    const details = await describeCertificate(DER);
    expect(details).toMatchObject({
      sha256: 'C8:CF:E1:C7:14:84:3E:98:22:1C:2A:AD:15:5E:97:4B:0E:B9:1F:9F:94:1D:85:44:89:F2:85:43:96:B0:12:76',
      sha1: 'F1:9E:7D:EB:69:25:F3:F9:29:AD:B3:AA:C6:8F:A6:09:78:2F:60:9D',
      serial: 'D1:E2:F3:A4:B5:C6:D7',
      subject: 'CN=example.com, O=Example\\, Inc., C=DE',
    });
    expect(details.extensions).toContainEqual({
      oid: '2.5.29.19',
      name: 'Basic Constraints',
      critical: true,
      text: 'CA: true\nPath Length: 1',
    });
    expect(details.extensions).toHaveLength(8);
  });

  it('survive what the library refuses, and times that it rolls over', async () => {
    const bad = changed('2702210305', '2799210305');
    expect(await describeCertificate(bad)).toMatchObject({
      notAfter: undefined,
      subject: expect.stringContaining('example.com'),
    });
    expect(await describeCertificate(Uint8Array.of(1, 2, 3))).toMatchObject({ subject: undefined, extensions: [] });
    const malformed = changed('\x30\x59\x82\x0bexample', '\x30\x59\x82\x7fexample');
    expect((await describeCertificate(malformed)).subject).toBe('CN=example.com, O=Example\\, Inc., C=DE');
  });
});
