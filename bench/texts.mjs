/** Owns the configurations that are measured: generated, the same each time, in the shape of what people run. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const HEAD = `user root;
worker_processes auto;
pid nginx.pid;
error_log stderr;

events {
    worker_connections 1024;
}

http {
    default_type application/octet-stream;
    access_log off;
    sendfile on;
    keepalive_timeout 65;
    server_names_hash_max_size 32768;
    server_names_hash_bucket_size 128;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:SSL:10m;

    # Closes the connection to the back end unless the client asks for an upgrade.
    map $http_upgrade $connection_upgrade {
        default upgrade;
        ''      close;
    }
`;

/** Every `FAULT_EVERY`-th server forgets the upgrade. */
const FAULT_EVERY = 100;

/** A TLS server with a WebSocket location; 20 lines. `indent` stands before each line. */
function serverText(n, certificate, indent) {
  const upgrade =
    n % FAULT_EVERY === 0
      ? ['proxy_set_header X-Real-IP $remote_addr;', 'proxy_set_header X-Forwarded-Host $host;']
      : ['proxy_set_header Upgrade $http_upgrade;', 'proxy_set_header Connection $connection_upgrade;'];
  return [
    'server {',
    '    listen 127.0.0.1:8443 ssl;',
    `    server_name app-${n}.example.test;`,
    `    ssl_certificate ${certificate}.pem;`,
    `    ssl_certificate_key ${certificate}.key;`,
    '    location / {',
    `        proxy_pass http://127.0.0.1:${20000 + (n % 20000)};`,
    '        proxy_set_header Host $host;',
    '        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
    '        proxy_set_header X-Forwarded-Proto $scheme;',
    '    }',
    `    location /ws/ {  # tenant ${n}`,
    `        proxy_pass http://127.0.0.1:${20000 + (n % 20000)};`,
    '        proxy_http_version 1.1;',
    '        proxy_set_header Host $host:$server_port;',
    ...upgrade.map((line) => `        ${line}`),
    '        proxy_read_timeout 1h;',
    '    }',
    '}',
  ]
    .map((line) => `${indent}${line}\n`)
    .join('');
}

/** One file with `servers` servers, which take turns with `certificates` certificate files in `certs/`. */
export function wholeFile(servers, certificates) {
  const blocks = Array.from(
    { length: servers },
    (_, i) => `\n${serverText(i, `certs/site-${i % certificates}`, '    ')}`,
  );
  return `${HEAD}${blocks.join('')}}\n`;
}

/** A root file and `count - 1` files with one server each, by path. */
export function manyFiles(count, certificates) {
  const files = new Map([['nginx.conf', `${HEAD}\n    include conf.d/*.conf;\n}\n`]]);
  for (let i = 1; i < count; i++) {
    files.set(`conf.d/app-${String(i).padStart(3, '0')}.conf`, serverText(i, `certs/site-${i % certificates}`, ''));
  }
  return files;
}

/** Makes `certs/site-N.pem` and `.key` in a folder with the openssl command; good for every name of the servers. */
export function makeCertificates(folder, count) {
  mkdirSync(path.join(folder, 'certs'), { recursive: true });
  for (let i = 0; i < count; i++) {
    const base = path.join(folder, 'certs', `site-${i}`);
    const subject = ['-subj', '/CN=example.test', '-addext', 'subjectAltName=DNS:*.example.test,DNS:example.test'];
    const files = ['-keyout', `${base}.key`, '-out', `${base}.pem`];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '365', ...subject, ...files], {
      stdio: 'ignore',
    });
  }
}

/** Writes texts by path below a folder. */
export function writeAll(folder, files) {
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
