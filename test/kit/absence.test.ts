/** Owns the proof, by a whole run without a corpus, that an absence is told, and is a failure where WSSLINT_REQUIRE names it. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runProcess } from './process.ts';
import { repositoryRoot } from './root.ts';

function runWithout(corpus: string, required: string) {
  const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs');
  const config = join(import.meta.dirname, 'absence/vitest.config.mts');
  return runProcess(process.execPath, [vitest, 'run', '--config', config], {
    // These runs are no part of the run that they test: they tell it no outcomes.
    env: { WSSLINT_CORPUS: corpus, WSSLINT_REQUIRE: required, WSSLINT_OUTCOMES: '' },
  });
}

it('tells what was not run and why', async () => {
  const { code, output } = await runWithout('/nowhere', '');
  expect(output).toMatch(
    /NOT RUN:\n {2}corpus not found on this machine \(2\):\n {4}kit: a group\n {4}kit: a test\n\n1 passed, 0 failed, 2 skipped\n$/,
  );
  expect(code).toBe(0);
});

it('fails when what is absent is required', async () => {
  const { code, output } = await runWithout('/nowhere', 'nginx,corpus');
  expect(output).toMatch(/\n1 passed, 2 failed, 0 skipped\n$/);
  expect(code).toBe(1);
});

it('runs what needs it when it is there', async () => {
  const { output } = await runWithout(repositoryRoot, '');
  expect(output).toMatch(/\n1 passed, 2 failed, 0 skipped\n$/);
});
