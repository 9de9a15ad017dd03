import { beforeEach, describe, expect, it } from 'vitest';
import { createSettingsFinder, isSettingsFile } from '../../server/src/config/find.ts';
import { DEFAULTS } from '../../server/src/config/settings.ts';
import { createFileStore, type FileStore, noDependencies } from '../../server/src/files/store.ts';
import { memoryHost } from '../kit/memory-host.ts';

const rules = [
  { id: 'certificate-expired', summary: 'A certificate is over.' },
  { id: 'tls-legacy-protocol', summary: 'An old version is offered.' },
];

let disk: Map<string, string | undefined>;
let files: FileStore;
beforeEach(() => {
  disk = new Map();
  files = createFileStore(memoryHost(disk));
});
const find = (root: string) => createSettingsFinder(files, rules).find(root, noDependencies());

describe('finding settings', () => {
  it('takes the nearest file at or above the root’s folder', () => {
    disk.set('/a/wsslint.json', '{"expiryDays": 1}');
    disk.set('/a/b/c/wsslint.json', '{"profile": "modern"}');
    const near = find('/a/b/c/nginx.conf');
    expect([near.file, near.folder, near.profile, near.expiryDays]).toEqual([
      '/a/b/c/wsslint.json',
      '/a/b/c',
      'modern',
      30,
    ]);
    expect(find('/a/b/nginx.conf').expiryDays).toBe(1);
    expect(find('/a/b/c/wsslint.json').file).toBe('/a/b/c/wsslint.json');
  });

  it('has the defaults where no file is, up to the root of each drive', () => {
    const none = find('/a/nginx.conf');
    expect([none.file, none.folder, none.expiryDays, none.profile]).toEqual([undefined, '/a', 30, 'intermediate']);
    expect(find('C:/nginx/nginx.conf').file).toBeUndefined();
    expect(find('nginx.conf').file).toBeUndefined();
  });

  it('notes what it looked for, so that a new file is noticed', () => {
    const dependencies = noDependencies();
    const finder = createSettingsFinder(files, rules);
    finder.find('/a/b/nginx.conf', dependencies);
    expect([...dependencies.missing]).toEqual(['/a/b/wsslint.json', '/a/wsslint.json', '/wsslint.json']);
    disk.set('/a/wsslint.json', '{"expiryDays": 5}');
    files.invalidate('/a/wsslint.json');
    expect(finder.find('/a/b/nginx.conf', noDependencies()).expiryDays).toBe(5);
  });

  it('sees the unsaved text of an open settings file', () => {
    disk.set('/a/wsslint.json', '{"expiryDays": 5}');
    files.overlay('/a/wsslint.json', '{"expiryDays": 6}');
    expect(find('/a/x.conf').expiryDays).toBe(6);
  });

  it('says that a file cannot be read, and goes on with the defaults', () => {
    disk.set('/wsslint.json', '{"expiryDays": 5}');
    disk.set('/a/wsslint.json', undefined);
    const settings = find('/a/x.conf');
    expect(settings.expiryDays).toBe(30);
    expect(settings.problems).toEqual([
      {
        place: { file: '/a/wsslint.json', span: { start: 0, end: 0 } },
        message: 'the file cannot be read: permission denied',
      },
    ]);
  });

  it('places problems in the settings file', () => {
    disk.set('/a/wsslint.json', '{"x": 1}');
    expect(find('/a/x.conf').problems[0]?.place).toEqual({ file: '/a/wsslint.json', span: { start: 1, end: 4 } });
  });

  it('knows settings files by their name', () => {
    expect(isSettingsFile('/a/wsslint.json')).toBe(true);
    expect(isSettingsFile('/a/xwsslint.json')).toBe(false);
  });
});

describe('layers', () => {
  it('lays the file over the editor’s settings', () => {
    disk.set('/a/wsslint.json', '{"rules": {"tls-legacy-protocol": "off"}, "pathMap": {"/etc/nginx/certs": "certs"}}');
    const base = {
      folder: '/workspace',
      settings: {
        ...DEFAULTS,
        expiryDays: 7,
        rules: new Map([['certificate-expired', { level: 'info' as const, options: {} }]]),
        pathMap: [{ from: '/etc', to: '/workspace/etc' }],
      },
    };
    const finder = createSettingsFinder(files, rules, () => base);
    const settings = finder.find('/a/x.conf', noDependencies());
    expect(settings.expiryDays).toBe(7);
    expect(settings.severityOf('tls-legacy-protocol', '/a/x.conf', 'error')).toBe('off');
    expect(settings.severityOf('certificate-expired', '/a/x.conf', 'error')).toBe('info');
    expect(settings.pathMap.map(({ from }) => from)).toEqual(['/etc/nginx/certs', '/etc']);
    expect(finder.find('/b/x.conf', noDependencies()).folder).toBe('/workspace');
  });

  it('applies the last override that matches, relative to the settings file', () => {
    disk.set(
      '/a/wsslint.json',
      JSON.stringify({
        rules: { 'tls-legacy-protocol': ['error', { depth: 1 }] },
        overrides: [
          { files: ['staging/**', '**/.hidden/*.conf'], rules: { 'tls-legacy-protocol': 'info' } },
          { files: ['staging/old.conf'], rules: { 'tls-legacy-protocol': ['off', { depth: 2 }] } },
          { files: ['staging/old.conf'], rules: { 'certificate-expired': 'off' } },
        ],
      }),
    );
    const settings = find('/a/main.conf');
    const level = (file: string) => settings.severityOf('tls-legacy-protocol', file, 'warning');
    expect(level('/a/main.conf')).toBe('error');
    expect(level('/a/staging/new.conf')).toBe('info');
    expect(level('/a/staging/old.conf')).toBe('off');
    expect(level('/a/x/.hidden/y.conf')).toBe('info');
    expect(level('/elsewhere/staging/old.conf')).toBe('error');
    expect(settings.options('tls-legacy-protocol')).toEqual({ depth: 1 });
    expect(find('/a/staging/old.conf').options('tls-legacy-protocol')).toEqual({ depth: 2 });
    expect(settings.options('certificate-expired')).toEqual({});
    expect(settings.severityOf('certificate-expired', '/a/main.conf', 'error')).toBe('error');
  });
});
