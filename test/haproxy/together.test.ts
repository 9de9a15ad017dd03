/** Owns configurations of several files: which belong together, what is judged of them, and when they are judged again. */
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../server/src/analysis/engine.ts';
import { createSettingsFinder } from '../../server/src/config/find.ts';
import type { FileId } from '../../server/src/files/host.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import { memoryHost } from '../kit/memory-host.ts';

const GLOBAL = 'global\n    maxconn 10\n';
const DEFAULTS = 'defaults\n    mode http\n    timeout connect 5s\n    timeout client 30s\n    timeout server 30s\n';
const WEB =
  'frontend web\n    bind :80\n    acl socket path_beg /ws\n    use_backend chat if socket\n    default_backend app\n';
const CHAT = 'backend chat\n    http-request del-header Upgrade\n    server one 127.0.0.1:3000\n';
const APP = 'backend app\n    server two 127.0.0.1:3001\n';

const COMPOSE = (...args: string[]) =>
  `services:\n  lb:\n    image: haproxy:3.0\n    volumes: ["./lb:/usr/local/etc/haproxy"]\n    command: ${JSON.stringify(['haproxy', ...args.flatMap((path) => ['-f', path])])}\n`;

const LAYOUT: Readonly<Record<FileId, string>> = {
  '/w/lb/haproxy.cfg': GLOBAL + DEFAULTS,
  '/w/lb/conf.d/10-web.cfg': WEB,
  '/w/lb/conf.d/20-app.cfg': CHAT + APP,
};

function bench(files: Readonly<Record<FileId, string>>) {
  const texts = new Map<FileId, string>(Object.entries(files));
  const store = createFileStore(memoryHost(texts));
  const engine = createEngine({
    files: store,
    settings: createSettingsFinder(store, RULES),
    rules: RULES,
    workspaces: () => ['/w'],
    isKept: true,
  });
  const configurations = () =>
    [...texts.keys()].filter((path) => path.endsWith('.cfg') || path.endsWith('wsslint.json'));
  return {
    engine,
    /** The projects by their roots, with their files. */
    projects: (paths = configurations()) =>
      Object.fromEntries(
        engine
          .run(paths)
          .projects.filter(({ project }) => project.language === 'haproxy')
          .map(({ project: { root, files: own, model } }) => [
            root,
            [model.role, ...own.map(({ id }) => id)].join(' '),
          ]),
      ),
    /** `rule file line` */
    findings: (paths = configurations()) =>
      engine.run(paths).findings.map(({ rule, at }) => {
        const opened = store.open(at.file, { files: new Set(), missing: new Set(), directories: new Set() });
        const line = opened.ok ? opened.file.text.slice(0, at.span.start).split('\n').length : 0;
        return `${rule} ${at.file} ${line}`;
      }),
    write(path: FileId, text: string | undefined) {
      if (text === undefined) texts.delete(path);
      else texts.set(path, text);
      engine.changed(path);
    },
  };
}

const ALL = 'root /w/lb/haproxy.cfg /w/lb/conf.d/10-web.cfg /w/lb/conf.d/20-app.cfg';
const APART = {
  '/w/lb/haproxy.cfg': 'root /w/lb/haproxy.cfg',
  '/w/lb/conf.d/10-web.cfg': 'fragment /w/lb/conf.d/10-web.cfg',
  '/w/lb/conf.d/20-app.cfg': 'fragment /w/lb/conf.d/20-app.cfg',
};
const DROPPED = 'websocket-upgrade-dropped /w/lb/conf.d/20-app.cfg 2';

