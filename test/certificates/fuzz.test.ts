/** Owns the proof that no input makes the certificate code throw, answer with impossible places, or take long. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../server/src/certificates/certificate.ts';
import { derElement } from '../../server/src/certificates/der.ts';
import { describeCertificate } from '../../server/src/certificates/details.ts';
import { readPemFile } from '../../server/src/certificates/file.ts';
import { readPrivateKey } from '../../server/src/certificates/key.ts';
import { asCertificateFile, asKeyFile } from '../../server/src/certificates/load.ts';
import { keyMatch } from '../../server/src/certificates/match.ts';
import { coversName, coversServerName } from '../../server/src/certificates/names.ts';
import { readBareFile } from '../../server/src/certificates/sniff.ts';
import { BEGIN, CERTIFICATE, DER, PRIVATE_KEY, pem } from './samples.ts';

const KEY_DER = new Uint8Array(Buffer.from(PRIVATE_KEY.split('\n').slice(1, -2).join(''), 'base64'));

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
        for (const label of [
          'PRIVATE KEY',
          'RSA PRIVATE KEY',
          'EC PRIVATE KEY',
          'DSA PRIVATE KEY',
          'ENCRYPTED PRIVATE KEY',
        ]) {
          readPrivateKey({ label, header: '', bytes });
        }
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

  it('says that it stopped counting', () => {
    const file = readPemFile('-----BEGIN A-----\nAAAA\n-----END A-----\n'.repeat(10_001));
    expect(file.items.length).toBe(10_000);
    expect(file.damage.map(({ kind }) => kind)).toEqual(['too-many']);
  });
});
