/** Owns what an nginx project consists of: includes as nginx resolves them, and what cannot be seen. */
import { describe, expect, it } from 'vitest';
import type { ConfigProblem } from '../../server/src/model/model.ts';
import { afterRemedy, loadProject, type Options } from './project.ts';

const filesOf = (files: Record<string, string>, options: Options = {}) =>
  loadProject(files, options).files.map(({ id }) => id);
const problems = (files: Record<string, string>, options: Options = {}): readonly ConfigProblem[] =>
  loadProject(files, options).model.problems;
const root = (inside: string) => `events {}\nhttp {\n${inside}\n}\n`;

describe('includes', () => {
  it('are relative to the folder of the root, also in included files, and sorted by name', () => {
    const files = {
      'nginx.conf': root('include conf.d/*.conf;'),
      'conf.d/b.conf': 'include snippets/x.conf;',
      'conf.d/a.conf': '',
      'conf.d/.hidden.conf': 'bad',
      'conf.d/c.txt': 'bad',
      'snippets/x.conf': '',
    };
    expect(filesOf(files)).toEqual(['/w/nginx.conf', '/w/conf.d/a.conf', '/w/conf.d/b.conf', '/w/snippets/x.conf']);
  });

  it('follow sets and question marks, in folders too', () => {
    const files = {
      'nginx.conf': root('include site[s]/*/v?.conf;'),
      'sites/a/v1.conf': '',
      'sites/b/v2.conf': '',
      'sites/b/v10.conf': '',
    };
    expect(filesOf(files)).toEqual(['/w/nginx.conf', '/w/sites/a/v1.conf', '/w/sites/b/v2.conf']);
  });

  it('follow the path map, and the usual prefix when the root is one of a workspace', () => {
    const files = {
      'nginx.conf': root('include /etc/nginx/conf.d/*.conf; include /opt/x/y.conf;'),
      'conf.d/a.conf': '',
      'other/y.conf': '',
    };
    expect(filesOf(files, { pathMap: [{ from: '/opt/x', to: '/w/other' }] })).toEqual([
      '/w/nginx.conf',
      '/w/conf.d/a.conf',
      '/w/other/y.conf',
    ]);
    expect(problems(files)).toMatchObject([{ rule: 'config-include-missing' }]);
  });

  it('that match nothing are legal; a missing file is not seen', () => {
    expect(problems({ 'nginx.conf': root('include conf.d/*.conf;') })).toEqual([]);
    expect(problems({ 'nginx.conf': root('include conf.d/site.conf;') })).toMatchObject([
      { rule: 'config-include-missing', place: { file: '/w/nginx.conf', span: { start: 25, end: 41 } } },
    ]);
  });

  it('that are not there are told by what is near: a name one slip away, or the file beside the one that includes', () => {
    const told = (inside: string, file = 'snippets/tls.conf') => {
      const project = loadProject({
        'nginx.conf': root('include conf.d/a.conf;'),
        'conf.d/a.conf': inside,
        [file]: '',
      });
      const problem = project.model.problems.find(({ rule }) => rule === 'config-include-missing');
      const [offer] = problem?.offers ?? [];
      const after = offer === undefined ? undefined : afterRemedy(project, offer.remedy)['/w/conf.d/a.conf'];
      return [problem?.message.replace(/^.* is not judged/, ''), after];
    };
    expect(told('include snippets/tsl.conf;')).toEqual([
      '; did you mean `snippets/tls.conf`?',
      'include snippets/tls.conf;',
    ]);
    expect(told('include tls.conf;', 'conf.d/tls.conf')).toEqual([
      "; from the folder of nginx's main file it is `conf.d/tls.conf`",
      'include conf.d/tls.conf;',
    ]);
    expect(told('include snippets/other.conf;')).toEqual(['', undefined]);
    expect(told('include tsl.*;')).toEqual([undefined, undefined]);
  });

  it('that are the same everywhere hide nothing', () => {
    const { model } = loadProject({
      'nginx.conf': root(
        'include mime.types; include /etc/nginx/modules-enabled/*.conf; server { location /ws { proxy_pass http://b; } }',
      ),
    });
    expect(model.problems).toEqual([]);
    expect(model.unseen).toEqual([]);
    expect(model.sites[0]?.routes[0]?.upgrade.known).toBe(true);
  });

  it('in a circle end in one error each, and the rest is judged', () => {
    const files = {
      'nginx.conf': root('include a.conf;'),
      'a.conf': 'server { location /ws { proxy_pass http://b; } }\ninclude b.conf;',
      'b.conf': 'include a.conf;\n',
    };
    const { model } = loadProject(files);
    expect(model.problems).toMatchObject([
      { rule: 'config-include-cycle', place: { file: '/w/b.conf', span: { start: 8, end: 14 } } },
    ]);
    expect(model.sites).toHaveLength(1);
    expect(problems({ 'nginx.conf': root('include nginx.conf;') })).toMatchObject([{ rule: 'config-include-cycle' }]);
  });

  it('of one file twice lower it twice', () => {
    const { model } = loadProject({
      'nginx.conf': root('server { include x; } server { include x; }'),
      x: 'location /ws { proxy_pass http://b; }',
    });
    expect(model.sites.map((site) => site.routes.length)).toEqual([1, 1]);
  });

  it('are remembered with the folders that were listed and the paths that were missing', () => {
    const { dependencies } = loadProject({
      'nginx.conf': root('include conf.d/*.conf; include gone.conf;'),
      'conf.d/a.conf': '',
    });
    // The folder of what is missing, for a name that is near.
    expect([...dependencies.directories].sort()).toEqual(['/w', '/w/conf.d']);
    expect([...dependencies.missing]).toContain('/w/gone.conf');
    expect([...dependencies.files]).toEqual(expect.arrayContaining(['/w/nginx.conf', '/w/conf.d/a.conf']));
  });
});

