/** Owns the proof that nothing is recorded as proved that was not run to its end. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../kit/folder.ts';
import { createRecord } from './record.ts';

const nginx = (version: string) => ({ server: 'nginx' as const, version });

it('has the versions of each rule in their order, once', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'proved.json');
  const record = createRecord();
  record.expect('b', [nginx('1.30.6')]).passed();
  record.expect('b', [nginx('1.4.7'), { server: 'haproxy', version: '2.6.12' }]).passed();
  record.expect('b', [nginx('1.4.7')]).passed();
  record.expect('a', [{ server: 'haproxy', version: undefined }]).passed();
  record.write(path);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ b: { nginx: ['1.4.7', '1.30.6'], haproxy: ['2.6.12'] } });
  folder.remove();
});

it('is not written when a proof failed or was not run', () => {
  const record = createRecord();
  record.expect('a', [nginx('1.22.1')]).passed();
  record.expect('b', [nginx('1.22.1')]);
  expect(() => record.write('/nowhere/proved.json')).toThrow('1 of 2 proofs did not pass');
});
