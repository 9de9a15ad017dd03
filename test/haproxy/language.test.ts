/** Owns which files are HAProxy's, and what stands in them: hovers, links, symbols, comments, templates. */
import { describe, expect, it } from 'vitest';
import { haproxy } from '../../server/src/languages/haproxy/index.ts';
import { load, ROOT, textAt } from './project.ts';

const PROXIES = 'frontend web\n    bind :80\n    default_backend app\n';
const WHOLE = `defaults\n    mode http\n    timeout client 5s\n${PROXIES}`;

describe('claims', () => {
  it.each([
    ['/x/haproxy.cfg', '', 'root'],
    ['/x/haproxy-edge.cfg', WHOLE, 'root'],
    ['/x/haproxy-edge.cfg', PROXIES, 'fragment'],
    ['/x/lb.haproxy.conf', WHOLE, 'root'],
    ['/etc/rsyslog.d/49-haproxy.conf', '# a comment\n:programname, startswith, "haproxy" {\n  stop\n}\n', undefined],
    ['/etc/haproxy/conf.d/00-defaults.cfg', WHOLE, 'fragment'],
    ['/etc/haproxy/conf.d/haproxy.cfg', PROXIES, 'root'],
    ['/x/lb.cfg', WHOLE, 'root'],
    ['/x/lb.cfg', PROXIES, 'fragment'],
    ['/etc/haproxy/conf.d/20-web.cfg', PROXIES, 'fragment'],
    ['/etc/haproxy/web.conf', WHOLE, 'root'],
    ['/x/web.conf', WHOLE, undefined],
    ['/etc/haproxy/errors/503.http', 'HTTP/1.0 503', undefined],
    ['/x/haproxy.cfg.j2', WHOLE, undefined],
    ['/x/setup.cfg', '[metadata]\nname = web\n\n[options]\nzip_safe = no\n', undefined],
    ['/x/nagios.cfg', 'define host {\n  use server\n}\nlog_file=/var/log/x\n', undefined],
    ['/x/server.cfg', 'hostname "my server"\nlisten 1\nbind w +forward\n', undefined],
    ['/x/nginx.conf', 'server {\n  listen 80;\n}\n', undefined],
  ])('%s %j: %s', (path, text, expected) => {
    expect(haproxy.claim(path, () => text)).toBe(expected);
  });
});

const TEXT = `# the edge
global
    lua-load /project/a.lua
defaults
    mode http
    timeout client 50000
    timeout server 0 # never
frontend web
    bind :443 ssl crt /project/site.pem ssl-min-ver TLSv1.2
    timeout tunnel 1h
    use_backend ws if { path /ws }
backend ws
    timeout server 5s
    timeout server 6s
    server one 127.0.0.1:3000 ssl ca-file /project/ca.pem
`;
const files = { '/project/a.lua': '', '/project/site.pem': '' };

describe('in a file', () => {
  const project = load(TEXT, { files });
  const at = (needle: string) => project.subjectAt(ROOT, TEXT.indexOf(needle) + 1);

  it('settings have their effective values', () => {
    expect(at('timeout client')).toMatchObject({
      kind: 'setting',
      name: 'timeout client',
      fact: { known: true, value: '50000 (50s)' },
    });
    expect(at('timeout server 0')).toMatchObject({ fact: { value: 'none: 0 switches it off' } });
    expect(at('timeout tunnel')).toMatchObject({
      fact: { known: false, why: 'HAProxy ignores `timeout tunnel` in a frontend' },
    });
    expect(at('timeout server 5s')).toMatchObject({
      fact: { known: false, why: 'a later `timeout server` of this section overrides it' },
    });
    expect(at('timeout server 6s')).toMatchObject({ fact: { known: true, value: '6s' } });
  });

  it('words are files, routes, TLS sides and sites', () => {
    expect(at('/project/site.pem')).toMatchObject({
      kind: 'file',
      use: { setting: 'crt', written: '/project/site.pem' },
    });
    expect(at('use_backend')).toMatchObject({ kind: 'route', route: { upstream: 'ws' } });
    expect(at('ssl-min-ver')).toMatchObject({ kind: 'endpoint', endpoint: { label: 'bind :443 of frontend web' } });
    expect(at('TLSv1.2')).toMatchObject({ kind: 'endpoint' });
    expect(at('frontend web')).toMatchObject({ kind: 'site', site: { label: 'frontend web' } });
    expect(at('mode http')).toBeUndefined();
    expect(at('the edge')).toBeUndefined();
  });

  it('files that are there are linked, and all are named', () => {
    expect(project.links(ROOT).map(({ span, target }) => [textAt(TEXT, { span }), target])).toEqual([
      ['/project/a.lua', '/project/a.lua'],
      ['/project/site.pem', '/project/site.pem'],
    ]);
    expect(project.fileUses().map(({ setting, written }) => [setting, written])).toEqual([
      ['lua-load', '/project/a.lua'],
      ['crt', '/project/site.pem'],
      ['ca-file', '/project/ca.pem'],
    ]);
  });

  it('sections are symbols, with servers and chosen back ends inside', () => {
    expect(
      project
        .symbols(ROOT)
        .map(({ name, kind, detail, children }) => [name, kind, detail, children.map((child) => child.name)]),
    ).toEqual([
      ['global', 'section', '', []],
      ['defaults', 'section', '', []],
      ['frontend web', 'site', ':443', ['ws']],
      ['backend ws', 'upstream', '', ['one']],
    ]);
  });

  it('comments are found, behind statements too', () => {
    expect(project.comments(ROOT).map(({ text }) => text)).toEqual([' the edge', ' never']);
  });

  it('files in other folders are dependencies', () => {
    expect([...project.dependencies.files]).toContain('/project/site.pem');
  });
});

it('nothing is said of a template', () => {
  const { model } = load(
    'frontend web\n{% for port in ports %}\n    bind :{{ port }}\n{% endfor %}\n    timeout client 5\n',
  );
  expect([model.problems, model.sites, model.obsolete]).toEqual([[], [], []]);
  expect(model.unseen.length).toBe(1);
});

it('a binary file has one fault', () => {
  const { model } = load('\u007fELF\u0000\u0001\nfoo\nbar\n');
  expect(model.problems.map(({ rule }) => rule)).toEqual(['config-syntax']);
});

it('a file of nonsense has no more faults than HAProxy itself would name', () => {
  expect(load('nonsense here\n'.repeat(5000)).model.problems.length).toBe(50);
});

it('links maps and files of patterns that are there', () => {
  const text = `frontend web
    bind :80
    acl blocked src -f /project/blocked.txt
    acl gone src -f /project/gone.txt
    http-request set-path "%[path,map(/project/paths.map,/)]"
    use_backend %[req.hdr(host),lower,map_dom(/project/hosts.map,app)]
`;
  const there = ['/project/blocked.txt', '/project/paths.map', '/project/hosts.map'];
  const files = Object.fromEntries(there.map((path) => [path, '']));
  const project = load(text, { files });
  const links = project.links(project.model.root);
  expect(links.map(({ target }) => target)).toEqual(there);
  for (const { span, target } of links) expect(text.slice(span.start, span.end)).toBe(target);
});