describe('a dump of nginx -T', () => {
  const dump = [
    'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok',
    '# configuration file /etc/nginx/nginx.conf:',
    'events {}',
    'http { include conf.d/*.conf; include /etc/nginx/mime.types; }',
    '',
    '# configuration file /etc/nginx/conf.d/a.conf:',
    'server { location /ws { proxy_pass http://b; } }',
    '',
    '# configuration file /etc/nginx/mime.types:',
    'types { text/html html; }',
    '',
  ].join('\n');

  it('is read as the files it came from, and places are in the dump', () => {
    const { model } = loadProject({ 'nginx.conf': dump });
    const [route] = model.sites[0]?.routes ?? [];
    expect(model).toMatchObject({ role: 'root', problems: [], unseen: [] });
    expect(route?.place.span).toEqual({
      start: dump.indexOf('proxy_pass'),
      end: dump.indexOf('proxy_pass') + 'proxy_pass http://b'.length,
    });
    expect(route?.upgrade).toMatchObject({ known: true, value: { passes: false } });
  });
});

describe('a part of a configuration', () => {
  it('starts its relative paths above the usual folders', () => {
    const files = { 'nginx/conf.d/a.conf': 'server { include snippets/x.conf; }', 'nginx/snippets/x.conf': '' };
    expect(filesOf(files, { root: '/w/nginx/conf.d/a.conf' })).toEqual([
      '/w/nginx/conf.d/a.conf',
      '/w/nginx/snippets/x.conf',
    ]);
  });

  it('that is a template is judged by what is written, and not by what is missing', () => {
    const files = {
      'site.conf':
        'server {\n  listen 443 ssl;\n  {% if a %}\n  ssl_protocols TLSv1;\n  {% endif %}\n  ssl_certificate {{ cert }};\n  server_name {{ name }};\n  location /ws { proxy_pass http://b; proxy_set_header Host $host; }\n}\n',
    };
    const { model } = loadProject(files, { root: '/w/site.conf' });
    expect(model.problems).toEqual([]);
    expect(model.sites[0]?.routes[0]?.upgrade.known).toBe(false);
    expect(model.sites[0]?.endpoint?.listed.map(({ version }) => version)).toEqual(['TLSv1']);
    expect(model.sites[0]?.endpoint?.certificates).toEqual([]);
    expect(model.sites[0]?.names).toEqual([]);
  });
});