describe('files belong together', () => {
  const D = '/usr/local/etc/haproxy';
  it.each<[string, Readonly<Record<FileId, string>>]>([
    ['by a service and its volume', { '/w/docker-compose.yml': COMPOSE(`${D}/haproxy.cfg`, `${D}/conf.d`) }],
    [
      'file by file',
      { '/w/docker-compose.yml': COMPOSE(`${D}/haproxy.cfg`, `${D}/conf.d/10-web.cfg`, `${D}/conf.d/20-app.cfg`) },
    ],
    [
      'by an image',
      {
        '/w/Dockerfile': `FROM haproxy:3.0\nCOPY lb /etc/lb\nCMD ["-f", "/etc/lb/haproxy.cfg", "-f", "/etc/lb/conf.d"]\n`,
      },
    ],
    [
      'by a unit, and folders that lie alike',
      { '/w/systemd/haproxy.service': 'ExecStart=haproxy -f /etc/haproxy/haproxy.cfg -f /etc/haproxy/conf.d\n' },
    ],
    ['by a script beside them', { '/w/lb/check.sh': 'haproxy -c -f haproxy.cfg -f conf.d/\n' }],
    ["by Debian's settings", { '/w/default/haproxy': 'EXTRAOPTS="-f /etc/haproxy/conf.d"\n' }],
    ['by the settings', { '/w/wsslint.json': '{ "roots": [["lb/haproxy.cfg", "lb/conf.d"]] }' }],
    [
      'the larger one of two',
      { '/w/wsslint.json': '{ "roots": ["lb/haproxy.cfg", ["lb/haproxy.cfg", "lb/conf.d"]] }' },
    ],
  ])('%s', (_, more) => {
    const { projects, findings } = bench({ ...LAYOUT, ...more });
    expect(projects()).toEqual({ '/w/lb/haproxy.cfg': ALL });
    expect(findings()).toEqual([DROPPED]);
    // Whichever is named.
    for (const path of Object.keys(LAYOUT)) expect(projects([path]), path).toEqual({ '/w/lb/haproxy.cfg': ALL });
  });

  it.each<[string, Readonly<Record<FileId, string>>]>([
    ['without a sign of it', {}],
    ['by a start of one file', { '/w/docker-compose.yml': COMPOSE(`${D}/haproxy.cfg`) }],
    ['by a start of other files', { '/w/run.sh': 'haproxy -f /etc/haproxy/a.cfg -f /etc/haproxy/b.cfg\n' }],
    ['in a comment', { '/w/run.sh': '# haproxy -f lb/haproxy.cfg -f lb/conf.d\n' }],
  ])('not %s', (_, more) => {
    const { projects, findings } = bench({ ...LAYOUT, ...more });
    expect(projects()).toEqual(APART);
    expect(findings()).toEqual([]);
  });

  it('a folder by itself, in the order of the names, without hidden files, others and folders', () => {
    const files = {
      '/w/conf/B.cfg': WEB,
      '/w/conf/a.cfg': CHAT + APP,
      '/w/conf/00.cfg': GLOBAL + DEFAULTS,
      '/w/conf/.hidden.cfg': 'defaults\n    mode tcp\n',
      '/w/conf/old.cfg.bak': 'defaults\n    mode tcp\n',
      '/w/conf/more/x.cfg': 'defaults\n    mode tcp\n',
      '/w/wsslint.json': '{ "roots": ["conf"] }',
    };
    const { projects } = bench(files);
    expect(projects()['/w/conf/00.cfg']).toBe('root /w/conf/00.cfg /w/conf/B.cfg /w/conf/a.cfg');
  });

  it('two configurations that share a file are known by what is their own', () => {
    const files = {
      '/w/base.cfg': GLOBAL + DEFAULTS,
      '/w/one.cfg': WEB + APP + CHAT,
      '/w/two.cfg': WEB.replace(':80', ':81') + APP + CHAT,
      '/w/run.sh': 'haproxy -f base.cfg -f one.cfg\nhaproxy -f base.cfg -f two.cfg\n',
    };
    expect(bench(files).projects()).toEqual({
      '/w/one.cfg': 'root /w/base.cfg /w/one.cfg',
      '/w/two.cfg': 'root /w/base.cfg /w/two.cfg',
    });
  });

  it('what is missing, or a variable, may hold anything', () => {
    const gone = { '/w/run.sh': 'haproxy -f lb/haproxy.cfg -f lb/certs.cfg -f lb/conf.d\n' };
    expect(bench({ ...LAYOUT, ...gone }).projects()).toEqual({ '/w/lb/haproxy.cfg': ALL.replace('root', 'fragment') });
    const open = { '/w/run.sh': 'haproxy -f lb/haproxy.cfg -f lb/conf.d "$@"\n' };
    expect(bench({ ...LAYOUT, ...open }).projects()).toEqual({ '/w/lb/haproxy.cfg': ALL.replace('root', 'fragment') });
  });

  it('other products read files one by one', () => {
    const { projects, engine } = bench({
      '/w/a.conf': 'events {}\n',
      '/w/b.conf': 'events {}\n',
      '/w/wsslint.json': '{ "roots": [["a.conf", "b.conf"]] }',
    });
    expect(projects(['/w/a.conf'])).toEqual({});
    expect(engine.run(['/w/a.conf']).projects.map(({ project }) => project.root)).toEqual(['/w/a.conf', '/w/b.conf']);
  });
});

