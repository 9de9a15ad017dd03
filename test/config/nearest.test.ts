import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../server/src/text/nearest.ts';

const words = ['profile', 'roots', 'rules', 'expiryDays'];

describe('nearest', () => {
  it.each([
    ['profil', 'profile'],
    ['porfile', 'profile'],
    ['expirydays', 'expiryDays'],
    ['expiry-days', 'expiryDays'],
    ['rule', 'rules'],
    ['root', 'roots'],
  ])('%s is meant to be %s', (word, meant) => {
    expect(nearest(word, words)).toBe(meant);
  });

  it('has no guess for a word that resembles nothing, nor for an endless one', () => {
    expect(nearest('timeout', words)).toBeUndefined();
    expect(nearest('profile'.repeat(1000), words)).toBeUndefined();
    expect(didYouMean('timeout', words)).toBe('');
  });

  it('takes the first of equally near words, so that the answer is always the same', () => {
    expect(nearest('cat', ['car', 'cap'])).toBe('car');
  });
});
