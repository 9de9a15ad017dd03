/** Owns the proof that an absent server is never a silent pass. */
import { describe, expect, it } from 'vitest';
import { available, programPath, requiredNeeds, verdictOf } from './required.ts';

describe('what a test needs', () => {
  const none = () => false;
  const onlyNginx = (need: string) => need === 'nginx';

  it('runs when all is there', () => {
    expect(verdictOf(['nginx'], onlyNginx, new Set())).toEqual({ kind: 'run' });
  });

  it('is not run, with the reason, when something is missing', () => {
    expect(verdictOf(['nginx', 'haproxy'], onlyNginx, new Set(['nginx']))).toEqual({
      kind: 'notRun',
      reason: 'haproxy not found on this machine',
    });
  });

  it('fails when what is missing is required', () => {
    expect(verdictOf(['nginx', 'haproxy'], none, new Set(['haproxy']))).toEqual({
      kind: 'fail',
      reason: 'nginx and haproxy not found on this machine',
    });
  });

  it('says how the servers of another release come to be there', () => {
    expect(verdictOf(['trixie'], onlyNginx, requiredNeeds('trixie'))).toEqual({
      kind: 'fail',
      reason: 'Debian trixie (scripts/generations.mjs) not found on this machine',
    });
  });

  it('refuses a requirement that it does not know', () => {
    expect([...requiredNeeds(' nginx, haproxy,')]).toEqual(['nginx', 'haproxy']);
    expect(() => requiredNeeds('ngnix')).toThrow('unknown "ngnix"');
  });

  it('finds what it calls available', () => {
    expect(available('nginx')).toBe(programPath('nginx') !== undefined);
  });
});
