/** Owns the private authorities that people make by the recipes of the web: right ones are silent, wrong ones get what is true. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openssl } from '../certificates/openssl.ts';
import { lintFolder } from '../corpus/lint.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { haproxyCheck } from '../kit/haproxy.ts';
import { nginxTest } from '../kit/nginx.ts';
import { available, describeWith } from '../kit/required.ts';

const SERVER_EXTENSIONS = `authorityKeyIdentifier = keyid,issuer
basicConstraints = CA:FALSE
keyUsage = digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment
subjectAltName = @alt_names
[alt_names]
DNS.1 = api.corp.internal
IP.1 = 10.0.0.5
`;
const CLIENT_EXTENSIONS = 'basicConstraints = CA:FALSE\nextendedKeyUsage = clientAuth\n';
const INTERMEDIATE_EXTENSIONS = `basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;

/** Runs a recipe: each line is one openssl command. */
function cook(folder: Folder, recipe: string): void {
  for (const line of recipe.trim().split('\n')) {
    const words = line.trim().match(/"[^"]*"|\S+/g) ?? [];
    openssl(folder, ...words.map((word) => word.replace(/^"|"$/g, '')));
  }
}

const AUTHORITY = `
genrsa -out ca.key 2048
req -x509 -new -nodes -key ca.key -sha256 -days 3650 -subj "/O=Corp/CN=Corp Root CA" -out ca.pem`;
const request = (name: string, subject: string) => `
genrsa -out ${name}.key 2048
req -new -key ${name}.key -subj "${subject}" -out ${name}.csr`;
const signed = (name: string, extensions: string, more = '-sha256 -days 365') =>
  `x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial ${more} ${extensions} -out ${name}.pem`;

const nginxConf = (names: string, more = '') => `events {}
http {
    server {
        listen 443 ssl;
        server_name ${names};
        ssl_certificate     api.pem;
        ssl_certificate_key api.key;
        ${more}
        add_header Strict-Transport-Security "max-age=63072000" always;
    }
}
`;
const haproxyCfg = (folder: Folder) => `defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 5s
frontend www
    bind :443 ssl crt ${folder.path}/bundle.pem ca-file ${folder.path}/ca.pem verify required
    default_backend app
backend app
    server app1 127.0.0.1:3000
`;

/** What is said of certificates, keys and lists, as `file:line rule`. */
function said(folder: Folder): string[] {
  return lintFolder(folder.path, { now: new Date().toISOString(), asOnDisk: true })
    .findings.filter(({ finding: { rule } }) =>
      /^(certificate|key|crl|mtls|tls-(certificate|listener|plain))/.test(rule),
    )
    .map(({ at, finding: { rule, severity } }) => `${at} ${severity} ${rule}`);
}

const text = (folder: Folder, name: string) => readFileSync(join(folder.path, name), 'utf8');

describeWith('openssl', 'a private authority as people make it', () => {
  let folder: Folder;

  beforeAll(() => {
    folder = temporaryFolder();
    folder.write('api.ext', SERVER_EXTENSIONS);
    folder.write('client.ext', CLIENT_EXTENSIONS);
    cook(
      folder,
      `${AUTHORITY}
${request('api', '/O=Corp/CN=api.corp.internal')}
${signed('api', '-extfile api.ext')}
${request('client', '/O=Corp/CN=somebody')}
${signed('client', '-extfile client.ext')}
pkcs12 -export -inkey client.key -in client.pem -certfile ca.pem -passout pass:secret -out client.p12`,
    );
  });
  afterAll(() => folder.remove());

  it('gives no finding in its files alone', () => {
    expect(said(folder)).toEqual([]);
  });

  it('gives no finding where nginx and HAProxy use it, also for mutual TLS', async () => {
    const verify = 'ssl_client_certificate ca.pem; ssl_verify_client on;';
    const conf = nginxConf('api.corp.internal 10.0.0.5', verify);
    folder.write('nginx.conf', conf);
    folder.write('bundle.pem', text(folder, 'api.pem') + text(folder, 'api.key'));
    openssl(folder, 'version');
    folder.write('haproxy.cfg', haproxyCfg(folder));
    expect(said(folder).filter((line) => !line.startsWith('bundle.pem'))).toEqual([]);
    const files = {
      'api.pem': text(folder, 'api.pem'),
      'api.key': text(folder, 'api.key'),
      'ca.pem': text(folder, 'ca.pem'),
    };
    if (available('nginx'))
      expect(await nginxTest({ files: { 'nginx.conf': conf, ...files } })).toMatchObject({ ok: true });
    if (available('haproxy')) {
      const cfg = haproxyCfg(folder).replaceAll(folder.path, '/etc/haproxy');
      const bundle = { 'haproxy.cfg': cfg, 'bundle.pem': text(folder, 'bundle.pem'), 'ca.pem': files['ca.pem'] };
      expect(await haproxyCheck({ files: bundle })).toMatchObject({ ok: true });
    }
  });
});

