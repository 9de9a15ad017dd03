/** Owns the judges of the certificate situations: nginx, HAProxy, clients of both, and wsslint. */

import { verdictOn } from '../certificate-rules/client.ts';
import { httpBackend } from '../kit/backends.ts';
import { haproxyCheck, startHaproxy } from '../kit/haproxy.ts';
import { nginxTest, startNginx } from '../kit/nginx.ts';
import { httpProbe } from '../kit/probes.ts';
import type { RunningServer, ServerVerdict } from '../kit/server.ts';
import { lintTexts } from '../rules/harness.ts';
import { type Files, NAME, type World } from './world.ts';

/** What a server and a client of it say; `handshake` is undefined where the server does not start. */
export interface Outcome {
  readonly check: string;
  readonly handshake?: string;
}

export type Product = 'nginx' | 'haproxy';

/** wsslint has other pages for these; the table is about certificates. */
const HINTS = new Set(['tls-hsts-weak', 'tls-http-not-redirected', 'certificate-expiring', 'tls-version-1-3-missing']);

function texts({ certificate, key, nginx = '', haproxy = '', more = {} }: Files, product: Product) {
  const others = Object.fromEntries(Object.entries(more).map(([name, text]) => [`certs/${name}`, text]));
  if (product === 'nginx')
    return {
      'nginx.conf': `events {}
http {
    server {
        listen 443 ssl;
        server_name ${NAME};
        ssl_certificate certs/shop.pem;
        ssl_certificate_key certs/shop.key;
        ${nginx}
        location / { return 204; }
    }
}
`,
      'certs/shop.pem': certificate,
      'certs/shop.key': key,
      ...others,
    };
  return {
    'haproxy.cfg': `defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend www
    bind :443 ssl crt /etc/haproxy/certs/shop.pem ${haproxy}
    default_backend app
backend app
    server app1 127.0.0.1:3000
`,
    'certs/shop.pem': certificate + key,
    ...others,
  };
}

/** The words of a product's own check; `silent` where it has none. */
function wordsOf({ ok, output }: ServerVerdict, product: Product): string {
  if (product === 'nginx') {
    const line = /\[(?:emerg|warn)\] (?:\d+#\d+: )?(.*)/.exec(output)?.[1];
    return line === undefined ? (ok ? 'silent' : output.trim()) : plain(line);
  }
  if (ok) return 'silent';
  const alerts = [...output.matchAll(/\[ALERT\].*? : (.*)/g)].map(([, text = '']) => text);
  const first = alerts[0]?.replace(/^config : parsing \[.*?\] : '.*?' in section '.*?' : /, '') ?? output.trim();
  return plain(first.replace(/^config : /, ''));
}

/** Without what differs from run to run: numbers of errors, ports, folders. */
function plain(text: string): string {
  return text
    .replace(/\(SSL: .*?::([^():]+)(?::[^()]*)?(\) ?error:.*|\).*)?$/, '(… $1)')
    .replaceAll('/etc/nginx/', '')
    .replaceAll('/etc/haproxy/', '')
    .replace(/ in \S+nginx\.conf:\d+$/, '')
    .replace(/^'crt' : /, '')
    .trim();
}

async function start(files: Files, product: Product, backend: number): Promise<RunningServer> {
  const options = { files: texts(files, product) };
  return product === 'nginx'
    ? startNginx(options)
    : startHaproxy({ ...options, backends: { '127.0.0.1:3000': backend } });
}

/** What a client that trusts the roots says of the handshake; with a certificate of its own, what it is answered. */
async function handshake(server: RunningServer, { client, more }: Files, { root }: World): Promise<string> {
  const port = server.port(443);
  if (client === undefined) {
    const trust = root.certificate + (more?.['root.pem'] ?? '');
    return verdictOn({ port, name: NAME, trust });
  }
  const { chain, key } = client;
  const answer = await httpProbe({ port, tls: { servername: NAME, cert: chain, key } }).then(
    ({ status }) => `${status}`,
    () => 'handshake refused',
  );
  const why = /certificate verify error: \((.*?)\)/.exec(server.log())?.[1];
  return why === undefined ? answer : `${answer}, logs "${why}"`;
}

export async function outcomeOf(files: Files, product: Product, world: World): Promise<Outcome> {
  const verdict = await (product === 'nginx' ? nginxTest : haproxyCheck)({ files: texts(files, product) });
  const check = wordsOf(verdict, product);
  if (!verdict.ok) return { check };
  const backend = await httpBackend();
  try {
    const server = await start(files, product, backend.port);
    try {
      return { check, handshake: await handshake(server, files, world) };
    } finally {
      await server.stop();
    }
  } finally {
    await backend.stop();
  }
}

/** The rules that speak of nginx's configuration with these files. */
export function rulesFor(files: Files): string[] {
  const folder = '/etc/nginx';
  const all = new Map(Object.entries(texts(files, 'nginx')).map(([name, text]) => [`${folder}/${name}`, text]));
  const { run } = lintTexts(all, { folder, now: Date.now() });
  const found = run.findings.filter(({ at }) => at.file === `${folder}/nginx.conf`).map(({ rule }) => rule);
  return [...new Set(found)].filter((rule) => !HINTS.has(rule)).sort();
}
