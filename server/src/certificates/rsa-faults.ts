/** Owns faults of RSA keys that show in the public key alone: found in bounded time, without factoring. */

/** Primes up to 167: those over which the keys of CVE-2017-15361 are told. */
const PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
];
/** What NIST SP 800-89 (5.3.3) tries as factors: all primes up to 751. */
const LARGEST_FACTOR = 751;
/** Primes that are so close are found within one round; the rounds beyond catch those that a bad generator moves a little apart. */
const FERMAT_ROUNDS = 100;

export type RsaFault =
  /** The exponent is 1, even or 0: a message encrypted to it is the message, or cannot be decrypted. */
  | 'exponent'
  /** A small prime divides the modulus. */
  | 'small-factor'
  /** Its primes were made by the library of Infineon's chips (CVE-2017-15361, "ROCA"). */
  | 'roca'
  /** Its two primes are so close that Fermat's method finds them at once (CVE-2022-26320). */
  | 'close-primes';

/** The first fault of a key, or undefined. Takes some tenths of a millisecond. */
export function rsaFault(modulus: bigint, exponent: bigint): RsaFault | undefined {
  if (exponent < 3n || exponent % 2n === 0n) return 'exponent';
  if (modulus < 4n || modulus % 2n === 0n || gcd(modulus, smallPrimes()) !== 1n) return 'small-factor';
  if (hasFingerprint(modulus)) return 'roca';
  return hasClosePrimes(modulus) ? 'close-primes' : undefined;
}

let product: bigint | undefined;

function smallPrimes(): bigint {
  if (product === undefined) {
    product = 1n;
    for (let n = 3; n <= LARGEST_FACTOR; n += 2) if (isPrime(n)) product *= BigInt(n);
  }
  return product;
}

function isPrime(n: number): boolean {
  for (let divisor = 3; divisor * divisor <= n; divisor += 2) if (n % divisor === 0) return false;
  return true;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

let subgroups: readonly (readonly [prime: bigint, residues: ReadonlySet<number>])[] | undefined;

/** What powers of 65537 leave modulo each prime: all primes that the chips made are such powers (Nemec et al., 2017). */
function powers(): NonNullable<typeof subgroups> {
  subgroups ??= PRIMES.map((prime) => {
    const residues = new Set<number>();
    for (let power = 1; !residues.has(power); power = (power * 65_537) % prime) residues.add(power);
    return [BigInt(prime), residues] as const;
  });
  return subgroups;
}

function hasFingerprint(modulus: bigint): boolean {
  const small = modulus % powers().reduce((all, [prime]) => all * prime, 1n);
  return powers().every(([prime, residues]) => residues.has(Number(small % prime)));
}

function hasClosePrimes(modulus: bigint): boolean {
  let a = squareRoot(modulus);
  if (a * a < modulus) a += 1n;
  let rest = a * a - modulus;
  for (let round = 0; round < FERMAT_ROUNDS; round++) {
    if (mayBeSquare(rest)) {
      const root = squareRoot(rest);
      if (root * root === rest) return true;
    }
    rest += 2n * a + 1n;
    a += 1n;
  }
  return false;
}

/** Squares leave few remainders: most others are told without a root. */
function mayBeSquare(value: bigint): boolean {
  const rest = Number(value % 45_045n);
  return [63, 65, 11].every((modulus) => squaresModulo(modulus).has(rest % modulus));
}

const squares = new Map<number, ReadonlySet<number>>();

function squaresModulo(modulus: number): ReadonlySet<number> {
  let found = squares.get(modulus);
  if (found === undefined) {
    found = new Set(Array.from({ length: modulus }, (_, i) => (i * i) % modulus));
    squares.set(modulus, found);
  }
  return found;
}

/** The square root, rounded down (Newton's method from above). */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let x = 1n << BigInt((value.toString(16).length * 4 + 1) >> 1);
  for (let next = (x + value / x) >> 1n; next < x; next = (x + value / x) >> 1n) x = next;
  return x;
}
