/** Owns which starts of HAProxy files tell of, in the ways in which people write them. */
import { describe, expect, it } from 'vitest';
import { type Kind, startOfDefaults, startsIn } from '../../server/src/languages/haproxy/together/starts.ts';
import { assignments, expand, listWords, shellWords } from '../../server/src/languages/haproxy/together/words.ts';

const A = '/etc/haproxy/haproxy.cfg';
const D = '/etc/haproxy/conf.d';
const variable = (name: string) => `$\{${name}}`;

const paths = (kind: Kind, text: string, set = '') =>
  startsIn(kind, text, assignments(set)).map((start) => [...start.paths, ...(start.open ? ['…'] : [])].join(' '));

const UNIT = (line: string, environment = '') => `[Service]\n${environment}\n${line}\nRestart=always\n`;
const IMAGE = (...lines: string[]) => ['FROM haproxy:3.0', ...lines, ''].join('\n');
const SERVICE = (...lines: string[]) =>
  [
    'services:',
    '  lb:',
    '    image: haproxy:3.0',
    ...lines.map((line) => `    ${line}`),
    '  db:',
    '    image: postgres',
    '',
  ].join('\n');

describe('what a file tells', () => {
  it.each<[string, Kind, string, readonly string[]]>([
    ['a unit', 'unit', UNIT(`ExecStart=/usr/sbin/haproxy -Ws -f ${A} -f ${D} -p /run/x.pid`), [`${A} ${D}`]],
    [
      "Fedora's unit",
      'unit',
      UNIT(
        'ExecStart=/usr/sbin/haproxy -Ws -f $CONFIG -f $CFGDIR -p $PIDFILE $OPTIONS',
        `Environment="CONFIG=${A}" "PIDFILE=/run/haproxy.pid" "CFGDIR=${D}"`,
      ),
      [`${A} ${D}`],
    ],
    ['a unit in two lines', 'unit', UNIT(`ExecStart=/usr/sbin/haproxy -Ws \\\n  -f ${A} -- ${D}`), [`${A} ${D}`]],
    ['a unit of something else', 'unit', UNIT(`ExecStart=/usr/bin/keepalived -f ${A} # for haproxy`), []],
    ['an image', 'dockerfile', IMAGE(`CMD ["haproxy", "-f", "${A}", "-f", "${D}"]`), [`${A} ${D}`]],
    ['an image with options only', 'dockerfile', IMAGE(`CMD ["-W", "-f", "${A}", "-f", "${D}"]`), [`${A} ${D}`]],
    ['an image with a shell', 'dockerfile', IMAGE(`CMD sh -c "render && exec haproxy -f ${A} -f ${D}"`), [`${A} ${D}`]],
    ['an image of something else', 'dockerfile', `FROM nginx\nCMD ["-f", "${A}"]\n# haproxy\n`, []],
    ['a service', 'yaml', SERVICE(`command: haproxy -f ${A} -f ${D}`), [`${A} ${D}`]],
    ['a service with a list', 'yaml', SERVICE(`command: [haproxy, "-f", "${A}", '-f', ${D}]`), [`${A} ${D}`]],
    [
      'a list over lines',
      'yaml',
      SERVICE('command:', '  - haproxy', '  - -f', `  - ${A}`, '  - "-f"', `  - ${D}`),
      [`${A} ${D}`],
    ],
    ['options only', 'yaml', SERVICE(`command: ["-f", "${A}", "-f", "${D}"]`), [`${A} ${D}`]],
    ['folded', 'yaml', SERVICE('command: >', `  haproxy -f ${A}`, `  -f ${D}`), [`${A} ${D}`]],
    [
      'a container',
      'yaml',
      `spec:\n  containers:\n    - name: lb\n      image: haproxy:3.0\n      args:\n        - -f\n        - ${A}\n        - -f\n        - ${D}\n`,
      [`${A} ${D}`],
    ],
    [
      'options of another service',
      'yaml',
      `services:\n  haproxy:\n    image: haproxy\n  x:\n    image: y\n    command: ["-f", "a", "-f", "b"]\n`,
      [],
    ],
    [
      'a step of a pipeline',
      'yaml',
      `jobs:\n  check:\n    steps:\n      - run: haproxy -c -f haproxy.cfg -f conf.d\n`,
      ['haproxy.cfg conf.d'],
    ],
    [
      'a script',
      'script',
      `#!/bin/sh\nCONF=${A}\nexec haproxy -W -f "${variable('CONF')}" -f ${D} > /dev/null 2>&1\n`,
      [`${A} ${D}`],
    ],
    ['a variable that nobody sets', 'script', `haproxy -f ${A} -f "$MORE"\n`, [`${A} …`]],
    ['all arguments', 'script', `exec haproxy -f ${A} "$@"\n`, [`${A} …`]],
    ['docker run', 'script', `docker run -v "$PWD:/etc/haproxy" haproxy:3.0 haproxy -f ${A} -f ${D}\n`, [`${A} ${D}`]],
    ['a comment', 'script', `# haproxy -f ${A} -f ${D}\n`, []],
  ])('%s', (_, kind, text, expected) => {
    expect(paths(kind, text)).toEqual(expected);
  });

  it('a unit with what its file of settings sets', () => {
    const unit = UNIT(
      'ExecStart=/usr/sbin/haproxy -Ws -f $CONFIG -p $PIDFILE $EXTRAOPTS',
      `Environment="CONFIG=${A}" "PIDFILE=/run/h.pid" "EXTRAOPTS=-S /run/m.sock"`,
    );
    expect(paths('unit', unit)).toEqual([A]);
    expect(paths('unit', unit, `EXTRAOPTS="-f ${D}"\n`)).toEqual([`${A} ${D}`]);
    expect(startOfDefaults(`#CONFIG="x"\nEXTRAOPTS="-S /run/m.sock -f ${D}"\n`)?.paths).toEqual([A, D]);
    expect(startOfDefaults('#EXTRAOPTS="-f /x"\nEXTRAOPTS="-S /run/m.sock"\n')).toBeUndefined();
  });

  it('where paths are here, by volumes and copies', () => {
    const mounts = (kind: Kind, text: string) => startsIn(kind, text, new Map()).flatMap((start) => start.mounts);
    expect(
      mounts('yaml', SERVICE('volumes:', '  - ./lb:/etc/haproxy:ro', `command: ["-f", "${A}", "-f", "${D}"]`)),
    ).toEqual([{ from: '/etc/haproxy', to: './lb' }]);
    expect(
      mounts(
        'yaml',
        SERVICE(
          'volumes:',
          '  - type: bind',
          '    source: ./lb',
          '    target: /etc/haproxy',
          `command: ["-f", "${A}"]`,
        ),
      ),
    ).toEqual([{ from: '/etc/haproxy', to: './lb' }]);
    expect(
      mounts(
        'dockerfile',
        IMAGE('COPY lb/main.cfg /etc/haproxy/', 'COPY lb/parts /etc/haproxy/conf.d', `CMD ["-f", "${A}"]`),
      ),
    ).toEqual([
      { from: '/etc/haproxy/main.cfg', to: 'lb/main.cfg' },
      { from: '/etc/haproxy/conf.d', to: 'lb/parts' },
    ]);
  });
});

