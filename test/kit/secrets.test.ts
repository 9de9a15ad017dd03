/** Owns the proof that the search for planted keys finds them, in every form that they are planted in. */
import { expect, it } from 'vitest';
import { leaksIn, plantKeys, secretsOf } from './secrets.ts';

it('finds every planted key that is not encrypted, and none in the other files', () => {
  const { files, secrets } = plantKeys();
  expect(files.size).toBeGreaterThan(25);
  for (const [name, content] of files) {
    const text = typeof content === 'string' ? content : content.toString('latin1');
    expect([name, leaksIn(text, secrets).length > 0]).toEqual([name, !name.includes('encrypted')]);
  }
});

it('finds parts of a key, however they are written', () => {
  const { files } = plantKeys();
  const secrets = secretsOf(String(files.get('ec-sec1.pem')));
  const [number] = secrets as [Buffer];
  const part = number.subarray(0, 20);
  const colons = part
    .toString('hex')
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:');
  for (const text of [
    number.toString('base64'),
    number.toString('hex'),
    colons,
    `{"a":"${number.toString('base64url')}"}`,
  ])
    expect(leaksIn(`before ${text} after`, secrets)).not.toEqual([]);
  expect(leaksIn(String(files.get('ed-pkcs8.key')), secrets)).toEqual([]);
});
