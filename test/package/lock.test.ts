/** Owns the lock file: `npm ci` takes it on every platform, and it names no registry. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../kit/root.ts';

it('has the packages of all platforms', () => {
  expect(() =>
    execFileSync(process.execPath, [join(repositoryRoot, 'scripts/lock.mjs'), '--check'], { stdio: 'pipe' }),
  ).not.toThrow();
});

it('has no addresses of a registry', () => {
  expect(readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
});
