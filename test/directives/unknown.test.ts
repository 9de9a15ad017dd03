/** Owns the proof that a misspelled directive is named only where nothing else explains it. */
import { describe, expect, it } from 'vitest';
import { loadProject } from '../nginx/project.ts';

function said(text: string, more: Readonly<Record<string, string>> = {}): string[] {
  return loadProject({ 'nginx.conf': text, ...more })
    .model.problems.filter(({ rule }) => rule === 'config-syntax')
    .map(({ message }) => message);
}

const MESSAGE = 'nginx does not start: it has no directive `sever_name`; did you mean `server_name`?';
const server = (line: string) => `events {}\nhttp { server { ${line} } }\n`;

describe('a misspelled directive', () => {
  it('is told with the one that was meant', () => {
    expect(said(server('sever_name a;'))).toEqual([MESSAGE]);
    expect(said(server('lsiten 80; sever_name a;'))).toHaveLength(2);
    expect(said(server('Server_Name a;'))).toEqual([MESSAGE.replace('sever_name', 'Server_Name')]);
    expect(said('events {}\nhttp { include a.conf; }\n', { 'a.conf': 'server { sever_name a; }\n' })).toEqual([
      MESSAGE,
    ]);
  });

  it.each([
    ['beside a module’s directive', server('sever_name a; more_set_headers x;')],
    ['beside one that nothing explains', server('sever_name a; something on;')],
    ['where a module is loaded', `load_module modules/a.so;\n${server('sever_name a;')}`],
    ['where modules may be loaded unseen', `include modules-enabled/a.conf;\n${server('sever_name a;')}`],
    ['where an include is missing', server('sever_name a; include missing.conf;')],
    ['that is one of a well-known module', server('subs_filter a b;')],
    ['where the one that was meant is not allowed', server('proxy_pas http://a;')],
    ['with a number of arguments that it does not take', server('rooot a b;')],
    ['in a template', '{% if a %}\nevents {}\nhttp { server { sever_name a; } }\n{% endif %}\n'],
    ['in a block of an unknown module', 'events {}\nrtmp { sever { listen 1935; } }\n'],
    ['in a map', 'events {}\nhttp { map $a $b { sever_name 1; } }\n'],
  ])('is not told %s', (_, text) => {
    expect(said(text)).toEqual([]);
  });

  it('is not told in a part of a configuration', () => {
    const project = loadProject({ 'a.conf': 'sever_name a;\n' }, { root: '/w/a.conf' });
    expect(project.model.problems).toEqual([]);
  });
});
