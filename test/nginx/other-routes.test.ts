/** Owns routes through uwsgi, SCGI, gRPC and `stream`: what is known of them, and which fixes fit. */
import { describe, expect, it } from 'vitest';
import { routesOf } from '../../server/src/model/model.ts';
import { afterRemedy, http, loadProject } from './project.ts';

const inServer = (lines: string) => http(`server { listen 80; ${lines} }`);
const routes = (files: Record<string, string>, webSocketPaths: readonly string[] = []) =>
  routesOf(loadProject(files, { webSocketPaths }).model);

describe('routes without HTTP towards the back end', () => {
  it('are WebSockets by their path, or where the settings say so', () => {
    const found = routes(
      inServer('location /ws/ { uwsgi_pass a:1; } location /feed { scgi_pass a:1; } location / { uwsgi_pass a:1; }'),
      ['/feed'],
    );
    expect(found.map(({ webSocket }) => webSocket.level)).toEqual(['suspected', 'certain', 'none']);
  });

  it('pass upgrades on, unless parameters or hidden lines decide', () => {
    const passes = (lines: string) =>
      routes(inServer(`location /ws/ { ${lines} uwsgi_pass a:1; }`)).map(({ upgrade }) =>
        upgrade.known ? upgrade.value.passes : undefined,
      );
    expect(passes('')).toEqual([true]);
    expect(passes('include uwsgi_params;')).toEqual([undefined]);
    expect(passes('uwsgi_param HTTP_UPGRADE "";')).toEqual([undefined]);
    expect(passes('uwsgi_pass_request_headers off;')).toEqual([false]);
  });

  it('take their own setting where the limit is raised', () => {
    for (const [before, after] of [
      ['location /ws/ {\nuwsgi_pass a:1;\n}', 'uwsgi_pass a:1;\nuwsgi_read_timeout 1h;'],
      ['location /ws/ {\nscgi_pass a:1;\nscgi_read_timeout 5s;\n}', 'scgi_pass a:1;\nscgi_read_timeout 1h;'],
    ] as const) {
      const project = loadProject(inServer(before));
      const [route] = routesOf(project.model);
      if (route === undefined) throw new Error('no route');
      expect(afterRemedy(project, { kind: 'set-idle-limit', route, seconds: 3600 })['/w/nginx.conf']).toContain(after);
    }
  });

  it('of gRPC have no upgrade, and no fix gives them one', () => {
    const project = loadProject(inServer('location /ws/ { grpc_pass grpc://a:1; }'));
    const [route] = routesOf(project.model);
    if (route === undefined) throw new Error('no route');
    expect(route.upgrade.known && route.upgrade.value.losses.map(({ kind }) => kind)).toEqual(['http2']);
    expect(project.realize({ kind: 'use-http-1-1', route })).toBeUndefined();
    expect(project.realize({ kind: 'forward-upgrade', route })).toBeUndefined();
  });
});

describe('routes of stream', () => {
  const inStream = (lines: string) => ({ 'nginx.conf': `events {}\nstream { ${lines} }\n` });

  it('close after ten minutes of silence by default', () => {
    const [route] = routes(inStream('upstream chat_ws { server a:1; } server { listen 1; proxy_pass chat_ws; }'));
    expect(route?.webSocket.level).toBe('suspected');
    expect(route?.idle.known && route.idle.value.seconds).toBe(600);
    expect(route?.idle.known && route.idle.value.silence).toBe('of silence');
  });

  it('take proxy_timeout where the limit is raised', () => {
    const project = loadProject(inStream('server {\nlisten 1;\nproxy_pass chat_ws:1;\nproxy_timeout 5s;\n}'));
    const [route] = routesOf(project.model);
    if (route === undefined) throw new Error('no route');
    const after = afterRemedy(project, { kind: 'set-idle-limit', route, seconds: 3600 });
    expect(after['/w/nginx.conf']).toContain('proxy_timeout 1h;');
  });

  it('are none where it carries UDP', () => {
    expect(routes(inStream('server { listen 53 udp; proxy_pass ws:1; }'))).toEqual([]);
  });
});
