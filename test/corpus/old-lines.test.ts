/** Owns the proof that no old line of certbot's files is missed: each `ssl on`, each list with SSLv2, SSLv3 or TLSv1, each list with RC4. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { corpusRoot, describeWith } from '../kit/required.ts';
import { lintFolder } from './lint.ts';

const root = join(corpusRoot() ?? '', 'nginx/certbot-roundtrip');

/** Lines that are old by themselves, whatever stands around them, and the rule that must say so. */
const OLD: readonly (readonly [what: string, rule: string, is: (line: string) => boolean])[] = [
  ['ssl on', 'tls-directive-removed', (line) => /^\s*ssl\s+on\s*;/.test(line)],
  [
    'SSLv2, SSLv3, TLSv1',
    'tls-legacy-protocol',
    (line) => /^\s*ssl_protocols\s.*\b(SSLv[23]|TLSv1(?!\.[23]))\b/.test(line),
  ],
  [
    'RC4',
    'tls-weak-cipher',
    (line) => /^\s*ssl_ciphers\s/.test(line) && line.split(/[\s:;'"]+/).some((word) => /^\+?[^!-]*RC4/.test(word)),
  ],
];

describeWith('corpus', 'certbot’s old files', () => {
  const run = lintFolder(root);
  const found = new Set(run.findings.map(({ at, finding }) => `${at} ${finding.rule}`));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(root, file)).isFile(),
  );

  it.each(OLD)('every line with %s has its finding', (_, rule, isOld) => {
    const lines = files.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, i) => (isOld(line) ? [`${file}:${i + 1} ${rule}`] : [])),
    );
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !found.has(line))).toEqual([]);
  });
});
