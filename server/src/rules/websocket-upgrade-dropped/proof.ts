/** Owns the proof that dropped upgrades end in an error on the wire, and that the fixes bring the 101 and change nothing else. */
import assert from 'node:assert/strict';
import type { Backend, ReceivedRequest } from '../../../../test/kit/backends.ts';
import { httpProbe, webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import type { RunningServer } from '../../../../test/kit/server.ts';

type Start = (files: Files, backend: Backend) => Promise<RunningServer>;

const written = '127.0.0.1:3000';
const nginx =
  (kit: ProofKit): Start =>
  (files, { port }) =>
    kit.nginx({ files, backends: { [written]: port } });
const haproxy =
  (kit: ProofKit): Start =>
  (files, { port }) =>
    kit.haproxy({ files, backends: { [written]: port } });
const apache =
  (kit: ProofKit): Start =>
  (files, { port }) =>
    kit.apache({ files, backends: { [written]: port } });
const caddy =
  (kit: ProofKit): Start =>
  (files, { port }) =>
    kit.caddy({ files, backends: { [written]: port } });

/** What the back end got of an ordinary request, without the two headers that the fixes are about. */
function ordinary({ path, rawHeaders }: ReceivedRequest): string {
  const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []));
  return [path, ...lines.filter((line) => !/^(upgrade|connection):/i.test(line)).sort()].join('\n');
}

/** The handshake's answer, and an ordinary request as it reached the back end. */
async function seen(start: Start, files: Files, backend: Backend) {
  const server = await start(files, backend);
  const handshake = await webSocketProbe({ port: server.port(80), path: '/ws/', host: 'chat.example' });
  await httpProbe({ port: server.port(80), path: '/ws/', host: 'chat.example' });
  const request = backend.requests.at(-1);
  assert.ok(request);
  return { handshake, request };
}

async function proveAll(kit: ProofKit, language: string, start: Start): Promise<void> {
  const backend = await kit.webSocketBackend();
  for (const { name, bad, fixed } of kit.pairs(language)) {
    const before = await seen(start, bad, backend);
    const after = await seen(start, fixed, backend);
    assert.ok(!before.handshake.opened && before.handshake.status >= 400, `${name}: ${before.handshake.status}`);
    assert.equal(after.handshake.status, 101, name);
    assert.ok(after.handshake.opened, name);
    assert.equal(ordinary(after.request), ordinary(before.request), name);
    assert.doesNotMatch(after.request.header('connection') ?? '', /upgrade/i, name);
  }
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx: the handshake fails with every bad example and succeeds with its fixed one; ordinary requests stay',
    needs: ['nginx'],
    run: (kit) => proveAll(kit, 'nginx', nginx(kit)),
  },
  {
    title:
      'nginx answers a handshake with 403 where only other methods may come in, and the back end sees nothing of it',
    needs: ['nginx'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const files = kit.examples('nginx', 'bad').find((one) => Object.values(one).join().includes('limit_except'));
      assert.ok(files !== undefined);
      const server = await nginx(kit)(files, backend);
      assert.equal((await webSocketProbe({ port: server.port(80), path: '/ws/' })).status, 403);
      assert.equal(backend.requests.length, 0);
    },
  },
  {
    title:
      'HAProxy: the handshake fails with every bad example and succeeds with its fixed one; ordinary requests stay',
    needs: ['haproxy'],
    run: (kit) => proveAll(kit, 'haproxy', haproxy(kit)),
  },
  {
    title: 'nginx and HAProxy let the handshake through where the rule is silent',
    needs: ['nginx', 'haproxy'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      for (const [start, language] of [
        [nginx(kit), 'nginx'],
        [haproxy(kit), 'haproxy'],
      ] as const) {
        for (const files of kit.examples(language, 'good')) {
          const snippet = { 'snippets/proxy-of-this-machine.conf': 'proxy_set_header Host $host;\n' };
          const server = await start(language === 'nginx' ? { ...files, ...snippet } : files, backend);
          for (const path of language === 'nginx' ? ['/ws/', '/socket.io/'] : ['/ws/']) {
            const { status } = await webSocketProbe({ port: server.port(80), path });
            assert.equal(status, 101, `${language} ${path}`);
          }
        }
      }
    },
  },
  {
    title: 'Apache: the same',
    needs: ['apache'],
    run: (kit) => proveAll(kit, 'apache', apache(kit)),
  },
  {
    title: 'Apache: rules outside of hosts are not read for them, and handshakes get through where the rule is silent',
    needs: ['apache'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const ask = async (files: Files, host: string) => {
        const server = await apache(kit)(files, backend);
        return (await webSocketProbe({ port: server.port(80), path: '/ws/', host })).status;
      };
      const isOutside = (files: Files) => Object.values(files).some((text) => /^RewriteEngine/m.test(text));
      const outside = kit.examples('apache', 'bad').find(isOutside);
      assert.ok(outside !== undefined);
      assert.equal(await ask(outside, 'chat.example'), 426);
      for (const files of kit.examples('apache', 'good'))
        for (const host of ['chat.example', 'talk.example']) assert.equal(await ask(files, host), 101, host);
    },
  },
  {
    title: 'Caddy: what `handle_response` answers takes the place of the 101 that the back end sent',
    needs: ['caddy'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const files = kit.examples('caddy', 'bad').find((one) => Object.values(one).join().includes('handle_response'));
      assert.ok(files !== undefined);
      const server = await caddy(kit)(files, backend);
      const { opened, status } = await webSocketProbe({ port: server.port(80), path: '/ws/', host: 'chat.example' });
      assert.deepEqual([opened, status], [false, 503]);
      assert.match(backend.requests.at(-1)?.header('upgrade') ?? '', /websocket/);
    },
  },
  {
    title: 'Caddy: the same, and handshakes get through where the rule is silent',
    needs: ['caddy'],
    async run(kit) {
      await proveAll(kit, 'caddy', caddy(kit));
      const backend = await kit.webSocketBackend();
      for (const files of kit.examples('caddy', 'good'))
        assert.ok((await seen(caddy(kit), files, backend)).handshake.opened);
    },
  },
];
