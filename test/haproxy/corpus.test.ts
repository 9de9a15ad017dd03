/** Owns what is said of published HAProxy configurations: Mozilla's, for the versions that they were made for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { corpusRoot, describeWith } from '../kit/required.ts';
import { load } from './project.ts';

describeWith('corpus', "Mozilla's configurations", () => {
  const folder = join(corpusRoot() ?? '', 'mozilla/haproxy');
  const names = readdirSync(folder).filter((name) => name.endsWith('.cfg'));

  function modelOf(name: string) {
    const text = readFileSync(join(folder, name), 'utf8');
    const [, haproxy = '', openssl = ''] = /HAProxy ([\d.]+), OpenSSL ([\d.]+)/.exec(text) ?? [];
    return load(text, { target: { haproxy, openssl }, root: join(folder, name) }).model;
  }

  it('are some', () => {
    expect(names.length).toBeGreaterThan(5);
  });

  it.each(names)('%s is sound, up to date, and offers what its profile says', (name) => {
    const { problems, obsolete, unseen, sites } = modelOf(name);
    expect([problems, obsolete, unseen]).toEqual([[], [], []]);
    const endpoint = sites[0]?.endpoint;
    const expected = name.includes('-modern-')
      ? ['TLSv1.3']
      : name.includes('-intermediate-')
        ? ['TLSv1.2', 'TLSv1.3']
        : ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
    expect(endpoint?.versions).toMatchObject({ known: true, value: expected });
    expect(endpoint?.listed.map(({ version }) => version)).toEqual(expected);
  });
});
