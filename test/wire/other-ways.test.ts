/** Owns the proof that what is known of WebSockets through uwsgi, SCGI, gRPC and `stream` is what is seen, on each generation. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../server/src/model/model.ts';
import { routesOf } from '../../server/src/model/model.ts';
import { webSocketBackend } from '../kit/backends.ts';
import { type Generation, onGeneration, SUITES, suiteRoot } from '../kit/generations.ts';
import { keeper } from '../kit/keeper.ts';
import { nginxVersion, startNginx } from '../kit/nginx.ts';
import { webSocketProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import type { RunningServer } from '../kit/server.ts';
import { loadProject } from '../nginx/project.ts';
import { parameterBackend } from './parameter-backend.ts';

const HOLD_MS = 2200;
const HELD_LIMIT_SECONDS = 1;
const MODULE = '/usr/lib/nginx/modules/ngx_stream_module.so';

const families = ['uwsgi', 'scgi'] as const;
const SETTINGS = (family: string): readonly string[] => [
  '',
  `${family}_read_timeout 1s;`,
  `${family}_read_timeout 1h;`,
  `${family}_send_timeout 1s;`,
  `${family}_pass_request_headers off;`,
  `${family}_pass_request_headers off; ${family}_read_timeout 1h;`,
  'proxy_read_timeout 1s;',
  'proxy_set_header Upgrade "";',
];

/** A location for each family and setting, some of them behind a setting of the server. */
function httpText(): { text: string; paths: string[] } {
  const paths: string[] = [];
  const servers = ['', 'uwsgi_read_timeout 1s; scgi_read_timeout 1s;'].map((around, i) => {
    const locations = families.flatMap((family) =>
      SETTINGS(family).map((line, k) => {
        const path = `/s${i}/${family}${k}/`;
        paths.push(path);
        return `location ${path} { ${line} ${family}_pass 127.0.0.1:3001; }`;
      }),
    );
    const grpc = `/s${i}/grpc/`;
    paths.push(grpc);
    return `server { listen ${8080 + i}; ${around}\n${locations.join('\n')}\nlocation ${grpc} { grpc_pass 127.0.0.1:3000; } }`;
  });
  return { text: `http {\n${servers.join('\n')}\n}\n`, paths };
}

const STREAMS = ['', 'proxy_timeout 1s;', 'proxy_timeout 1h;', 'proxy_connect_timeout 1s;'];

/** What was seen of each route against what its model knows. */
async function compare(
  model: Model,
  nginx: RunningServer,
  asked: readonly { readonly index: number; readonly port: number; readonly path: string }[],
): Promise<{ differences: string[]; passed: number; lost: number; limits: number }> {
  const routes = routesOf(model);
  const seen = { passed: 0, lost: 0, limits: 0 };
  const differences = await Promise.all(
    asked.map(async ({ index, port, path }): Promise<string[]> => {
      const route = routes[index];
      if (route?.upgrade.known !== true) return [`${path}: the model knows nothing`];
      const answer = await webSocketProbe({ port: nginx.port(port), path, holdMs: HOLD_MS });
      const { passes } = route.upgrade.value;
      if (passes) seen.passed++;
      else seen.lost++;
      if (passes !== answer.opened) return [`${path}: upgrade passes ${passes}, seen ${answer.status}`];
      if (!answer.opened || !route.idle.known) return [];
      seen.limits++;
      const { seconds } = route.idle.value;
      const closes = answer.closedAfterMs !== undefined;
      return closes === (seconds === HELD_LIMIT_SECONDS)
        ? []
        : [`${path}: silent for ${seconds} s, seen ${answer.closedAfterMs} ms`];
    }),
  );
  return { differences: differences.flat(), ...seen };
}

function onEach(generation: Generation): void {
  it('uwsgi, SCGI and gRPC', { timeout: 60_000 }, () =>
    onGeneration(generation, async () => {
      const { text, paths } = httpText();
      const { model } = loadProject(
        { 'nginx.conf': `events {}\n${text}` },
        { target: { nginx: await nginxVersion() } },
      );
      const { keep, stopAll } = keeper();
      try {
        const parameters = await keep(parameterBackend());
        const plain = await keep(webSocketBackend());
        const backends = { '127.0.0.1:3001': parameters.port, '127.0.0.1:3000': plain.port };
        const nginx = await keep(startNginx({ files: { 'nginx.conf': text }, backends }));
        const places = new Map(routesOf(model).map(({ path }, index) => [path, index]));
        const asked = paths.map((path) => ({ index: places.get(path) ?? -1, port: 8080 + Number(path[2]), path }));
        const { differences, passed, lost, limits } = await compare(model, nginx, asked);
        expect(differences).toEqual([]);
        expect([passed, lost, limits]).toEqual([24, 10, 24]);
      } finally {
        await stopAll();
      }
    }),
  );

  it('stream', { timeout: 60_000 }, (context) =>
    onGeneration(generation, async () => {
      const root = generation === 'installed' ? '' : (suiteRoot(generation) ?? '');
      if (!existsSync(join(root, MODULE))) context.skip('the stream module of nginx is not installed');
      const servers = STREAMS.map((line, i) => `server { listen ${8080 + i}; ${line} proxy_pass 127.0.0.1:3000; }`);
      const text = `load_module ${MODULE};\nstream { ${servers.join(' ')} }\n`;
      const { model } = loadProject({ 'nginx.conf': `events {}\n${text}` }, {});
      const { keep, stopAll } = keeper();
      try {
        const plain = await keep(webSocketBackend());
        const nginx = await keep(
          startNginx({ files: { 'nginx.conf': text }, backends: { '127.0.0.1:3000': plain.port } }),
        );
        const asked = STREAMS.map((line, index) => ({
          index,
          port: 8080 + index,
          path: `/${encodeURIComponent(line)}`,
        }));
        const { differences, passed, limits } = await compare(model, nginx, asked);
        expect(differences).toEqual([]);
        expect([passed, limits]).toEqual([4, 4]);
      } finally {
        await stopAll();
      }
    }),
  );
}

describeWith('nginx', 'the installed nginx', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
