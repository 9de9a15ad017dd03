/**
 * Owns the proof that what is known of TLS towards back ends is what they see, on each generation: whether another
 * certificate, or one for another name, is refused, and whether the handshake names the back end. Over generated settings
 * of `http`, with gRPC, and of `stream`, also where authorities, depths and revocation lists differ between levels.
 */
import { once } from 'node:events';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuthority, type Issued, selfSigned } from '../kit/authority.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { type Keeper, keeper } from '../kit/keeper.ts';
import { nginxVersion, startNginx } from '../kit/nginx.ts';
import { listenAnywhere } from '../kit/ports.ts';
import { httpProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import { loadProject } from '../nginx/project.ts';

const LOCATIONS = 10;
const STREAMS = 6;
const RUNS = 10;

/** A right back end, one of the same authority for another name, and one of nobody. */
const BACK_ENDS = ['good', 'other', 'foreign'] as const;
type BackEnd = (typeof BACK_ENDS)[number];
const WRITTEN: Readonly<Record<BackEnd, string>> = {
  good: '127.0.0.1:4001',
  other: '127.0.0.1:4002',
  foreign: '127.0.0.1:4003',
};

type Lines = readonly string[];

/** The lines of one level. */
const settings: fc.Arbitrary<Lines> = fc
  .tuple(
    fc.constantFrom('', '', 'verify on', 'verify off', 'verify ON'),
    fc.constantFrom('', '', 'server_name on', 'server_name off'),
    fc.constantFrom('', '', '', 'trusted_certificate ca.pem', 'trusted_certificate strange.pem'),
    fc.constantFrom('', '', '', 'verify_depth 0', 'verify_depth 1', 'crl lists.pem', 'crl strange-lists.pem'),
    fc.constantFrom('', '', '', 'name back.example', 'name other.example', 'name 192.0.2.1', 'name $host_of_test'),
  )
  .map((lines) => lines.filter((line) => line !== ''));

interface Way {
  readonly lines: Lines;
  readonly family: 'proxy' | 'grpc';
  /** By the name of an upstream, which the certificate of the right back end is for, or by its address. */
  readonly byName: boolean;
}
const way: fc.Arbitrary<Way> = fc.record({
  lines: settings,
  family: fc.constantFrom('proxy', 'proxy', 'grpc'),
  byName: fc.boolean(),
});

interface Configuration {
  readonly http: Lines;
  readonly server: Lines;
  readonly ways: readonly Way[];
  readonly stream: Lines;
  readonly streams: readonly Way[];
}
const configurations: fc.Arbitrary<Configuration> = fc.record({
  http: settings,
  server: settings,
  ways: fc.array(way, { minLength: LOCATIONS, maxLength: LOCATIONS }),
  stream: settings,
  streams: fc.array(way, { minLength: STREAMS, maxLength: STREAMS }),
});

const write = (lines: Lines, families: readonly string[]) =>
  families.flatMap((family) => lines.map((line) => `${family}_ssl_${line};`)).join(' ');
const FAMILIES = ['proxy', 'grpc'];
const streamPort = (i: number, which: number) => 9100 + i * BACK_ENDS.length + which;

/** A second such line at one level would be refused. */
const hasTrust = (lines: Lines) => lines.some((line) => line.startsWith('trusted_certificate'));

/** A line for each way to each back end, in the order in which the model has them. */
function textOf({ http, server, ways, stream, streams }: Configuration): string {
  const upstreams = BACK_ENDS.map((one) => `upstream ${one}.back.example { server ${WRITTEN[one]}; }`).join('\n');
  const address = (one: BackEnd, byName: boolean) => (byName ? `${one}.back.example` : WRITTEN[one]);
  const locations = ways.flatMap(({ lines, family, byName }, i) =>
    BACK_ENDS.map((one) => {
      const scheme = family === 'grpc' ? 'grpcs' : 'https';
      return `location /${i}/${one} { ${write(lines, [family])} ${family}_pass ${scheme}://${address(one, byName)}; }`;
    }),
  );
  const servers = streams.flatMap(({ lines, byName }, i) =>
    BACK_ENDS.map(
      (one, which) =>
        `server { listen ${streamPort(i, which)}; ${write(lines, ['proxy'])} proxy_pass ${address(one, byName)}; }`,
    ),
  );
  const trust = (families: readonly string[], own: Lines) =>
    write([...(hasTrust(own) ? [] : ['trusted_certificate ca.pem']), 'session_reuse off'], families);
  return `http {
map $host $host_of_test { default back.example; }
${upstreams}
${trust(FAMILIES, http)} ${write(http, FAMILIES)}
server { listen 8080; ${write(server, FAMILIES)}
${locations.join('\n')}
}
}
stream {
${upstreams}
map $remote_port $host_of_test { default back.example; }
proxy_ssl on; ${trust(['proxy'], stream)} ${write(stream, ['proxy'])}
${servers.join('\n')}
}
`;
}

/** Answers everything over HTTP/1.1 and HTTP/2, once a connection, so that each request has a handshake of its own. */
async function tlsBackEnd(
  { keep }: Keeper,
  { chain, key }: Issued,
): Promise<{ port: number; server: Http2SecureServer }> {
  const server = createSecureServer({ cert: chain, key, allowHTTP1: true }, (request, response) => {
    if (request.httpVersionMajor === 1) response.setHeader('connection', 'close');
    response.end('hello');
    if (request.httpVersionMajor === 2) response.stream.on('close', () => request.stream.session?.close());
  });
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => connections.delete(socket));
  });
  server.on('sessionError', () => undefined);
  const stop = async () => {
    for (const socket of connections) socket.destroy();
    server.close();
  };
  const { port } = await keep(listenAnywhere(server).then((started) => ({ ...started, stop })));
  return { port, server };
}

