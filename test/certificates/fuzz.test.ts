/** Owns the proof that no input makes the certificate code throw, answer with impossible places, or take long. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derOfBer } from '../../server/src/certificates/ber.ts';
import { readCertificate } from '../../server/src/certificates/certificate.ts';
import { derCursor, derElement } from '../../server/src/certificates/der.ts';
import { describeCertificate } from '../../server/src/certificates/details.ts';
import { readPemFile } from '../../server/src/certificates/file.ts';
import { readPrivateKey } from '../../server/src/certificates/key.ts';
import { asCertificateFile, asKeyFile } from '../../server/src/certificates/load.ts';
import { keyMatch } from '../../server/src/certificates/match.ts';
import { coversName, coversServerName } from '../../server/src/certificates/names.ts';
import { readObject } from '../../server/src/certificates/objects.ts';
import { readKeystore } from '../../server/src/certificates/pkcs12.ts';
import { RSA_ALGORITHM } from '../../server/src/certificates/public-key.ts';
import { revocationOf } from '../../server/src/certificates/revocation-list.ts';
import { readBareFile } from '../../server/src/certificates/sniff.ts';
import { summaryOf } from '../../server/src/certificates/summary.ts';
import { BEGIN, CERTIFICATE, DER, PRIVATE_KEY, pem } from './samples.ts';

const ECDSA = derElement(0x30, derElement(0x06, Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2)));
const X509 = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 22, 1);
const CERTIFICATE_BAG = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 3);
const KEY_DER = new Uint8Array(Buffer.from(PRIVATE_KEY.split('\n').slice(1, -2).join(''), 'base64'));

const LABELS = [
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'DSA PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
  'CERTIFICATE',
  'CERTIFICATE REQUEST',
  'X509 CRL',
  'PUBLIC KEY',
  'RSA PUBLIC KEY',
  'DH PARAMETERS',
  'EC PARAMETERS',
  'PKCS7',
];

/** The fields of the sample's body by name, and a certificate with one of them replaced. */
const FIELDS = ['version', 'serial', 'algorithm', 'issuer', 'validity', 'subject', 'key', 'extensions'] as const;
type Field = (typeof FIELDS)[number];

function field(wanted: Field): Uint8Array {
  const body = derCursor(DER).enter('it', 0x30).enter('it', 0x30);
  const found = FIELDS.map((name) => [name, body.whole(body.next(name))] as const);
  return found.find(([name]) => name === wanted)?.[1] ?? new Uint8Array();
}

function certificateWith(part: Field, der: Uint8Array): Uint8Array {
  const body = derElement(0x30, ...FIELDS.map((name) => (name === part ? der : field(name))));
  return derElement(0x30, body, ECDSA, derElement(0x03, Uint8Array.of(0, 1)));
}

/** Everything that can be done with a file, with its places checked. */
function useFile(text: string, bytes?: Uint8Array): void {
  const file = bytes === undefined ? readPemFile(text) : readPemFile(text, () => bytes);
  const certificate = asCertificateFile(file);
  const key = asKeyFile(file);
  const spans = [...file.damage.map(({ span }) => span), ...file.items.map(({ span }) => span)];
  for (const item of file.items) if (item.kind !== 'damaged') spans.push(item.bodySpan, item.labelSpan);
  for (const loaded of [certificate, key]) if (loaded.kind === 'damaged') spans.push(loaded.damage.span);
  const impossible = spans.filter(({ start, end }) => start < 0 || end < start || end > text.length);
  expect(impossible).toEqual([]);
  if (certificate.kind === 'usable' && key.kind === 'usable') {
    expect(['match', 'mismatch', 'other-type', 'unknown']).toContain(
      keyMatch(certificate.leaf.certificate, key.key.key),
    );
  }
}

/** Bytes with some replaced, removed or put in. */
function mutated(original: Uint8Array) {
  const change = fc.tuple(
    fc.nat(original.length - 1),
    fc.constantFrom('set', 'remove', 'insert'),
    fc.integer({ min: 0, max: 255 }),
  );
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const bytes = [...original];
    for (const [at, how, value] of changes)
      bytes.splice(at, how === 'insert' ? 0 : 1, ...(how === 'remove' ? [] : [value]));
    return Uint8Array.from(bytes);
  });
}

