/** Owns the proof that the closing summary counts everything and names every reason. */
import { expect, it } from 'vitest';
import { closingSummary } from './reporter.ts';

it('groups what ran by area and what was not run by reason, and ends with the counts', () => {
  const summary = closingSummary([
    { area: 'proofs', title: 'upgrade', state: 'skipped', reason: 'nginx not found' },
    { area: 'proofs', title: 'idle', state: 'skipped', reason: 'nginx not found' },
    { area: 'kit', title: 'markers', state: 'passed' },
    { area: 'kit', title: 'ports', state: 'failed' },
    { area: 'kit', title: 'folders', state: 'skipped' },
  ]);
  expect(summary).toBe(`
What ran:
  kit: 1 passed, 1 failed, 1 skipped
  proofs: 0 passed, 0 failed, 2 skipped
NOT RUN:
  nginx not found (2):
    proofs: upgrade
    proofs: idle
  no reason given (1):
    kit: folders

1 passed, 1 failed, 3 skipped`);
});
