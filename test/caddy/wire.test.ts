/** Owns the question whether handshakes really come through generated Caddyfiles as the model says: order, blocks, matchers, headers. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { webSocketsOf } from '../../server/src/model/model.ts';
import { httpBackend, webSocketBackend } from '../kit/backends.ts';
import { startCaddy } from '../kit/caddy.ts';
import { type Generation, onGeneration } from '../kit/generations.ts';
import { webSocketProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import { main } from './project.ts';

/** Each starts a real Caddy. */
const ASKED = 60;

const HEADERS = [
  '',
  '',
  '',
  'header_up X-Real-IP {remote_host}',
  'header_up -Connection',
  'header_up -Upgrade',
  'header_up -Sec-WebSocket-*',
  'header_up Connection {>Connection}',
  'header_up Connection {header.Connection}',
  'header_up Upgrade {header.Upgrade}',
  'header_up Connection ""',
  'header_up Connection Upgrade',
  'header_up Upgrade h2c',
  'header_down -Upgrade',
];

/** The proxy for the WebSocket, in one of the forms that people write. */
const chat = fc
  .tuple(
    fc.constantFrom('/ws/*', '/ws*', '@path', '@upgrade', ''),
    fc.constantFrom(...HEADERS),
    fc.constantFrom('plain', 'plain', 'handle', 'handle_path', 'route', 'inside'),
  )
  .map(([matcher, header, form]) => {
    const proxy = (own: string) => `reverse_proxy ${own} 127.0.0.1:3000 {\n${header}\n}`;
    switch (form) {
      case 'handle':
        return `handle ${matcher} {\n${proxy('')}\n}`;
      case 'handle_path':
        return matcher === '/ws/*' ? `handle_path ${matcher} {\n${proxy('')}\n}` : proxy(matcher);
      case 'route':
        return `route ${matcher} {\n${proxy('')}\n}`;
      case 'inside':
        return `route {\nheader X-Inside yes\n${proxy(matcher)}\n}`;
      default:
        return proxy(matcher);
    }
  });

/** What stands around it. */
const noise = fc.constantFrom(
  'respond "no" 404',
  'respond /health 200',
  'respond /ws/* 403',
  'error /old 410',
  'reverse_proxy 127.0.0.1:3001',
  'reverse_proxy /api/* 127.0.0.1:3001',
  'reverse_proxy /ws/a 127.0.0.1:3001',
  'redir /old /new',
  'redir https://www.chat.example{uri}',
  'handle {\nrespond "other" 404\n}',
  'handle /ws/* {\nrespond "other" 404\n}',
  'handle /api/* {\nreverse_proxy 127.0.0.1:3001\n}',
  'route {\nrespond /x 200\n}',
  'route /ws/* {\nrespond 500\n}',
  'request_header -Upgrade',
  'request_header /api/* -Upgrade',
  'header X-Note yes',
  'file_server',
  'encode gzip',
);

const configuration = fc
  .tuple(
    fc.array(noise, { maxLength: 3 }),
    chat,
    fc.array(noise, { maxLength: 2 }),
    fc.constantFrom('', '', '{\norder reverse_proxy before respond\n}\n'),
  )
  .map(
    ([before, proxy, after, options]) =>
      `${options}http://chat.example {\n@path path /ws/*\n@upgrade header Upgrade websocket\n${[...before, proxy, ...after].join('\n')}\n}\n`,
  );

/** Whether a handshake for a path that is for the proxy opens, as far as the model knows. */
function expected(text: string): { readonly path: string; readonly opens: boolean } | undefined {
  const { model } = main(text);
  // Without a sign of a WebSocket nothing is worked out.
  const [route, ...more] = webSocketsOf(model).filter(({ upstream }) => upstream === '127.0.0.1:3000');
  const [site] = model.sites;
  if (route === undefined || more.length > 0 || site === undefined) return undefined;
  // Other lines are for paths of their own, which the proxy leaves to them where it is for more.
  const path = route.path === undefined ? '/chat/b' : route.path === '/ws*' ? '/wsb' : '/ws/b';
  if (route.handshake.shadow !== undefined) return { path, opens: false };
  if (site.redirects.known && site.redirects.value.length > 0) return { path, opens: false };
  return route.upgrade.known ? { path, opens: route.upgrade.value.passes } : undefined;
}

function ask(generation: Generation): void {
  it('opens what the model says is open, and nothing else', () =>
    onGeneration(generation, async () => {
      const backend = await webSocketBackend();
      const other = await httpBackend();
      const seen = { open: 0, closed: 0 };
      for (const text of fc.sample(configuration, ASKED)) {
        const wanted = expected(text);
        if (wanted === undefined) continue;
        const backends = { '127.0.0.1:3000': backend.port, '127.0.0.1:3001': other.port };
        const caddy = await startCaddy({ files: { Caddyfile: text }, backends });
        const { opened } = await webSocketProbe({ port: caddy.port(80), path: wanted.path, host: 'chat.example' });
        await caddy.stop();
        expect(opened, text).toBe(wanted.opens);
        if (opened) seen.open++;
        else seen.closed++;
      }
      await backend.stop();
      await other.stop();
      expect(Math.min(seen.open, seen.closed)).toBeGreaterThan(5);
    }));
}

describeWith('caddy', 'the installed Caddy', () => ask('installed'));
describeWith('sid', 'the Caddy of Debian sid', () => ask('sid'));