describe('words', () => {
  it('of shells', () => {
    expect(shellWords(`a  "b c" d'e f'g h\\ i "\\"j\\""`)).toEqual(['a', 'b c', 'de fg', 'h i', '"j"']);
    expect(shellWords('a "unclosed')).toEqual(['a', 'unclosed']);
  });
  it('of lists', () => {
    expect(listWords(`["a", 'b c', d-e, "f, g"]`)).toEqual(['a', 'b c', 'd-e', 'f, g']);
  });
  it('with variables', () => {
    const values = new Map([['A', 'one']]);
    expect(expand(`$A ${variable('A')} ${variable('B:-two')} $B`, values)).toBe('one one two $B');
    expect(assignments('A=1\nexport B="x y" # z\nA=2\n')).toEqual(new Map([['B', 'x y']]));
  });
});

it('hostile texts end soon', () => {
  const texts = [
    'haproxy '.repeat(8000),
    `haproxy -f ${'"'.repeat(60_000)}`,
    `command: haproxy\n${'source: x\n'.repeat(6000)}`,
    `haproxy${'\n'.repeat(60_000)}`,
    `${'command: [haproxy\n'.repeat(3000)}`,
  ];
  const begin = process.cpuUsage();
  for (const text of texts)
    for (const kind of ['unit', 'dockerfile', 'yaml', 'script'] as const) startsIn(kind, text, new Map());
  expect(process.cpuUsage(begin).user / 1000).toBeLessThan(4000);
});
