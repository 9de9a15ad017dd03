/** Owns the cipher RC2 in CBC mode (RFC 2268), backwards only: old PKCS#12 containers need it, and runtimes have dropped it. */

/** RFC 2268, 2: a permutation of all bytes, made of the digits of pi. */
const PI = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);
const BLOCK = 8;

/** What was encrypted, padding included; `secret` is whole blocks. `effectiveBits` limits what the key is worth (RFC 2268, 2). */
export function rc2Decrypted(secret: Uint8Array, key: Uint8Array, effectiveBits: number, iv: Uint8Array): Uint8Array {
  const words = expanded(key, effectiveBits);
  const out = new Uint8Array(secret.length - (secret.length % BLOCK));
  for (let start = 0; start < out.length; start += BLOCK) {
    const block = decryptedBlock(secret, start, words);
    for (let i = 0; i < BLOCK; i++) {
      const before = start === 0 ? iv[i] : secret[start - BLOCK + i];
      out[start + i] = ((block[i >> 1] ?? 0) >> ((i & 1) * 8)) ^ (before ?? 0);
    }
  }
  return out;
}

/** The 64 words of the key. */
function expanded(key: Uint8Array, effectiveBits: number): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key.subarray(0, 128));
  for (let i = key.length; i < 128; i++) bytes[i] = pi((bytes[i - 1] ?? 0) + (bytes[i - key.length] ?? 0));
  const kept = (effectiveBits + 7) >> 3;
  bytes[128 - kept] = pi((bytes[128 - kept] ?? 0) & (0xff >> (8 * kept - effectiveBits)));
  for (let i = 127 - kept; i >= 0; i--) bytes[i] = pi((bytes[i + 1] ?? 0) ^ (bytes[i + kept] ?? 0));
  return Uint16Array.from({ length: 64 }, (_, i) => (bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8));
}

function pi(index: number): number {
  return PI[index & 0xff] ?? 0;
}

const ROTATIONS = [1, 2, 3, 5];

function decryptedBlock(bytes: Uint8Array, start: number, key: Uint16Array): Uint16Array {
  const r = Uint16Array.from(
    { length: 4 },
    (_, i) => (bytes[start + 2 * i] ?? 0) | ((bytes[start + 2 * i + 1] ?? 0) << 8),
  );
  const at = (i: number): number => r[(i + 4) & 3] ?? 0;
  // 5 rounds of mixing, one of mashing, 6, 1 and 5: here from the last to the first.
  for (let round = 15; round >= 0; round--) {
    for (let i = 3; i >= 0; i--) {
      const turn = ROTATIONS[i] ?? 0;
      const turned = (at(i) >>> turn) | (at(i) << (16 - turn));
      r[i] = turned - (key[4 * round + i] ?? 0) - (at(i - 1) & at(i - 2)) - (~at(i - 1) & at(i - 3));
    }
    if (round === 11 || round === 5) for (let i = 3; i >= 0; i--) r[i] = at(i) - (key[at(i - 1) & 63] ?? 0);
  }
  return r;
}
