/**
 * Owns the proof that what is known of names is what is presented, on each generation: which server's certificate answers
 * for a name, for none and for one that nobody has, which handshakes are refused, and who goes without a name that
 * another server of the socket has, too. Over generated servers.
 */
import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model, Site } from '../../server/src/model/model.ts';
import { sharedAuthority } from '../kit/authority.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { keeper } from '../kit/keeper.ts';
import { nginxVersion, startNginx } from '../kit/nginx.ts';
import { open } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import { loadProject } from '../nginx/project.ts';

const SOCKETS = 8;
const SERVERS = 28;
const RUNS = 8;

/** Kinds of names, each with one that it matches and no other does. */
const NAMES: readonly ((i: number) => readonly [written: string, asked: string])[] = [
  (i) => [`s${i}.example`, `s${i}.example`],
  (i) => [`S${i}.Example`, `s${i}.example`],
  (i) => [`*.w${i}.example`, `any.w${i}.example`],
  (i) => [`.d${i}.example`, `any.d${i}.example`],
  (i) => [`.d${i}.example`, `d${i}.example`],
  (i) => [`t${i}.*`, `t${i}.test`],
  (i) => [`~^r${i}\\.`, `r${i}.example`],
  (i) => [`"~^q${i}\\.[a-z]{2,8}$"`, `Q${i}.example`],
];

/** Names that several servers have, each with what is asked for it. */
const SHARED: readonly (readonly [written: string, asked: string])[] = [
  ['shared.example', 'shared.example'],
  ['SHARED.example', 'shared.example'],
  ['pool.example', 'pool.example'],
  ['*.pool.example', 'any.pool.example'],
  ['.pool.example', 'any.pool.example'],
  ['tail.*', 'tail.test'],
  ['~^rx', 'rx.test'],
];

interface Server {
  /** Each listens on one socket or two. */
  readonly sockets: readonly number[];
  readonly names: readonly number[];
  readonly shared: readonly number[];
  /** A certificate of its own, that of the socket's first server, or none for anybody. */
  readonly kind: 'own' | 'lent' | 'refuse' | 'refuse-with-own';
  readonly wantsDefault: boolean;
}

const server: fc.Arbitrary<Server> = fc.record({
  sockets: fc.uniqueArray(fc.nat({ max: SOCKETS - 1 }), { minLength: 1, maxLength: 2 }),
  names: fc.uniqueArray(fc.nat({ max: NAMES.length - 1 }), { maxLength: 3 }),
  shared: fc.uniqueArray(fc.nat({ max: SHARED.length - 1 }), { maxLength: 2 }),
  kind: fc.constantFrom('own', 'own', 'own', 'lent', 'refuse', 'refuse-with-own'),
  wantsDefault: fc.boolean(),
});
const configurations = fc.array(server, { minLength: SERVERS, maxLength: SERVERS });

const port = (socket: number) => 8443 + socket;
/** What is asked of each socket beside the names of its servers. */
const NOBODYS = [undefined, 'nobody.test'];

/** The default server of each socket: the first that wants to be it, otherwise the first one. */
function defaultsOf(servers: readonly Server[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const wants of [true, false])
    for (const [i, { sockets, wantsDefault }] of servers.entries())
      for (const socket of sockets) if (wantsDefault === wants && !found.has(socket)) found.set(socket, i);
  return found;
}

function textOf(servers: readonly Server[]): string {
  const defaults = defaultsOf(servers);
  /** nginx does not start where a server has no certificate, and the default server of its socket has none to lend. */
  const isLent = (i: number, { sockets, kind }: Server): boolean =>
    kind === 'lent' &&
    sockets.every((socket) => {
      const first = defaults.get(socket);
      return first !== undefined && first !== i && servers[first]?.kind.endsWith('own') === true;
    });
  const blocks = servers.map((server, i) => {
    const { sockets, names, shared, kind, wantsDefault } = server;
    const listens = sockets.map((socket) => {
      const isNamed = wantsDefault && defaults.get(socket) === i;
      return `listen ${port(socket)} ssl${isNamed ? ' default_server' : ''};`;
    });
    const certificate = `ssl_certificate s${i}.pem; ssl_certificate_key s${i}.key;`;
    const tls = {
      own: certificate,
      lent: isLent(i, server) ? '' : certificate,
      refuse: 'ssl_reject_handshake on;',
      'refuse-with-own': `ssl_reject_handshake on; ${certificate}`,
    }[kind];
    const words = [...names.map((name) => NAMES[name]?.(i)[0]), ...shared.map((name) => SHARED[name]?.[0])].join(' ');
    return `server { ${listens.join(' ')} ${words === '' ? '' : `server_name ${words};`} ${tls} }`;
  });
  return `http {\n${blocks.join('\n')}\n}\n`;
}

const filesOf = (site: Site): string[] =>
  site.endpoint?.certificates.map(({ certificate }) => certificate.written) ?? [];

/** The certificate that a site presents by itself, as its file; undefined where those of default servers are lent. */
const ownFile = ({ sites }: Model, site: Site): string | undefined =>
  filesOf(site).find((file) => file === `s${sites.indexOf(site)}.pem`);

