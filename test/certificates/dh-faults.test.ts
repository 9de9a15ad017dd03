/** Owns the faults that are found in Diffie-Hellman parameters, in bounded time, whatever the numbers are. */
import { generatePrimeSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { derElement } from '../../server/src/certificates/der.ts';
import { dhFault } from '../../server/src/certificates/dh-faults.ts';
import { readPemFile } from '../../server/src/certificates/file.ts';
import { corpusRoot, describeWith } from '../kit/required.ts';

function read(text: string) {
  for (const item of readPemFile(text).items)
    if (item.kind === 'parameters' && item.parameters.kind === 'dh')
      return { bits: item.parameters.bits, fault: dhFault(item.parameters) };
  return undefined;
}

function bytesOf(n: bigint): Uint8Array {
  const hex = n.toString(16);
  return Buffer.from(`00${hex.length % 2 === 0 ? '' : '0'}${hex}`, 'hex');
}

function pem(p: bigint, g: bigint, label = 'DH PARAMETERS'): string {
  const integer = (n: bigint) => derElement(0x02, bytesOf(n));
  const body = Buffer.from(derElement(0x30, integer(p), integer(g))).toString('base64');
  return `text before\n-----BEGIN ${label}-----\n${body.replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
}

const safePrime = generatePrimeSync(256, { safe: true, bigint: true });

describe('Diffie-Hellman parameters', () => {
  it('have the size of their modulus', () => {
    expect(read(pem(safePrime, 2n))).toEqual({ bits: 256, fault: undefined });
    expect(read(pem(safePrime, 5n, 'X9.42 DH PARAMETERS'))).toEqual({ bits: 256, fault: undefined });
  });

  it('are broken where the modulus is no prime', () => {
    const [p, q] = [generatePrimeSync(128, { bigint: true }), generatePrimeSync(128, { bigint: true })];
    expect(read(pem(p * q, 2n))?.fault).toBe('composite');
    expect(read(pem(safePrime - 1n, 2n))?.fault).toBe('composite');
    // A Carmichael number passes Fermat's test for every base that is prime to it.
    expect(read(pem(561n, 2n))?.fault).toBe('composite');
  });

  it('are broken where the generator leads to few values, or to values that are found part by part', () => {
    for (const g of [0n, 1n, safePrime - 1n, safePrime]) expect(read(pem(safePrime, g))?.fault).toBe('few-secrets');
    // The product of the primes up to 31, plus 1, is a prime.
    expect(read(pem(200_560_490_131n, 2n))?.fault).toBe('few-secrets');
  });

  it('are not read out of what is none', () => {
    for (const text of ['', 'x', pem(safePrime, 2n, 'CERTIFICATE'), pem(safePrime, 2n).replace(/\n.{40}/, '\n')])
      expect(read(text)).toBeUndefined();
    expect(read(pem(0n, 0n))).toEqual({ bits: 0, fault: 'few-secrets' });
  });

  it('take bounded time, whatever they are', () => {
    const start = performance.now();
    expect(read(pem((1n << 4095n) + 1n, (1n << 4000n) + 1n))?.fault).toBe('composite');
    expect(read(pem((1n << 200_000n) + 1n, 2n))).toEqual({ bits: 200_001, fault: undefined });
    expect(read(pem(safePrime, 1n << 200_000n))).toEqual({ bits: 256, fault: undefined });
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describeWith('corpus', "badssl's parameters", () => {
  const file = (name: string) => readFileSync(join(corpusRoot() ?? '', 'badssl/certs', name), 'utf8');

  it('are sound, but for the composite ones', () => {
    expect(read(file('sets/prod/pregen/dhparam/dh2048.pem'))).toEqual({ bits: 2048, fault: undefined });
    expect(read(file('sets/prod/pregen/dhparam/dh16384.pem'))).toEqual({ bits: 16_384, fault: undefined });
    expect(read(file('src/dhparam/dh-composite.pem'))).toEqual({ bits: 2047, fault: 'composite' });
    // Its order is a factor of 2019 bits, which nobody can know from the numbers.
    expect(read(file('src/dhparam/dh-small-subgroup.pem'))).toEqual({ bits: 2048, fault: undefined });
  });
});
