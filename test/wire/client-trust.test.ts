/**
 * Owns the proof that what is known of authorities, depths and revocation lists for clients decides who gets in, on each
 * generation: generated servers, and clients whose certificates are nearer to and further from roots.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Site } from '../../server/src/model/model.ts';
import { type Authority, createAuthority, type Issued, sharedAuthority } from '../kit/authority.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { keeper } from '../kit/keeper.ts';
import { nginxVersion, startNginx } from '../kit/nginx.ts';
import { httpProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import { loadProject } from '../nginx/project.ts';

const SERVERS = 14;
const RUNS = 6;

/** Roots `a` and `b`; `a1` is below `a`, and `a2` below that. */
const NAMES = ['a', 'b', 'a1', 'a2'] as const;
type Name = (typeof NAMES)[number];

/** Files of authorities, and of lists: several may be in one. */
const AUTHORITIES: readonly (readonly Name[])[] = [['a'], ['b'], ['a', 'b'], ['a1'], ['a', 'a1'], ['a', 'a1', 'a2']];
const LISTS: readonly (readonly Name[])[] = [['a'], ['a', 'a1'], ['a', 'a1', 'a2', 'b']];
const caFile = (names: readonly Name[]) => `ca-${names.join('-')}.pem`;
const crlFile = (names: readonly Name[]) => `crl-${names.join('-')}.pem`;

/** Who signed a client's certificate, up to the root, and what the client sends of it. */
interface Client {
  readonly path: readonly Name[];
  readonly sends: readonly Name[];
}
const CLIENTS: readonly Client[] = [
  { path: ['a'], sends: [] },
  { path: ['b'], sends: [] },
  { path: ['a1', 'a'], sends: ['a1'] },
  { path: ['a1', 'a'], sends: [] },
  { path: ['a2', 'a1', 'a'], sends: ['a2', 'a1'] },
];

const lines: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.option(fc.constantFrom(...AUTHORITIES).map((names) => `ssl_client_certificate ${caFile(names)};`)),
    fc.option(
      fc.constantFrom(...AUTHORITIES).map((names) => `ssl_trusted_certificate ${caFile(names)};`),
      { freq: 2 },
    ),
    fc.option(
      fc.constantFrom(...LISTS).map((names) => `ssl_crl ${crlFile(names)};`),
      { freq: 2 },
    ),
    fc.option(
      fc.constantFrom('0', '1', '2', '3').map((depth) => `ssl_verify_depth ${depth};`),
      { freq: 2 },
    ),
    fc.constantFrom('', '', 'ssl_verify_client on;', 'ssl_verify_client optional;'),
  )
  .map((all) => all.filter((line): line is string => line !== null && line !== ''));

interface Configuration {
  readonly http: readonly string[];
  readonly servers: readonly (readonly string[])[];
}
const configurations: fc.Arbitrary<Configuration> = fc.record({
  http: lines,
  servers: fc.array(lines, { minLength: SERVERS, maxLength: SERVERS }),
});

/** nginx before 1.27.2 does not start without `ssl_client_certificate`. */
function textOf({ http, servers }: Configuration): string {
  const named = http.some((line) => line.startsWith('ssl_client_certificate'));
  const blocks = servers.map(
    (server, i) => `server { listen 8443 ssl; server_name s${i}.example; ${server.join(' ')} return 204; }`,
  );
  return `http {
ssl_certificate server.pem; ssl_certificate_key server.key;
${named ? '' : 'ssl_client_certificate ca-a.pem;'} ${http.join(' ')}
${blocks.join('\n')}
}
`;
}

/** Who is in a file, by its name. */
const inFile = (file: string): readonly string[] => file.replace(/^\w+-|\.pem$/g, '').split('-');

