/** Owns the judges of the certificate situations: nginx, HAProxy and Apache, their clients, and wsslint. */

import { setTimeout as pause } from 'node:timers/promises';
import { verdictOn } from '../certificate-rules/client.ts';
import { startApache } from '../kit/apache.ts';
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

export const PRODUCTS = ['nginx', 'haproxy', 'apache'] as const;
export type Product = (typeof PRODUCTS)[number];

/** wsslint has other pages for these; the table is about certificates. */
const HINTS = new Set(['tls-hsts-weak', 'tls-http-not-redirected', 'certificate-expiring', 'tls-version-1-3-missing']);

const FOLDERS: Readonly<Record<Product, string>> = {
  nginx: '/etc/nginx',
  haproxy: '/etc/haproxy',
  apache: '/etc/apache2',
};

function configurationOf({ nginx = '', haproxy = '', apache = '' }: Files, product: Product): [string, string] {
  switch (product) {
    case 'nginx':
      return [
        'nginx.conf',
        `events {}
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
      ];
    case 'haproxy':
      return [
        'haproxy.cfg',
        `defaults
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
      ];
    case 'apache':
      return [
        'apache2.conf',
        `Listen 443
LogLevel warn ssl:info
<VirtualHost *:443>
    ServerName ${NAME}
    SSLEngine on
    SSLCertificateFile certs/shop.pem
    SSLCertificateKeyFile certs/shop.key
    ${apache.replaceAll('\n', '\n    ')}
    Redirect 204 /
</VirtualHost>
`,
      ];
  }
}

/** The files as a server is given them: texts beside the configuration, and what is no text. */
function filesFor(files: Files, product: Product) {
  const { certificate, key, more = {} } = files;
  const all = new Map<string, string | Uint8Array>(Object.entries(more));
  // HAProxy reads both from one file, where both are texts.
  const isOne = product === 'haproxy' && typeof certificate === 'string' && typeof key === 'string';
  all.set('shop.pem', isOne ? certificate + key : certificate);
  if (product === 'haproxy') all.set('shop.pem.key', key);
  else all.set('shop.key', key);
  if (isOne) all.delete('shop.pem.key');
  const texts: Record<string, string> = Object.fromEntries([configurationOf(files, product)]);
  const bytes: Record<string, Uint8Array> = {};
  for (const [name, content] of all) {
    if (typeof content === 'string') texts[`certs/${name}`] = content;
    else bytes[`${FOLDERS[product]}/certs/${name}`] = content;
  }
  return { files: texts, bytes };
}

/** The words of a product's own check; `silent` where it has none. */
function wordsOf({ ok, output }: ServerVerdict, product: 'nginx' | 'haproxy'): string {
  if (product === 'nginx') {
    const line = /\[(?:emerg|warn)\] (?:\d+#\d+: )?(.*)/.exec(output)?.[1];
    return line === undefined ? (ok ? 'silent' : output.trim()) : plain(line);
  }
  if (ok) return 'silent';
  // What is wrong may stand on a line of its own below.
  const lines = output.replace(/ : \n\s+/g, ' : ');
  const alerts = [...lines.matchAll(/\[ALERT\].*? : (.*)/g)].map(([, text = '']) => text);
  const first = alerts[0]?.replace(/^config : parsing \[.*?\] : '.*?' in section '.*?' : /, '') ?? output.trim();
  return plain(first.replace(/^config : /, ''));
}

/** Said of every server that keeps no sessions. */
const NO_CACHE = 'Session Cache is not configured';

/** What Apache says when it starts: its first warning or error, with the reason that OpenSSL gives; undefined where there is none. */
function apacheWords(log: string): string | undefined {
  const lines = log.split('\n').flatMap((line) => {
    const [, level = '', text = ''] = /\[ssl:(\w+)\] (?:\[[^\]]*\] )*(.*)/.exec(line) ?? [];
    return /^(warn|error|emerg)$/.test(level) && !text.includes(NO_CACHE) ? [text] : [];
  });
  const said = lines.find((text) => !text.includes('Library Error'));
  if (said === undefined) {
    const syntax = /AH\d+: Syntax error[^\n]*\n([^\n]+)/.exec(log)?.[1];
    return syntax === undefined ? undefined : plain(syntax);
  }
  const library = lines.find((text) => text.includes('Library Error')) ?? '';
  const reason = /::([^:()]+)/.exec(library)?.[1]?.trim();
  return plain(`${said}${reason === undefined ? '' : ` (… ${reason})`}`);
}