describe('what is judged', () => {
  const settings = { '/w/wsslint.json': '{ "roots": [["lb/haproxy.cfg", "lb/conf.d"]] }' };

  it('faults in the file where they are', () => {
    const { findings } = bench({
      ...LAYOUT,
      ...settings,
      '/w/lb/conf.d/20-app.cfg': `${CHAT}${APP}backend app\n    timeout client 1z\n    balance`,
    });
    expect(findings()).toEqual(
      [
        'config-syntax /w/lb/conf.d/20-app.cfg 6',
        'config-syntax /w/lb/conf.d/20-app.cfg 7',
        'config-directive-misplaced /w/lb/conf.d/20-app.cfg 7',
        'config-syntax /w/lb/conf.d/20-app.cfg 8',
        DROPPED,
      ].sort((a, b) => Number(a.split(' ')[2]) - Number(b.split(' ')[2]) || (a < b ? -1 : 1)),
    );
  });

  it('a back end that no file has', () => {
    const { findings, engine } = bench({
      ...LAYOUT,
      ...settings,
      '/w/lb/conf.d/10-web.cfg': WEB.replace('default_backend app', 'default_backend apps'),
    });
    expect(findings()).toEqual(['config-syntax /w/lb/conf.d/10-web.cfg 5', DROPPED]);
    const [finding] = engine.run(['/w/lb/haproxy.cfg']).findings;
    expect(finding?.message).toBe(
      'HAProxy does not start: there is no `backend apps` in any of the files that it reads',
    );
    expect(finding?.fixes.map(({ title }) => title)).toEqual(['Write `app`']);
  });

  it('named `defaults` from the files before', () => {
    const named = {
      ...LAYOUT,
      ...settings,
      '/w/lb/haproxy.cfg': GLOBAL + DEFAULTS.replace('defaults', 'defaults usual'),
      '/w/lb/conf.d/10-web.cfg': WEB.replace('web', 'web from usual'),
    };
    expect(bench(named).findings()).toEqual([DROPPED]);
    const later = { ...named, '/w/wsslint.json': '{ "roots": [["lb/conf.d", "lb/haproxy.cfg"]] }' };
    expect(bench(later).findings()).toEqual(['config-syntax /w/lb/conf.d/10-web.cfg 1']);
  });

  it('edits the file that it is about', () => {
    const { engine } = bench({ ...LAYOUT, ...settings });
    const fixes = engine.run(Object.keys(LAYOUT)).findings.flatMap((finding) => finding.fixes);
    expect(fixes.map(({ edits }) => edits.map(({ file }) => file))).toEqual([['/w/lb/conf.d/20-app.cfg']]);
  });

  it('names of all files', () => {
    const { engine } = bench({ ...LAYOUT, ...settings });
    engine.run(Object.keys(LAYOUT));
    const [report] = engine.projectsOf('/w/lb/conf.d/10-web.cfg');
    const thing = report?.project.nameAt?.('/w/lb/conf.d/10-web.cfg', WEB.indexOf('chat'));
    expect(thing?.definitions.map(({ file }) => file)).toEqual(['/w/lb/conf.d/20-app.cfg']);
    expect(thing?.renaming?.possible).toBe(true);
  });
});

describe('judged again', () => {
  const settings = {
    '/w/docker-compose.yml': COMPOSE('/usr/local/etc/haproxy/haproxy.cfg', '/usr/local/etc/haproxy/conf.d'),
  };

  it('when one of the files changes, comes or goes', () => {
    const { findings, write } = bench({ ...LAYOUT, ...settings });
    expect(findings()).toEqual([DROPPED]);
    write('/w/lb/haproxy.cfg', GLOBAL + DEFAULTS.replace('http', 'tcp'));
    expect(findings()).toEqual(['websocket-idle-timeout-short /w/lb/conf.d/10-web.cfg 4']);
    write('/w/lb/haproxy.cfg', GLOBAL + DEFAULTS);
    expect(findings()).toEqual([DROPPED]);
    write(
      '/w/lb/conf.d/15-new.cfg',
      CHAT.replace('chat', 'more').replace('    http', '    timeout client 5s\n    http'),
    );
    expect(findings()).toEqual(['config-directive-misplaced /w/lb/conf.d/15-new.cfg 2', DROPPED]);
    write('/w/lb/conf.d/15-new.cfg', undefined);
    expect(findings()).toEqual([DROPPED]);
    write('/w/lb/conf.d/20-app.cfg', undefined);
    expect(findings()).toEqual(['config-syntax /w/lb/conf.d/10-web.cfg 4', 'config-syntax /w/lb/conf.d/10-web.cfg 5']);
  });

  it('when what starts HAProxy changes', () => {
    const { projects, write } = bench({ ...LAYOUT, ...settings });
    expect(projects()).toEqual({ '/w/lb/haproxy.cfg': ALL });
    write('/w/docker-compose.yml', COMPOSE('/usr/local/etc/haproxy/haproxy.cfg'));
    expect(projects()).toEqual(APART);
    write('/w/wsslint.json', '{ "roots": [["lb/haproxy.cfg", "lb/conf.d"]] }');
    expect(projects()).toEqual({ '/w/lb/haproxy.cfg': ALL });
  });
});
