/** Owns the lowering of early data: whose setting counts, and whether a back end is told. */
import { describe, expect, it } from 'vitest';
import { routesOf } from '../../server/src/model/model.ts';
import { afterRemedy, http, loadProject } from './project.ts';

const early = (inside: string) =>
  routesOf(loadProject(http(inside)).model).map(({ earlyData }) => (earlyData.known ? earlyData.value : 'unknown'));
const ON = 'ssl_early_data on; ssl_protocols TLSv1.3;';
const EARLY = 'map $ssl_early_data $early { default ""; 1 1; }';
const NOT_EARLY = 'map $ssl_early_data $normal { default 1; 1 ""; }';
const server = (lines: string, location = '') =>
  `server { listen 443 ssl; ${lines} location / { proxy_pass http://b; ${location} } }`;

describe('early data', () => {
  it.each([
    ['off', server(''), 'none'],
    ['on', server(ON), 'untold'],
    ['on, further out', `${ON} ${server('')}`, 'untold'],
    ['without TLS 1.3', server('ssl_early_data on; ssl_protocols TLSv1.2;'), 'none'],
    ['with the versions of the default', server('ssl_early_data on;'), 'unknown'],
    ['told', server(ON, 'proxy_set_header Early-Data $ssl_early_data;'), 'told'],
    ['told by another header', server(ON, 'proxy_set_header X-Early "${ssl_early_data}";'), 'told'],
    ['told further out', server(`${ON} proxy_set_header Early-Data $ssl_early_data;`), 'told'],
    [
      'told further out, and cut off',
      server(`${ON} proxy_set_header Early-Data $ssl_early_data;`, 'proxy_set_header Host b;'),
      'untold',
    ],
    ['refused by a condition', server(`${ON} if ($ssl_early_data) { return 425; }`), 'unknown'],
    ['mapped for nothing', `map $ssl_early_data $x { default 1; } ${server(ON)}`, 'untold'],
    ['mapped for an answer', `${EARLY} ${server(`${ON} add_header X-Early $early;`)}`, 'untold'],
    ['mapped for a log', `${EARLY} log_format a $early; ${server(ON)}`, 'untold'],
    ['refused by a map', `${EARLY} ${server(`${ON} if ($early) { return 425; }`)}`, 'unknown'],
    [
      'refused by maps of maps',
      `${EARLY} map $early $no { 1 1; } ${server(`${ON} if ($no) { return 425; }`)}`,
      'unknown',
    ],
    ['told by a map', `${EARLY} ${server(ON, 'proxy_set_header Early-Data $early;')}`, 'told'],
    ['told by a map, in another header', `${EARLY} ${server(ON, 'proxy_set_header X-Early $early;')}`, 'told'],
    ['a map that is empty for it', `${NOT_EARLY} ${server(ON, 'proxy_set_header Early-Data $normal;')}`, 'untold'],
    ['always told', server(ON, 'proxy_set_header Early-Data 1;'), 'told'],
    ['a header that is removed', server(ON, 'proxy_set_header Early-Data "";'), 'untold'],
    ['the header of the client', server(ON, 'proxy_set_header Early-Data $http_early_data;'), 'unknown'],
    ['a variable of nobody', server(ON, 'proxy_set_header X-Early $unseen;'), 'unknown'],
    ['another variable', server(ON, 'proxy_set_header X-Real-IP $remote_addr;'), 'untold'],
    ['with headers in an include that is not there', server(ON, 'include gone.conf;'), 'unknown'],
    ['on a plain port', 'server { listen 80; ssl_early_data on; location / { proxy_pass http://b; } }', 'none'],
  ])('%s', (_, inside, expected) => {
    expect(early(inside)).toEqual([expected]);
  });

  it('is the affair of the default server of the socket', () => {
    const named = server('server_name b.example;');
    expect(early(`${server('')} ${server(`${ON} server_name b.example;`)}`)).toEqual(['none', 'none']);
    expect(early(`${server(ON)} ${named}`)).toEqual(['untold', 'untold']);
    expect(early(`include gone.conf; ${server(ON)}`)).toEqual(['unknown']);
  });

  it('needs TLS 1.3, which is a default from 1.23.4 on', () => {
    const on = (nginx: string) => {
      const [route] = routesOf(loadProject(http(server('ssl_early_data on;')), { target: { nginx } }).model);
      return route?.earlyData.known === true ? route.earlyData.value : 'unknown';
    };
    expect([on('1.23.3'), on('1.23.4')]).toEqual(['none', 'untold']);
  });

  it('is told at the level whose headers reach the routes, once', () => {
    const lines = `${ON} proxy_set_header Host h; location /a { proxy_pass http://a; }`;
    const project = loadProject(http(server(lines, 'include p.conf;')), {});
    const seen = loadProject({ ...http(server(lines, 'include p.conf;')), 'p.conf': 'proxy_set_header Host b;\n' });
    expect(routesOf(project.model).map(({ earlyData }) => earlyData.known)).toEqual([true, false]);
    const texts = afterRemedy(seen, { kind: 'tell-early-data', routes: routesOf(seen.model) });
    expect(texts['/w/nginx.conf']).toContain('Host h; proxy_set_header Early-Data $ssl_early_data;');
    expect(texts['/w/nginx.conf']).toContain('proxy_pass http://b; proxy_set_header Early-Data $ssl_early_data;');
    expect(texts['/w/p.conf']).toBe('proxy_set_header Host b;\n');
  });
});
