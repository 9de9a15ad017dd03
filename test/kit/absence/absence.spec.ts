/** Owns tests that need a corpus, for a run that has none. */
import { it } from 'vitest';
import { describeWith, itWith } from '../required.ts';

describeWith('corpus', 'a group', () => {
  it('needs it', () => {
    throw new Error('the group was run');
  });
});

itWith('corpus', 'a test', () => {
  throw new Error('the test was run');
});

it('passes', () => undefined);
