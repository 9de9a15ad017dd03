/** Owns what back ends of HAProxy learn of early data: by the model, and by recordings that are sent again. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedAuthority } from '../kit/authority.ts';
import { httpBackend } from '../kit/backends.ts';
import { recorded, sentFor } from '../kit/early-data.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { haproxyVersion, startHaproxy } from '../kit/haproxy.ts';
import { keeper } from '../kit/keeper.ts';
import { runProcess } from '../kit/process.ts';
import { describeWith, programPath } from '../kit/required.ts';
import { load, onlyRoute } from './project.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n';
const CRT = 'crt /etc/shop.pem';
const LIST = '/etc/haproxy/shop.list';
/** A server that does not wait has answered long before. */
const PATIENCE_MS = 1500;

const config = (bind: string, rules = '') => `defaults
    mode http
    timeout connect 1s
    timeout client 10s
    timeout server 10s
frontend web
    bind :443 ssl ${bind} alpn http/1.1
${rules}    default_backend app
backend app
    server one 127.0.0.1:3000
`;

const CASES: readonly (readonly [string, string])[] = [
  ['is not taken', config(CRT)],
  ['is taken', config(`${CRT} allow-0rtt`)],
  ['is taken for one certificate', config(`crt-list ${LIST}`)],
  ['is taken, and rules wait', config(`${CRT} allow-0rtt`, '    http-request wait-for-handshake\n')],
  ['is taken, and a rule deletes the header', config(`${CRT} allow-0rtt`, '    http-request del-header Early-Data\n')],
];

/** The headers `Early-Data` of the requests that come of a recording. */
async function replayed(text: string): Promise<readonly (string | undefined)[]> {
  const { bundle } = await (await sharedAuthority()).issue({ names: ['shop.example'] });
  const { keep, stopAll } = keeper();
  const folder = temporaryFolder();
  try {
    const backend = await keep(httpBackend());
    const server = await keep(
      startHaproxy({
        files: {
          'haproxy.cfg': text,
          '/etc/shop.pem': bundle,
          '/shop.pem': bundle,
          [LIST]: 'shop.pem [allow-0rtt] shop.example\n',
        },
        backends: { '127.0.0.1:3000': backend.port },
      }),
    );
    const [session, request] = [join(folder.path, 'session'), folder.write('request', REQUEST)];
    const client = (port: number, input: string, ...more: string[]) =>
      runProcess(
        programPath('openssl') ?? 'openssl',
        [
          's_client',
          '-connect',
          `127.0.0.1:${port}`,
          '-servername',
          'shop.example',
          '-tls1_3',
          '-alpn',
          'http/1.1',
          ...more,
        ],
        { input },
      );
    // The server hangs up after its answer, so the session's tickets are there by then.
    const { output } = await client(server.port(443), REQUEST, '-ign_eof', '-sess_out', session);
    const before = backend.requests.length;
    if (!/Max Early Data: [1-9]/.test(output)) return [];
    const recording = await recorded((port) => client(port, '', '-sess_in', session, '-early_data', request));
    await sentFor(recording, server.port(443), PATIENCE_MS);
    return backend.requests.slice(before).map((one) => one.header('early-data'));
  } finally {
    folder.remove();
    await stopAll();
  }
}

function onEach(generation: Generation): void {
  it.each(CASES)('%s', (_, text) =>
    onGeneration(generation, async () => {
      const { model } = load(text, {
        target: { haproxy: await haproxyVersion() },
        files: { [LIST]: '/etc/shop.pem [allow-0rtt] shop.example\n' },
        workspaces: ['/etc/haproxy', '/project'],
      });
      const { earlyData } = onlyRoute(model);
      expect(await replayed(text)).toEqual(earlyData.known && earlyData.value === 'told' ? ['1'] : []);
      // Whether a line of a list is enough is left open where it would count.
      expect(earlyData.known || text.includes(LIST)).toBe(true);
    }),
  );
}

describeWith(['haproxy', 'openssl'], 'the installed HAProxy', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith([suite, 'openssl'], `Debian ${suite}`, () => onEach(suite));
});

it('is not known without a version, and where bytes go through', () => {
  const fact = (text: string, haproxy?: string) =>
    onlyRoute(load(text, haproxy === undefined ? {} : { target: { haproxy } }).model).earlyData;
  const text = config(`${CRT} allow-0rtt`);
  expect(fact(text)).toMatchObject({ known: false });
  expect(fact(text, '3.1.5')).toMatchObject({ known: false });
  expect(fact(text.replace('mode http', 'mode tcp'), '3.2.1')).toMatchObject({ known: false });
  expect(fact(text, '3.2.1')).toMatchObject({ known: true, value: 'told' });
});
