/** Owns the examples of `nginx -T` output, and one of a real nginx. */
import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { splitDump } from '../../server/src/languages/nginx/syntax/dump.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith, programPath } from '../kit/required.ts';

const contents = (text: string) =>
  splitDump(text)?.map(({ path, span }) => [path, text.slice(span.start, span.end)] as const);

describe('splitting a dump', () => {
  it.each(['\n', '\r\n'])('gives each file its text (line end %j)', (end) => {
    const lines = [
      '# configuration file /etc/nginx/nginx.conf:',
      'user a;',
      '',
      '# configuration file /a b:',
      'c d;',
      '',
    ];
    expect(contents(lines.join(end))).toEqual([
      ['/etc/nginx/nginx.conf', `user a;${end}`],
      ['/a b', 'c d;'],
    ]);
  });

  it('leaves what `nginx -t` prints before it aside', () => {
    const text = [
      'nginx: [warn] something',
      'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok',
      'nginx: configuration file /etc/nginx/nginx.conf test is successful',
      '# configuration file /etc/nginx/nginx.conf:',
      'user a;',
      '',
    ].join('\n');
    expect(contents(text)).toEqual([['/etc/nginx/nginx.conf', 'user a;']]);
  });

  it('holds empty files', () => {
    expect(contents('# configuration file /a:\n\n# configuration file /b:\n\n')).toEqual([
      ['/a', ''],
      ['/b', ''],
    ]);
    expect(contents('# configuration file /a:')).toEqual([['/a', '']]);
  });

  it.each([
    '',
    'user a;',
    'user a;\n# configuration file /b:\nuser c;\n',
    '  # configuration file /b:\n',
    '# configuration file of mine\n',
  ])('%j is no dump', (text) => {
    expect(splitDump(text)).toBeUndefined();
  });
});

describeWith('nginx', 'a dump of a real nginx', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('gives back the files as they are', () => {
    const files = {
      'nginx.conf': 'events {}\nhttp {\n  include conf.d/*.conf;\n}\n',
      'conf.d/a.conf': 'server { listen unix:a.sock; }',
      'conf.d/b.conf': '',
      'conf.d/c.conf': '\n\n# only comments\r\n\n',
    };
    const expected = Object.entries(files).map(([name, text]) => [folder.write(name, text), text]);
    const arguments_ = ['-T', '-p', folder.path, '-c', `${folder.path}/nginx.conf`, '-e', 'stderr'];
    const { stdout, stderr } = spawnSync(programPath('nginx') ?? 'nginx', arguments_, { encoding: 'utf8' });
    expect(contents(stdout)).toEqual(expected);
    expect(contents(stderr + stdout)).toEqual(expected);
  });
});