describe('any input', () => {
  it('bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        readBareFile(bytes);
        readCertificate(bytes);
        for (const label of LABELS) readObject({ label, header: '', bytes });
        readKeystore(bytes);
        useFile(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), bytes);
        useFile(pem('CERTIFICATE', bytes) + pem('PRIVATE KEY', bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('certificates with changed bytes', () => {
    fc.assert(
      fc.property(mutated(DER), (bytes) => {
        const read = readCertificate(bytes);
        if (read.kind === 'unreadable') {
          expect(read.offset).toBeLessThanOrEqual(bytes.length);
          return;
        }
        coversName(read, 'www.example.com');
        coversServerName(read, '~^www\\.example\\.com$');
        expect(Number.isFinite(read.notBefore) && Number.isFinite(read.notAfter)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('certificates with changed bytes, described', async () => {
    await fc.assert(
      fc.asyncProperty(mutated(DER), async (bytes) => {
        expect((await describeCertificate(bytes)).sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
      }),
      { numRuns: 300 },
    );
  });

  it('keys with changed bytes', () => {
    fc.assert(
      fc.property(mutated(KEY_DER), (bytes) => {
        expect(['key', 'unreadable']).toContain(readPrivateKey({ label: 'PRIVATE KEY', header: '', bytes }).kind);
      }),
      { numRuns: 1000 },
    );
  });

  it('other objects with changed bytes', () => {
    const wrapped = (oid: readonly number[], content: Uint8Array) =>
      derElement(0x30, derElement(0x06, Uint8Array.from(oid)), derElement(0xa0, content));
    const signedData = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    const data = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    const envelope = (...body: readonly Uint8Array[]) =>
      derElement(0x30, derElement(0x30, ...body), ECDSA, derElement(0x03, Uint8Array.of(0, 1, 2)));
    const name = field('issuer');
    const time = Uint8Array.of(0x17, 13, ...Buffer.from('261123030559Z'));
    const entry = derElement(0x30, Uint8Array.of(2, 1, 9), time);
    const bag = derElement(0x30, derElement(0x06, X509), derElement(0xa0, derElement(0x04, DER)));
    const safe = derElement(0x30, derElement(0x30, derElement(0x06, CERTIFICATE_BAG), derElement(0xa0, bag)));
    const samples = {
      'X509 CRL': envelope(Uint8Array.of(2, 1, 1), ECDSA, name, time, time, derElement(0x30, entry, entry)),
      'CERTIFICATE REQUEST': envelope(Uint8Array.of(2, 1, 0), name, field('key'), Uint8Array.of(0xa0, 0)),
      PKCS7: wrapped(
        signedData,
        derElement(0x30, Uint8Array.of(2, 1, 1, 0x31, 0), wrapped(data, new Uint8Array()), derElement(0xa0, DER)),
      ),
      'PUBLIC KEY': field('key'),
      keystore: derElement(
        0x30,
        Uint8Array.of(2, 1, 3),
        wrapped(data, derElement(0x04, derElement(0x30, wrapped(data, derElement(0x04, safe))))),
      ),
    };
    for (const [label, der] of Object.entries(samples)) {
      const read = (bytes: Uint8Array) =>
        label === 'keystore' ? readKeystore(bytes) : readObject({ label, header: '', bytes });
      const sound = read(der);
      expect([label, 'kind' in sound && sound.kind === 'unreadable' ? sound.message : 'read']).toEqual([label, 'read']);
      fc.assert(
        fc.property(mutated(der), (bytes) => {
          const object = read(bytes);
          if ('kind' in object && object.kind === 'unreadable') expect(object.offset).toBeLessThanOrEqual(bytes.length);
          if ('kind' in object && object.kind === 'revocation-list') revocationOf(object.list, '09');
          readBareFile(bytes);
          derOfBer(bytes);
        }),
        { numRuns: 1000 },
      );
    }
  });

  it('PEM files with changed characters', () => {
    const encoder = new TextEncoder();
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    fc.assert(
      fc.property(mutated(encoder.encode(CERTIFICATE + PRIVATE_KEY)), (bytes) => useFile(decoder.decode(bytes))),
      { numRuns: 2000 },
    );
  });

  it('names', () => {
    const own = { san: { dns: ['*.example.com', '*.', '*', ''], ips: [] }, malformed: [] };
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom('', '.', '*.', '~', '['),
        (name, start) => {
          expect(['covered', 'not-covered', 'unknown']).toContain(coversServerName(own, start + name));
          expect(['covered', 'not-covered', 'unknown']).toContain(coversName(own, start + name));
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('large input takes time in proportion to its size', () => {
  const SIZE = 50_000_000;
  const LINE = `${'A'.repeat(64)}\n`;
  it.each([
    ['one line', 'A'],
    ['line ends', '\n'],
    ['base64', LINE],
    ['dashes', '-'],
    ['characters outside ASCII', '€'],
    ['empty blocks', '-----BEGIN A-----\n-----END A-----\n'],
    ['BEGIN lines', `${BEGIN}\n`],
    ['END lines', '-----END A-----\n'],
    ['BEGIN lines that are none', ` ${BEGIN}\n`],
    ['certificates', CERTIFICATE],
  ])('50 MB of %s', (_, part) => {
    const text = part.repeat(Math.ceil(SIZE / part.length));
    const started = performance.now();
    const file = readPemFile(text);
    // A quadratic step would take hours; a busy machine may take some seconds.
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(file.items.length).toBeLessThanOrEqual(10_000);
    expect(file.damage.length).toBeLessThanOrEqual(10_101);
  });

  it('a block of 50 MB, and DER that nests deeply', () => {
    const block = `${BEGIN}\n${LINE.repeat(SIZE / LINE.length)}-----END CERTIFICATE-----\n`;
    expect(asCertificateFile(readPemFile(block))).toMatchObject({
      kind: 'damaged',
      damage: { kind: 'certificate-der' },
    });
    const nested = new Uint8Array(1_000_000).fill(0x30).map((byte, index) => (index % 2 === 0 ? byte : 0x80));
    expect(readCertificate(nested)).toMatchObject({ kind: 'unreadable' });
    let deep: Uint8Array = Uint8Array.of(0x05, 0x00);
    for (let depth = 0; depth < 1000; depth++) deep = derElement(0x30, deep);
    expect(readCertificate(deep)).toMatchObject({ kind: 'unreadable' });
  });

  const repeated = (part: Uint8Array, size: number) => {
    const out = new Uint8Array(Math.ceil(size / part.length) * part.length);
    for (let at = 0; at < out.length; at += part.length) out.set(part, at);
    return out;
  };
  const extension = (oid: readonly number[], value: Uint8Array) =>
    derElement(0x30, derElement(0x06, Uint8Array.from(oid)), derElement(0x04, value));
  const withExtension = (...all: readonly Uint8Array[]) =>
    certificateWith('extensions', derElement(0xa3, derElement(0x30, ...all)));
  const attribute = (value: Uint8Array) =>
    derElement(0x31, derElement(0x30, Uint8Array.of(6, 3, 0x55, 4, 3), derElement(0x0c, value)));
  const MEGABYTES = 16_000_000;
  const hostile: readonly [string, () => Uint8Array][] = [
    ['a serial number', () => certificateWith('serial', derElement(0x02, new Uint8Array(MEGABYTES).fill(0x80)))],
    ['an attribute', () => certificateWith('issuer', derElement(0x30, attribute(new Uint8Array(MEGABYTES).fill(65))))],
    [
      'attributes',
      () => certificateWith('issuer', derElement(0x30, repeated(attribute(Uint8Array.of(65)), MEGABYTES))),
    ],
    [
      'a modulus',
      () =>
        certificateWith(
          'key',
          derElement(
            0x30,
            RSA_ALGORITHM,
            derElement(
              0x03,
              Uint8Array.of(0),
              derElement(0x30, derElement(0x02, new Uint8Array(MEGABYTES).fill(0x7f)), Uint8Array.of(2, 1, 3)),
            ),
          ),
        ),
    ],
    [
      'an object identifier',
      () => withExtension(extension([...new Array<number>(1000).fill(0x81), 1], new Uint8Array(MEGABYTES))),
    ],
    ['extensions', () => withExtension(repeated(extension([0x55, 0x1d, 0x11], Uint8Array.of(0x30, 0)), MEGABYTES))],
    [
      'names',
      () =>
        withExtension(extension([0x55, 0x1d, 0x11], derElement(0x30, repeated(Uint8Array.of(0x82, 1, 65), MEGABYTES)))),
    ],
    [
      'subtrees',
      () =>
        withExtension(
          extension(
            [0x55, 0x1d, 0x1e],
            derElement(
              0x30,
              derElement(0xa0, repeated(Uint8Array.of(0x30, 10, 0x87, 8, 1, 2, 3, 4, 5, 6, 7, 8), MEGABYTES)),
            ),
          ),
        ),
    ],
    [
      'policies',
      () =>
        withExtension(
          extension([0x55, 0x1d, 0x20], derElement(0x30, repeated(Uint8Array.of(0x30, 3, 6, 1, 42), MEGABYTES))),
        ),
    ],
  ];
  it.each(hostile)('a certificate with 16 MB of %s', (_, make) => {
    const der = make();
    const started = performance.now();
    const file = readPemFile('\ufffd', () => der);
    const text = readPemFile(pem('CERTIFICATE', der));
    expect(performance.now() - started).toBeLessThan(20_000);
    const said = [...file.damage, ...text.damage].map(({ message }) => message);
    for (const item of text.items) said.push(summaryOf(item));
    if (text.leaf !== undefined) said.push(text.leaf.certificate.serial, text.leaf.certificate.issuer.text);
    expect(said.filter((message) => message.length > 50_000)).toEqual([]);
    expect(text.damage.length).toBeLessThanOrEqual(1);
  });

  it('containers with 16 MB of nothing', () => {
    const nothing = repeated(Uint8Array.of(0x30, 0), MEGABYTES);
    const started = performance.now();
    for (const container of [
      Uint8Array.from([0x30, 0x80, ...nothing.subarray(0, 1000)]),
      derElement(0x30, nothing),
      derElement(
        0x30,
        derElement(0x06, Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2)),
        derElement(0xa0, nothing),
      ),
    ]) {
      readKeystore(container);
      readObject({ label: 'PKCS7', header: '', bytes: container });
      readObject({ label: 'X509 CRL', header: '', bytes: container });
      readBareFile(container);
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('says that it stopped counting', () => {
    const file = readPemFile('-----BEGIN A-----\nAAAA\n-----END A-----\n'.repeat(10_001));
    expect(file.items.length).toBe(10_000);
    expect(file.damage.map(({ kind }) => kind)).toEqual(['too-many']);
  });
});
