import { describe, expect, it } from 'vitest';
import { readEditorSettings, readSettings } from '../../server/src/config/read.ts';

const rules = [
  { id: 'certificate-expired', summary: 'A certificate is over.' },
  { id: 'tls-legacy-protocol', summary: 'An old version is offered.' },
];
const read = (text: string) => readSettings(text, '/srv', rules);

/** The problems as `the text they stand on: message`. */
function problems(text: string): string[] {
  return read(text).problems.map(({ at, message }) => `${text.slice(at.start, at.end)}: ${message}`);
}

describe('readSettings', () => {
  it('reads every setting, with comments and trailing commas', () => {
    const { settings, problems } = read(`\uFEFF{
      // what runs there
      "$schema": "./wsslint.schema.json",
      "target": { "nginx": "1.26.3", "openssl": "3.5", },
      "roots": ["nginx/nginx.conf", "../other.conf", ["/etc/haproxy.cfg", "conf.d"]],
      "pathMap": { "/etc/letsencrypt/": "./le", "/etc/nginx": "/srv/nginx" },
      "profile": "modern",
      "rules": { "certificate-expired": "off", "tls-legacy-protocol": ["error", { "allow": ["TLSv1.1"], "__proto__": 1 }] },
      "overrides": [{ "files": ["staging/**"], "rules": { "tls-legacy-protocol": "info" } }],
      "webSocketPaths": ["/feed"],
      "expiryDays": 14, /* two weeks */
    }`);
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      target: new Map([
        ['nginx', { version: [1, 26, 3], text: '1.26.3', from: 'wsslint.json' }],
        ['openssl', { version: [3, 5], text: '3.5', from: 'wsslint.json' }],
      ]),
      roots: [['/srv/nginx/nginx.conf'], ['/other.conf'], ['/etc/haproxy.cfg', '/srv/conf.d']],
      pathMap: [
        { from: '/etc/letsencrypt', to: '/srv/le' },
        { from: '/etc/nginx', to: '/srv/nginx' },
      ],
      profile: 'modern',
      rules: new Map([
        ['certificate-expired', { level: 'off', options: {} }],
        ['tls-legacy-protocol', { level: 'error', options: { allow: ['TLSv1.1'], ['__proto__']: 1 } }],
      ]),
      overrides: [
        {
          folder: '/srv',
          files: ['staging/**'],
          rules: new Map([['tls-legacy-protocol', { level: 'info', options: {} }]]),
        },
      ],
      webSocketPaths: ['/feed'],
      expiryDays: 14,
    });
    expect(Object.keys(settings.rules?.get('tls-legacy-protocol')?.options ?? {})).toContain('__proto__');
  });

  it('says what it cannot use, in the order of the text, and uses the rest', () => {
    const text = `{
      "profil": "modern",
      "expiryDays": -1,
      "profile": "moderm",
      "target": { "nginz": "1.26", "nginx": 1.26, "openssl": "latest", "haproxy": "3.2" },
      "rules": { "certificate-expried": "off", "tls-legacy-protocol": "warn", "certificate-expired": ["error"] },
      "pathMap": { "etc": "./etc", "/etc": "" },
      "roots": "nginx.conf",
      "webSocketPaths": ["feed", "/ok", 3],
      "overrides": [{ "files": ["a"] }, { "files": [], "rules": {}, "extra": 1 }]
    }`;
    expect(problems(text)).toEqual([
      '"profil": there is no setting "profil"; did you mean "profile"?',
      '-1: "expiryDays" must be a whole number, 0 or more',
      '"moderm": "profile" must be "intermediate" or "modern"; did you mean "modern"?',
      '"nginz": there is no product "nginz"; did you mean "nginx"?',
      '1.26: "nginx" must be a version in quotation marks, such as "1.26.3"',
      '"latest": "openssl" must be a version in quotation marks, such as "1.26.3"',
      '"certificate-expried": there is no rule "certificate-expried"; did you mean "certificate-expired"?',
      '"warn": "tls-legacy-protocol" must be "off", "error", "warning" or "info"',
      '["error"]: "certificate-expired" must be a severity, or a severity and options: ["warning", { … }]',
      '"etc": "etc" must be an absolute path, such as "/etc/letsencrypt"',
      '"": "/etc" must be a path, relative to this file or absolute',
      '"nginx.conf": "roots" must be a list: [ … ]',
      '"feed": each of "webSocketPaths" must be a path that starts with "/"',
      '3: each of "webSocketPaths" must be a path that starts with "/"',
      '{ "files": ["a"] }: "rules" is missing here',
      '"extra": there is no setting "extra"',
    ]);
    const { settings } = read(text);
    expect(settings.webSocketPaths).toEqual(['/ok']);
    expect([...(settings.target ?? [])].map(([product]) => product)).toEqual(['haproxy']);
    expect(settings.profile).toBeUndefined();
  });

  it('lets the last of two values count, and says so', () => {
    expect(problems('{"expiryDays": 1, "expiryDays": 2}')).toEqual([
      '"expiryDays": "expiryDays" is given twice; the last one counts',
    ]);
    expect(read('{"expiryDays": 1, "expiryDays": 2}').settings.expiryDays).toBe(2);
  });

  it.each([
    ['', ': this is no valid JSON: a value is expected here'],
    ['[]', '[]: the file must be an object: { … }'],
    ['null', 'null: the file must be an object: { … }'],
    [
      '{"profile": modern}',
      'modern: this is no valid JSON: this word has no meaning here; texts stand in quotation marks',
    ],
    ['{"expiryDays": 3', ': this is no valid JSON: a closing } is missing'],
    ['{"expiryDays": 3 /* ', '/* : this is no valid JSON: this comment does not end'],
    [
      '\u0000\u0001ELF',
      '\u0000\u0001ELF: this is no valid JSON: this word has no meaning here; texts stand in quotation marks',
    ],
  ])('names one place where %j is no JSON', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it('keeps what stands before a syntax error', () => {
    const { settings, problems } = read('{"expiryDays": 3, "profile": }');
    expect(settings.expiryDays).toBe(3);
    expect(problems).toHaveLength(1);
  });

  it('survives brackets without end', () => {
    expect(problems('['.repeat(1_000_000))).toEqual([': this is no JSON that can be read: it is nested too deeply']);
  });

  it('is not fooled by names that objects have anyway', () => {
    expect(problems('{"constructor": 1, "__proto__": {}, "rules": {"toString": "off"}}')).toEqual([
      '"constructor": there is no setting "constructor"',
      '"__proto__": there is no setting "__proto__"',
      '"toString": there is no rule "toString"',
    ]);
  });
});

describe('readEditorSettings', () => {
  it('takes null as not set, and leaves out what is the extension’s own', () => {
    const value = { profile: 'modern', expiryDays: null, trace: { server: 'off' }, roots: ['a.conf'] };
    expect(readEditorSettings(value, '/folder', rules)).toEqual({
      settings: { profile: 'modern', roots: [['/folder/a.conf']] },
      problems: [],
    });
  });

  it('names the setting in its messages', () => {
    const { problems } = readEditorSettings({ profile: 'old', rules: { x: 'off' } }, '/folder', rules);
    expect(problems.map(({ message }) => message)).toEqual([
      'wsslint.profile: "profile" must be "intermediate" or "modern"',
      'wsslint.rules: there is no rule "x"',
    ]);
  });

  it.each([undefined, null, 'text', 3, []])('takes %j as nothing set', (value) => {
    expect(readEditorSettings(value, '/folder', rules)).toEqual({ settings: {}, problems: [] });
  });
});