/** What a site's handshake gets on a socket: a file, or a refusal; undefined where that is not known. */
function claimOf(model: Model, site: Site | undefined, first: Site | undefined): string | undefined {
  const handshake = site?.endpoint?.handshake;
  if (site === undefined || handshake?.known !== true) return undefined;
  if (handshake.value !== 'certificate') return 'refused';
  const file = ownFile(model, site) ?? (first === undefined ? undefined : ownFile(model, first));
  return file === undefined || filesOf(site).includes(file) ? file : `${filesOf(site)}, not ${file}`;
}

async function presented(
  port: number,
  servername: string | undefined,
  files: ReadonlyMap<string, string>,
): Promise<string> {
  const tls = servername === undefined ? {} : { servername };
  const socket = (await open({ port, tls }).catch(() => undefined)) as TLSSocket | undefined;
  if (socket === undefined) return 'refused';
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return files.get(fingerprint256) ?? 'another';
}

/** The names for which a site is known to present its certificate. */
function presentsFor({ endpoint, unreached }: Site): string[] {
  return unreached === undefined ? (endpoint?.certificates[0]?.names.map(({ name }) => name) ?? []) : [];
}

let kept = 0;
let lost = 0;
let unreached = 0;
let compared = 0;
let refused = 0;

async function differencesOf(servers: readonly Server[]): Promise<string[]> {
  const text = textOf(servers);
  const authority = await sharedAuthority();
  const files: Record<string, string> = { 'nginx.conf': text };
  const byPrint = new Map<string, string>();
  for (let i = 0; i < servers.length; i++) {
    const { chain, key } = await authority.issue({ names: [`s${i}.example`] });
    files[`s${i}.pem`] = chain;
    files[`s${i}.key`] = key;
    byPrint.set(new X509Certificate(chain).fingerprint256, `s${i}.pem`);
  }
  const inPlace = Object.fromEntries(Object.entries(files).map(([name, one]) => [`/etc/nginx/${name}`, one]));
  const target = { nginx: await nginxVersion() };
  const { model } = loadProject(inPlace, { target, root: '/etc/nginx/nginx.conf' });
  const { keep, stopAll } = keeper();
  try {
    const nginx = await keep(startNginx({ files }));
    const out: string[] = [];
    const compare = async (what: string, socket: number, name: string | undefined, claimed: string | undefined) => {
      if (claimed === undefined) return;
      compared++;
      if (claimed === 'refused') refused++;
      const seen = await presented(nginx.port(port(socket)), name, byPrint);
      if (seen !== claimed) out.push(`${what} on ${port(socket)}: ${claimed}, seen ${seen}`);
    };
    for (const [i, { sockets, names }] of servers.entries()) {
      const site = model.sites[i];
      for (const socket of sockets) {
        const first = firstOf(model, servers, socket);
        for (const name of names) {
          const [written = '', asked = ''] = NAMES[name]?.(i) ?? [];
          await compare(`${asked} of ${written}`, socket, asked, claimOf(model, site, first));
        }
      }
      if (site === undefined || servers[i]?.kind !== 'own') continue;
      if (site.unreached !== undefined) unreached++;
      for (const name of servers[i]?.shared ?? []) {
        const [written = '', asked = ''] = SHARED[name] ?? [];
        // A default server presents its certificate for names that nobody gets, too.
        const others = sockets.filter((socket) => firstOf(model, servers, socket) !== site);
        const claimed = presentsFor(site).includes(written);
        const seen: string[] = [];
        for (const socket of claimed ? sockets : others)
          seen.push(await presented(nginx.port(port(socket)), asked, byPrint));
        if (claimed) kept++;
        else lost++;
        if (seen.includes(`s${i}.pem`) !== claimed)
          out.push(`s${i} presented for ${written}: ${claimed}, seen for ${asked}: ${seen.join(' ')}`);
      }
    }
    for (let socket = 0; socket < SOCKETS; socket++) {
      const first = firstOf(model, servers, socket);
      for (const name of NOBODYS) await compare(name ?? 'no name', socket, name, claimOf(model, first, first));
    }
    return out;
  } finally {
    await stopAll();
  }
}

/** The site that is known to answer for unknown names on a socket. */
function firstOf({ sites }: Model, servers: readonly Server[], socket: number): Site | undefined {
  return sites.find((site, i) => {
    const answers = site.listeners[servers[i]?.sockets.indexOf(socket) ?? -1]?.answersUnknownNames;
    return answers?.known === true && answers.value;
  });
}

function onEach(generation: Generation): void {
  it('what is known is what is presented', { timeout: 120_000 }, () =>
    onGeneration(generation, async () => {
      compared = 0;
      refused = 0;
      kept = 0;
      lost = 0;
      unreached = 0;
      const property = fc.asyncProperty(configurations, async (servers) => {
        expect(await differencesOf(servers)).toEqual([]);
      });
      await fc.assert(property, { seed: 20261130, numRuns: RUNS, endOnFailure: true, interruptAfterTimeLimit: 60_000 });
      expect(compared).toBeGreaterThan(SERVERS * 4);
      expect(refused).toBeGreaterThan(SERVERS / 2);
      expect(kept).toBeGreaterThan(SERVERS);
      expect(lost).toBeGreaterThan(SERVERS / 2);
      expect(unreached).toBeGreaterThan(0);
    }),
  );
}

describeWith('nginx', 'the installed nginx', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