const compared = { verified: 0, unverified: 0, names: 0, nameless: 0 };

async function differencesOf(configuration: Configuration): Promise<string[]> {
  const text = textOf(configuration);
  const authority = await createAuthority();
  const issued: Readonly<Record<BackEnd, Issued>> = {
    good: await authority.issue({ names: ['back.example', 'good.back.example'] }),
    other: await authority.issue({ names: ['another.example'] }),
    foreign: await selfSigned({ names: ['back.example', 'foreign.back.example'] }),
  };
  const strange = await createAuthority();
  const files = {
    'nginx.conf': text,
    'ca.pem': authority.certificate,
    'strange.pem': strange.certificate,
    'lists.pem': await authority.revocationList(),
    'strange-lists.pem': await strange.revocationList(),
  };
  const target = { nginx: await nginxVersion() };
  const inPlace = Object.fromEntries(Object.entries(files).map(([name, one]) => [`/etc/nginx/${name}`, one]));
  const { model } = loadProject(inPlace, { target, root: '/etc/nginx/nginx.conf' });
  const hops = [...model.hops].sort((a, b) => a.place.span.start - b.place.span.start);
  const kept = keeper();
  try {
    const servers = new Map<BackEnd, Http2SecureServer>();
    const backends: Record<string, number> = {};
    for (const one of BACK_ENDS) {
      const { port, server } = await tlsBackEnd(kept, issued[one]);
      servers.set(one, server);
      backends[WRITTEN[one]] = port;
    }
    const nginx = await kept.keep(startNginx({ files, backends }));
    const out: string[] = [];
    const all = [
      ...configuration.ways.map((_, i) => ({ path: (one: string) => `/${i}/${one}`, port: () => 8080 })),
      ...configuration.streams.map((_, i) => ({ path: () => '/', port: (which: number) => streamPort(i, which) })),
    ];
    for (const [i, { path, port }] of all.entries()) {
      const taken: BackEnd[] = [];
      const named: boolean[] = [];
      for (const [which, one] of BACK_ENDS.entries()) {
        const server = servers.get(one);
        if (server === undefined) continue;
        const greeted = once(server, 'secureConnection', { signal: AbortSignal.timeout(10_000) });
        const [answer, [socket]] = await Promise.all([
          httpProbe({ port: nginx.port(port(which)), path: path(one) }).catch(() => undefined),
          greeted as Promise<[TLSSocket]>,
        ]);
        if (answer?.status === 200) taken.push(one);
        named.push(Boolean(socket.servername));
      }
      const hop = hops[i * BACK_ENDS.length];
      if (hop?.verified.known !== true) {
        out.push(`way ${i}: the model knows nothing of it`);
        continue;
      }
      if (hop.verified.value) compared.verified++;
      else compared.unverified++;
      // Verification compares the name as well, so at most one of the authority's is taken.
      const isRight = hop.verified.value
        ? !taken.includes('foreign') && taken.length < 2
        : taken.length === BACK_ENDS.length;
      if (!isRight) out.push(`${hop.label}: verified ${hop.verified.value}, taken ${taken.join(' ') || 'none'}`);
      if (!hop.nameSent.known) continue;
      if (hop.nameSent.value) compared.names++;
      else compared.nameless++;
      if (named.some((sent) => sent !== (hop.nameSent.known && hop.nameSent.value)))
        out.push(`${hop.label}: name sent ${hop.nameSent.value}, seen ${named.join(' ')}`);
    }
    return out;
  } finally {
    await kept.stopAll();
  }
}

function onEach(generation: Generation): void {
  it('what is known is what back ends see', { timeout: 180_000 }, () =>
    onGeneration(generation, async () => {
      for (const name of Object.keys(compared)) compared[name as keyof typeof compared] = 0;
      const property = fc.asyncProperty(configurations, async (configuration) => {
        expect(await differencesOf(configuration)).toEqual([]);
      });
      await fc.assert(property, { seed: 20261130, numRuns: RUNS, endOnFailure: true, interruptAfterTimeLimit: 60_000 });
      // A property over nothing would hold, too.
      for (const [name, count] of Object.entries(compared)) expect(count, name).toBeGreaterThan(RUNS);
    }),
  );
}

describeWith('nginx', 'the installed nginx', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