/** Whether a client gets in, by what the model knows of its server; undefined where nobody is asked, or where that is not known. */
function claimOf({ endpoint }: Site, { path, sends }: Client): boolean | undefined {
  const clients = endpoint?.clientCertificates;
  if (clients?.known !== true || clients.value.demand === 'none') return undefined;
  const trust = clients.value.trust;
  if (trust?.known !== true) return undefined;
  const trusted = trust.value.files.flatMap(({ written }) => inFile(written));
  const root = path.at(-1) ?? '';
  if (!trusted.includes(root) || path.length - 1 > trust.value.depth) return false;
  if (!path.every((one) => trusted.includes(one) || (sends as readonly string[]).includes(one))) return false;
  const lists = endpoint?.revocation?.lists.flatMap(({ written }) => inFile(written));
  return lists === undefined || path.every((one) => lists.includes(one));
}

interface Material {
  readonly files: Readonly<Record<string, string>>;
  readonly clients: readonly Issued[];
}

async function makeMaterial(): Promise<Material> {
  const a = await createAuthority({ commonName: 'root a' });
  const b = await createAuthority({ commonName: 'root b' });
  const a1 = await a.intermediate({ commonName: 'intermediate a1' });
  const a2 = await a1.intermediate({ commonName: 'intermediate a2' });
  const authorities: Readonly<Record<Name, Authority>> = { a, b, a1, a2 };
  const lists = Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [name, await authorities[name].revocationList()] as const)),
  );
  const server = await (await sharedAuthority()).issue({ names: ['s.example'] });
  const clients = await Promise.all(
    CLIENTS.map(async ({ path, sends }) => {
      const issued = await authorities[path[0] ?? 'a'].issue({ commonName: 'client', usages: ['client'] });
      const chain = issued.certificate + sends.map((name) => authorities[name].certificate).join('');
      return { ...issued, chain };
    }),
  );
  const files = Object.fromEntries([
    ['server.pem', server.chain],
    ['server.key', server.key],
    ...AUTHORITIES.map((names) => [caFile(names), names.map((name) => authorities[name].certificate).join('')]),
    ...LISTS.map((names) => [crlFile(names), names.map((name) => lists[name]).join('')]),
  ]);
  return { files, clients };
}

let material: Promise<Material> | undefined;

const compared = { in: 0, out: 0, revocation: 0 };

async function differencesOf(configuration: Configuration): Promise<string[]> {
  material ??= makeMaterial();
  const { files, clients } = await material;
  const all: Record<string, string> = { ...files, 'nginx.conf': textOf(configuration) };
  const target = { nginx: await nginxVersion() };
  const inPlace = Object.fromEntries(Object.entries(all).map(([name, one]) => [`/etc/nginx/${name}`, one]));
  const { model } = loadProject(inPlace, { target, root: '/etc/nginx/nginx.conf' });
  const { keep, stopAll } = keeper();
  try {
    const nginx = await keep(startNginx({ files: all }));
    const out: string[] = [];
    for (const [i, site] of model.sites.entries()) {
      for (const [j, client] of CLIENTS.entries()) {
        const claimed = claimOf(site, client);
        const issued = clients[j];
        if (claimed === undefined || issued === undefined) continue;
        const tls = { servername: `s${i}.example`, cert: issued.chain, key: issued.key };
        const { status } = await httpProbe({ port: nginx.port(8443), path: '/', host: `s${i}.example`, tls });
        if (site.endpoint?.revocation !== undefined) compared.revocation++;
        if (claimed) compared.in++;
        else compared.out++;
        if ((status === 204) !== claimed) out.push(`${site.label}, client ${j}: gets in ${claimed}, seen ${status}`);
      }
    }
    return out;
  } finally {
    await stopAll();
  }
}

function onEach(generation: Generation): void {
  it('what is known decides who gets in', { timeout: 120_000 }, () =>
    onGeneration(generation, async () => {
      for (const name of Object.keys(compared)) compared[name as keyof typeof compared] = 0;
      const property = fc.asyncProperty(configurations, async (configuration) => {
        expect(await differencesOf(configuration)).toEqual([]);
      });
      await fc.assert(property, { seed: 20261201, numRuns: RUNS, endOnFailure: true, interruptAfterTimeLimit: 60_000 });
      // A property over nothing would hold, too.
      for (const [name, count] of Object.entries(compared)) expect(count, name).toBeGreaterThan(SERVERS);
    }),
  );
}

describeWith('nginx', 'the installed nginx', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
