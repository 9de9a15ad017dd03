/** Owns the proof that weak public keys are told from sound ones, in bounded time. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DER, derElement } from '../../server/src/certificates/der.ts';
import { keyWeakness } from '../../server/src/certificates/key-weakness.ts';
import { type PublicKey, publicKeyOf, rsaPublicKeyOf } from '../../server/src/certificates/public-key.ts';
import { rsaFault } from '../../server/src/certificates/rsa-faults.ts';

/** Primes 2 to 167, whose product Infineon's library builds on. */
const SMALL = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97].concat([
  101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
]);

/** The same numbers on every run. */
function* numbers(seed: number): Generator<number> {
  for (let x = seed; ; x = (x * 48_271) % 0x7fffffff) yield x;
}

function bits(source: Generator<number>, count: number): bigint {
  let out = 1n;
  for (let have = 1; have < count; have += 16) out = (out << 16n) | BigInt(source.next().value & 0xffff);
  return out >> BigInt(out.toString(2).length - count);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [out, square] = [1n, base];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) out = (out * square) % modulus;
    square = (square * square) % modulus;
  }
  return out;
}

const hasSmallFactor = (n: bigint) =>
  Array.from({ length: 375 }, (_, i) => BigInt(2 * i + 3)).some((p) => n % p === 0n);

/** A number of the form that the library gives its primes; whether it is one does not matter to the fingerprint. */
function infineonLike(source: Generator<number>): bigint {
  const product = SMALL.reduce((all, prime) => all * BigInt(prime), 1n);
  for (;;) {
    const candidate = bits(source, 800) * product + power(65_537n, bits(source, 60), product);
    if (!hasSmallFactor(candidate)) return candidate;
  }
}

function rsa(modulus: bigint, exponent = 65_537n): PublicKey {
  const integer = (value: bigint) => {
    const hex = value.toString(16);
    const even = hex.length % 2 === 0 ? hex : `0${hex}`;
    return derElement(DER.integer, Uint8Array.from(Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex')));
  };
  const key = rsaPublicKeyOf(derElement(DER.sequence, integer(modulus), integer(exponent)));
  if (key === undefined) throw new Error('no key');
  return key;
}

function generated(type: 'rsa' | 'ec', options: object): PublicKey {
  const { publicKey } = generateKeyPairSync(type as 'rsa', options as { modulusLength: number });
  const key = publicKeyOf(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })));
  if (key === undefined) throw new Error('no key');
  return key;
}

describe('RSA', () => {
  it('keys of the usual generators are sound', () => {
    for (const modulusLength of [2048, 2048, 2048, 3072])
      expect(keyWeakness(generated('rsa', { modulusLength }))).toBe(undefined);
  });

  it('any numbers of the right size have no fingerprint', () => {
    const source = numbers(7);
    for (let i = 0; i < 300; i++) {
      const modulus = bits(source, 2048) | 1n;
      expect(['small-factor', undefined]).toContain(rsaFault(modulus, 65_537n));
    }
  });

  it('the fingerprint of Infineon is told, and one of its primes alone is not enough', () => {
    const source = numbers(11);
    for (let i = 0; i < 20; i++) {
      const [p, q] = [infineonLike(source), infineonLike(source)];
      expect(rsaFault(p * q, 65_537n)).toBe('roca');
      const other = bits(source, 1024) | 1n;
      if (!hasSmallFactor(other)) expect(rsaFault(p * other, 65_537n)).toBe(undefined);
    }
  });

  it('primes that are close are told, up to the hundredth round', () => {
    // a * a - b * b is (a - b) * (a + b), which takes about b * b / (2 * a) rounds.
    const a = (1n << 1024n) + 1n;
    const faultAt = (distance: bigint) => {
      let b = distance << 512n;
      while (hasSmallFactor(a - b) || hasSmallFactor(a + b)) b += 2n;
      return rsaFault(a * a - b * b, 65_537n);
    };
    expect([1n, 5n, 12n].map(faultAt)).toEqual(['close-primes', 'close-primes', 'close-primes']);
    expect(faultAt(20n)).toBe(undefined);
  });

  it.each([
    ['exponent', 1n],
    ['exponent', 65_536n],
    ['exponent', 0n],
    [undefined, 3n],
  ])('%s for the exponent %s', (fault, exponent) => {
    const { modulus } = soundModulus();
    expect(rsaFault(modulus, exponent)).toBe(fault);
  });

  it('short ones, long ones and large exponents are named with their sizes', () => {
    const { modulus } = soundModulus();
    expect(keyWeakness(generated('rsa', { modulusLength: 1024 }))).toEqual({
      kind: 'short',
      says: 'has 1024 bits, and RSA needs 2048',
    });
    expect(keyWeakness(rsa(modulus, (1n << 40n) + 1n))?.kind).toBe('strange');
    expect(keyWeakness(rsa(modulus, (1n << 32n) + 1n))).toBe(undefined);
    expect(keyWeakness(rsa(modulus * 753n, 65_537n))?.says).toContain('small factor');
  });

  it('huge numbers cost nothing', () => {
    const start = performance.now();
    expect(keyWeakness(rsa((1n << 4_000_000n) + 1n))?.kind).toBe('strange');
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

function soundModulus(): { readonly modulus: bigint } {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n = '' } = createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })).export({ format: 'jwk' });
  return { modulus: BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`) };
}

describe('keys that are published', () => {
  it.each([
    [
      'testECCP256',
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'QiVI-I-3gv-17KN0RFLHKh5Vj71vc75eSOkyMsxFxbE',
        y: 'bEzRDEy41bihcTnpSILImSVymTQl9BQZq36QpCpJQnI',
      },
    ],
    [
      'testRSA1024',
      {
        kty: 'RSA',
        e: 'AQAB',
        n: 'sNGDUqiPU9VRb0bCDno2fX3ois9UoBn23vV6ubRM7dsiQrG8oPsbXLgrMDYXamOQNWTexutB2y-Px4f05S4RSeMzR1cpc_Zgw8d8qeCCHCtpW-eunX0w9AeREPSKrm-LcC1HSykAgX8oZiSb7BKisZuCeEFoCPga4fz5t3eKYj8',
      },
    ],
  ])('%s of RFC 9500', (name, key) => {
    const spki = createPublicKey({ key, format: 'jwk' }).export({ format: 'der', type: 'spki' });
    const publicKey = publicKeyOf(new Uint8Array(spki));
    expect(publicKey && keyWeakness(publicKey)).toEqual({
      kind: 'broken',
      says: `is published with its private half: it is the key of RFC 9500 (${name})`,
    });
  });
});

describe('curves', () => {
  it.each([
    ['prime256v1', undefined],
    ['secp384r1', undefined],
    ['secp521r1', 'unusual'],
    ['secp224r1', 'refused'],
    ['secp256k1', 'refused'],
    ['brainpoolP256r1', 'strange'],
    ['prime192v1', 'short'],
  ])('%s: %s', (namedCurve, kind) => {
    expect(keyWeakness(generated('ec', { namedCurve }))?.kind).toBe(kind);
  });

  it('spelled-out parameters are not read', () => {
    expect(keyWeakness(generated('ec', { namedCurve: 'prime256v1', paramEncoding: 'explicit' }))?.kind).toBe('unread');
  });
});