/** Without what differs from run to run: numbers of errors, ports, folders. */
function plain(text: string): string {
  return text
    .replace(/\(SSL: .*?::([^():]+)(?::[^()]*)?(\) ?error:.*|\).*)?$/, '(… $1)')
    .replace(/(?:\/[^\s'":]+)?\/etc\/(?:nginx|haproxy|apache2)\//g, '')
    .replace(/ in \S+nginx\.conf:\d+$/, '')
    .replace(/^'crt' : /, '')
    .trim();
}

async function start(files: Files, product: Product, backend: number): Promise<RunningServer> {
  const options = filesFor(files, product);
  switch (product) {
    case 'nginx':
      return startNginx(options);
    case 'haproxy':
      return startHaproxy({ ...options, backends: { '127.0.0.1:3000': backend } });
    case 'apache':
      return startApache(options);
  }
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
  const why = answer.startsWith('2') ? undefined : await logged(server, REFUSAL);
  const said = (why?.[1] ?? why?.[2])?.replace(/^(\d+)\): /, '$1:');
  return said === undefined ? answer : `${answer}, logs "${said}"`;
}

/** How nginx, and how Apache says why it refused a client's certificate. */
const REFUSAL = /certificate verify error: \((.*?)\)|Certificate Verification: (?:Error \()?(.*?)(?: \[|$)/m;

/** What a server logs goes through another process; HAProxy logs nothing here. */
async function logged(server: RunningServer, pattern: RegExp): Promise<RegExpExecArray | undefined> {
  const giveUpAt = performance.now() + LOG_MS;
  for (;;) {
    const found = pattern.exec(server.log());
    if (found !== null || performance.now() > giveUpAt) return found ?? undefined;
    await pause(RETRY_MS);
  }
}

const LOG_MS = 2000;
const RETRY_MS = 10;

export async function outcomeOf(files: Files, product: Product, world: World): Promise<Outcome> {
  const backend = await httpBackend();
  try {
    return product === 'apache'
      ? await apacheOutcome(files, world)
      : await checkedOutcome(files, product, world, backend.port);
  } finally {
    await backend.stop();
  }
}

async function checkedOutcome(
  files: Files,
  product: 'nginx' | 'haproxy',
  world: World,
  backend: number,
): Promise<Outcome> {
  const verdict = await (product === 'nginx' ? nginxTest : haproxyCheck)(filesFor(files, product));
  const check = wordsOf(verdict, product);
  if (!verdict.ok) return { check };
  const server = await start(files, product, backend);
  try {
    return { check, handshake: await handshake(server, files, world) };
  } finally {
    await server.stop();
  }
}

/** Apache's own check accepts nearly everything, so it is started. */
async function apacheOutcome(files: Files, world: World): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    let server: RunningServer;
    try {
      server = await start(files, 'apache', 0);
    } catch (error) {
      const check = apacheWords(error instanceof Error ? error.message : `${error}`);
      // When it gives up it ends the process that writes its log, and what that had not written yet is lost.
      if (check !== undefined || attempt === ATTEMPTS) return { check: check ?? 'nothing' };
      continue;
    }
    try {
      const check = apacheWords(server.log()) ?? 'silent';
      return { check, handshake: await handshake(server, files, world) };
    } finally {
      await server.stop();
    }
  }
}

const ATTEMPTS = 10;

/** The rules that speak of nginx's configuration with these files. */
export function rulesFor(files: Files): string[] {
  const folder = FOLDERS.nginx;
  const { files: texts, bytes } = filesFor(files, 'nginx');
  const all = new Map(Object.entries(texts).map(([name, text]) => [`${folder}/${name}`, text]));
  const { run } = lintTexts(all, { folder, now: Date.now(), bytes: new Map(Object.entries(bytes)) });
  const found = run.findings.filter(({ at }) => at.file === `${folder}/nginx.conf`).map(({ rule }) => rule);
  return [...new Set(found)].filter((rule) => !HINTS.has(rule)).sort();
}
