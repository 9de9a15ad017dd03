/** Owns the proof that no PKCS#12 container makes its reader throw or take long, whatever the passwords. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { derElement } from '../../server/src/certificates/der.ts';
import { readKeystore } from '../../server/src/certificates/pkcs12.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { openssl } from './openssl.ts';
import { CERTIFICATE, DER, PRIVATE_KEY } from './samples.ts';

describeWith('openssl', 'containers with changed bytes', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  folder.write('crt', CERTIFICATE);
  folder.write('key', PRIVATE_KEY);

  it.each([
    '-iter 1 -nomaciter',
    '-iter 1 -nomaciter -legacy',
    '-iter 1 -nomac',
    '-iter 1 -nomaciter -certpbe NONE -keypbe NONE',
  ])('%s', (options) => {
    openssl(folder, ...`pkcs12 -export -in crt -inkey key -passout pass:x -out p12 ${options}`.split(' '));
    const sound = readFileSync(join(folder.path, 'p12'));
    expect(readKeystore(sound, ['x'])).toMatchObject({ certificates: [{ certificate: { der: DER } }], closedKeys: 0 });
    const changes = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(changes, (changed) => {
        const bytes = Uint8Array.from(sound);
        for (const [at, value] of changed) bytes[at] = value;
        const read = readKeystore(bytes, ['y', 'x']);
        if ('kind' in read) expect(read.offset).toBeLessThanOrEqual(bytes.length);
        else expect(read.certificates.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 400 },
    );
  });
});

it('containers that want a hundred million rounds are given up in time', () => {
  const oid = (...bytes: readonly number[]) => derElement(0x06, Uint8Array.from(bytes));
  const pkcs = (...bytes: readonly number[]) => oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, ...bytes);
  const number = (value: number) => derElement(0x02, Uint8Array.of(value >> 24, value >> 16, value >> 8, value));
  const salt = derElement(0x04, new Uint8Array(8));
  const aes = derElement(0x30, oid(0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a), derElement(0x04, new Uint8Array(16)));
  const part = (rounds: number, way: 'older' | 'newer') => {
    const derivation = derElement(0x30, pkcs(5, 12), derElement(0x30, salt, number(rounds)));
    const algorithm =
      way === 'older'
        ? derElement(0x30, pkcs(12, 1, 3), derElement(0x30, salt, number(rounds)))
        : derElement(0x30, pkcs(5, 13), derElement(0x30, derivation, aes));
    const content = derElement(0x30, pkcs(7, 1), algorithm, derElement(0x80, new Uint8Array(64)));
    return derElement(0x30, pkcs(7, 6), derElement(0xa0, derElement(0x30, Uint8Array.of(2, 1, 0), content)));
  };
  const container = (parts: readonly Uint8Array[], ...mac: readonly Uint8Array[]) =>
    derElement(
      0x30,
      Uint8Array.of(2, 1, 3),
      derElement(0x30, pkcs(7, 1), derElement(0xa0, derElement(0x04, derElement(0x30, ...parts)))),
      ...mac,
    );
  const sha1 = derElement(0x30, oid(0x2b, 14, 3, 2, 26));
  const mac = (rounds: number) =>
    derElement(0x30, derElement(0x30, sha1, derElement(0x04, new Uint8Array(20))), salt, number(rounds));
  const passwords = Array.from({ length: 1000 }, (_, i) => `password ${i}`);
  const repeated = (one: Uint8Array) => Array.from({ length: 100 }, () => one);
  const CONTAINERS: readonly (readonly [name: string, bytes: Uint8Array, closed: string])[] = [
    ['PBKDF2', container(repeated(part(1_000_000, 'newer'))), 'cipher'],
    ['the older way', container(repeated(part(100_000, 'older'))), 'cipher'],
    ['a check value', container([], mac(100_000)), 'none'],
    ['too much at once', container([part(2_000_000_000, 'newer'), part(2_000_000_000, 'older')]), 'cipher'],
    ['less than none', container([part(0, 'newer')], mac(0)), 'cipher'],
  ];
  for (const [name, bytes, closed] of CONTAINERS) {
    const started = performance.now();
    const read = readKeystore(bytes, passwords);
    expect([name, 'closed' in read ? (read.closed ?? 'none') : read.message]).toEqual([name, closed]);
    expect(performance.now() - started).toBeLessThan(20_000);
  }
});
