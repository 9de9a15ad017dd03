/** Owns faults of finite-field Diffie-Hellman parameters that make them worthless, whatever their size. */
import { hexOf } from './der.ts';
import type { DhParameters } from './parameters.ts';
import { bitLength } from './public-key.ts';

/**
 * `composite`: the modulus is no prime, so that whoever knows its factors computes what others cannot. `few-secrets`: the
 * generator gives so few values, or values of so smooth an order, that the secret is found by trying.
 */
export type DhFault = 'composite' | 'few-secrets';

const found = new WeakMap<DhParameters, { readonly is: DhFault | undefined }>();

/** The worst fault of parameters; worked out once for each object, because it takes some hundredths of a second. */
export function dhFault(parameters: DhParameters): DhFault | undefined {
  let known = found.get(parameters);
  if (known === undefined) {
    known = { is: judge(parameters) };
    found.set(parameters, known);
  }
  return known.is;
}

/** Bits from which nothing is looked at: the work grows with the third power. */
const MOST_BITS = 4096;

function judge({ bits, family, prime, generator }: DhParameters): DhFault | undefined {
  const isNegative = ((prime[0] ?? 0) | (generator[0] ?? 0)) >= 0x80;
  if (isNegative || bits > MOST_BITS || bitLength(generator) > bits || family !== undefined) return undefined;
  const [p, g] = [integerOf(prime), integerOf(generator)];
  if (p < 5n) return 'few-secrets';
  return isComposite(p) ? 'composite' : givesFew(g, p) ? 'few-secrets' : undefined;
}

const integerOf = (bytes: Uint8Array): bigint => BigInt(`0x0${hexOf(bytes)}`);

/** Bases of the test of Miller and Rabin: a prime always passes; a composite that passes both is not noticed. */
const BASES = [2n, 3n];

function isComposite(p: bigint): boolean {
  if (p % 2n === 0n) return true;
  let odd = p - 1n;
  let twos = 0;
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  return BASES.some((base) => {
    let x = power(base, odd, p);
    if (x === 1n) return false;
    for (let i = 0; i < twos; i++) {
      if (x === p - 1n) return false;
      x = (x * x) % p;
    }
    return true;
  });
}

/** Primes up to this are looked for in the order of the generator. */
const SMALL = 1000n;

/** Whether the generator's order has no prime factors but small ones (Pohlig and Hellman), or the generator is 0, 1 or -1. */
function givesFew(g: bigint, p: bigint): boolean {
  let smooth = 1n;
  let rest = p - 1n;
  for (let factor = 2n; factor < SMALL; factor++) {
    for (; rest % factor === 0n; rest /= factor) smooth *= factor;
  }
  const reduced = g % p;
  return reduced === 0n || power(reduced, smooth, p) === 1n;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}