describeWith('openssl', 'an authority with one below it', () => {
  it('is silent with the whole chain, and says what is missing without it', () => {
    const folder = temporaryFolder();
    folder.write('api.ext', SERVER_EXTENSIONS);
    folder.write('issuing.ext', INTERMEDIATE_EXTENSIONS);
    cook(
      folder,
      `${AUTHORITY}
${request('issuing', '/O=Corp/CN=Corp Issuing CA')}
${signed('issuing', '-extfile issuing.ext')}
${request('api', '/CN=api.corp.internal')}
x509 -req -in api.csr -CA issuing.pem -CAkey issuing.key -CAcreateserial -sha256 -days 365 -extfile api.ext -out leaf.pem`,
    );
    folder.write('nginx.conf', nginxConf('api.corp.internal'));
    folder.write('api.pem', text(folder, 'leaf.pem') + text(folder, 'issuing.pem'));
    expect(said(folder)).toEqual([]);
    folder.write('api.pem', text(folder, 'leaf.pem'));
    expect(said(folder)).toEqual([
      'api.pem:1 error certificate-chain-incomplete',
      'nginx.conf:6 error certificate-chain-incomplete',
    ]);
    folder.remove();
  });
});

describeWith('openssl', 'other habits', () => {
  /** What is said of `api.pem` by itself, and where nginx presents it. */
  function verdicts(
    recipe: string,
    extensions = SERVER_EXTENSIONS,
  ): { readonly alone: string[]; readonly used: string[] } {
    const folder = temporaryFolder();
    try {
      folder.write('api.ext', extensions);
      cook(folder, recipe);
      const alone = said(folder).filter((line) => line.startsWith('api.pem'));
      folder.write('nginx.conf', nginxConf('api.corp.internal'));
      const used = said(folder).filter((line) => line.startsWith('nginx.conf'));
      const short = (line: string) => line.replace(/^\S+ /, '');
      return { alone: alone.map(short), used: used.map(short) };
    } finally {
      folder.remove();
    }
  }
  const api = request('api', '/CN=api.corp.internal');

  it.each([
    [
      'no extension file',
      `${AUTHORITY}\n${api}\n${signed('api', '')}`,
      ['warning certificate-san-missing'],
      ['error certificate-san-missing'],
    ],
    [
      'ten years for a server',
      `${AUTHORITY}\n${api}\n${signed('api', '-extfile api.ext', '-sha256 -days 3650')}`,
      [],
      ['info certificate-lifetime-too-long'],
    ],
    [
      'exactly the 825 days that Apple allows',
      `${AUTHORITY}\n${api}\n${signed('api', '-extfile api.ext', '-sha256 -days 825')}`,
      [],
      [],
    ],
    [
      'a certificate that signs itself, with names',
      'req -x509 -newkey rsa:2048 -nodes -keyout api.key -days 365 -subj /CN=api.corp.internal -addext subjectAltName=DNS:api.corp.internal,IP:10.0.0.5 -out api.pem',
      [],
      [],
    ],
    [
      'a certificate that signs itself, without names',
      'req -x509 -newkey rsa:2048 -nodes -keyout api.key -days 365 -subj /CN=api.corp.internal -out api.pem',
      [],
      ['error certificate-san-missing'],
    ],
    [
      'a short key',
      `${AUTHORITY}\n${api.replace('2048', '1024')}\n${signed('api', '-extfile api.ext')}`,
      ['error certificate-weak-key'],
      ['error certificate-weak-key'],
    ],
    [
      'SHA-1',
      `${AUTHORITY}\n${api}\n${signed('api', '-extfile api.ext', '-sha1 -days 365')}`,
      ['error certificate-weak-signature'],
      ['error certificate-weak-signature'],
    ],
    [
      'a password on the key',
      `${AUTHORITY}\n${api}\n${signed('api', '-extfile api.ext')}\nrsa -aes256 -passout pass:secret -in api.key -out api.key`,
      [],
      ['warning key-encrypted'],
    ],
  ])('%s', (_, recipe, alone, used) => {
    expect(verdicts(recipe)).toEqual({ alone, used });
  });

  it('the extensions of a client on a server', () => {
    const { alone, used } = verdicts(
      `${AUTHORITY}\n${api}\n${signed('api', '-extfile api.ext')}`,
      `subjectAltName = DNS:api.corp.internal\n${CLIENT_EXTENSIONS}`,
    );
    expect({ alone, used }).toEqual({ alone: [], used: ['error certificate-wrong-usage'] });
  });

  it('the extensions of an authority on a server', () => {
    const { alone, used } = verdicts(
      `${AUTHORITY}\n${api}\n${signed('api', '-extfile api.ext')}`,
      'subjectAltName = DNS:api.corp.internal\nbasicConstraints = CA:TRUE\n',
    );
    expect({ alone, used }).toEqual({ alone: [], used: ['error certificate-wrong-usage'] });
  });
});

describe('files that are no server certificates', () => {
  it.each([
    ['a list of authorities', 'roots.pem', ['ca.pem', 'other.pem']],
    ['a certificate of a client with a host as its name', 'client.pem', ['worker.pem']],
    ['a request', 'api.csr', ['api.csr']],
    ['a key', 'api.key', ['api.key']],
  ])('%s', (_, name, parts) => {
    const folder = temporaryFolder();
    const kitchen = temporaryFolder();
    kitchen.write('client.ext', CLIENT_EXTENSIONS);
    cook(
      kitchen,
      `${AUTHORITY}
req -x509 -newkey rsa:2048 -nodes -keyout other.key -days 3650 -subj "/CN=Other Root" -out other.pem
${request('api', '/CN=api.corp.internal')}
${request('worker', '/CN=worker-1.example.com')}
${signed('worker', '-extfile client.ext')}`,
    );
    folder.write(name, parts.map((part) => text(kitchen, part)).join(''));
    expect(lintFolder(folder.path, { now: new Date().toISOString() }).findings).toEqual([]);
    for (const each of [folder, kitchen]) each.remove();
  });
});
