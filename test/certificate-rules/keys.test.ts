/** Owns what is said of keys that do not belong to the certificates they are named with, and what is offered. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type Issued } from '../kit/authority.ts';
import { bench, haproxy, inDays, nginx, server } from './bench.ts';

const rule = 'certificate-key-mismatch';
const dates = { notBefore: inDays(-10), notAfter: inDays(80) };
let root: Authority;
let shop: Issued;
let api: Issued;
let rsa: Issued;

beforeAll(async () => {
  root = await createAuthority({ notBefore: inDays(-1000), notAfter: inDays(3000) });
  [shop, api, rsa] = await Promise.all([
    root.issue({ ...dates, names: ['shop.example.com'] }),
    root.issue({ ...dates, names: ['api.example.com'] }),
    root.issue({ ...dates, names: ['shop.example.com'], key: 'rsa2048' }),
  ]);
});

const name = 'shop.example.com';
const foreign =
  'This key does not belong to the certificate of `shop.example.com`, so nginx does not start ("key values mismatch")';

function pairs(...files: readonly string[]): string {
  const lines = files.map((file, index) => `${index % 2 === 0 ? 'ssl_certificate' : 'ssl_certificate_key'} ${file};`);
  return nginx(`server { listen 443 ssl; server_name ${name}; ${lines.join(' ')} }`);
}

describe('a key', () => {
  it('of the same type keeps nginx from starting', () => {
    const { said } = bench({ '/w/nginx.conf': pairs('a.pem', 'a.key'), '/w/a.pem': shop.chain, '/w/a.key': api.key });
    expect(said(rule)).toEqual([`nginx.conf:2 ${foreign}; used by server shop.example.com`]);
  });

  it('of another type makes every handshake fail, or one certificate useless', () => {
    const files = { '/w/a.pem': shop.chain, '/w/r.key': rsa.key, '/w/r.pem': rsa.chain, '/w/e.key': api.key };
    expect(bench({ ...files, '/w/nginx.conf': pairs('a.pem', 'r.key') }).said(rule)).toEqual([
      'nginx.conf:2 This is an RSA key, and the certificate of `shop.example.com` needs an EC key: nginx starts without a word, and every handshake fails; used by server shop.example.com',
    ]);
    expect(bench({ ...files, '/w/nginx.conf': pairs('r.pem', 'r.key', 'a.pem', 'r.key') }).said(rule)).toEqual([
      'nginx.conf:2 This is an RSA key, and the certificate of `shop.example.com` needs an EC key: nginx starts without a word, and never presents this certificate; used by server shop.example.com',
    ]);
  });

  it('may stand in any order, be encrypted, or lie in the certificate’s file', async () => {
    const secret = await root.issue({ ...dates, names: [name], passphrase: 'words' });
    const silent = (files: Record<string, string>) => expect(bench(files).said(rule)).toEqual([]);
    silent({
      '/w/nginx.conf': pairs('a.pem', 'r.key', 'r.pem', 'a.key'),
      '/w/a.pem': shop.chain,
      '/w/a.key': shop.key,
      '/w/r.pem': rsa.chain,
      '/w/r.key': rsa.key,
    });
    silent({ '/w/nginx.conf': pairs('a.pem', 's.key'), '/w/a.pem': shop.chain, '/w/s.key': secret.key });
    silent({ '/w/nginx.conf': pairs('a.pem', 'a.pem'), '/w/a.pem': shop.bundle });
  });

  it('is blamed when it belongs to no certificate of the server', () => {
    const text = pairs('r.pem', 'a.key', 'a.pem', 'foreign.key');
    const { findings } = bench({
      '/w/nginx.conf': text,
      '/w/a.pem': shop.chain,
      '/w/a.key': shop.key,
      '/w/r.pem': rsa.chain,
      '/w/foreign.key': api.key,
    });
    const places = findings(rule).map(({ at: { span } }) => text.slice(span.start, span.end));
    expect(places).toEqual(['foreign.key']);
  });

  it('that many certificates share is right, and one of them is not', () => {
    const one = bench({
      '/w/nginx.conf': nginx('ssl_certificate_key a.key;', server(name, 'a.pem'), server('api.example.com', 'b.pem')),
      '/w/a.pem': shop.chain,
      '/w/b.pem': api.chain,
      '/w/a.key': shop.key,
      '/w/b.key': api.key,
    });
    expect(one.said(rule)).toEqual([
      'nginx.conf:4 The key in `a.key` does not belong to the certificate of `api.example.com`, so nginx does not start ("key values mismatch"); used by server api.example.com',
    ]);
    expect(one.findings(rule).flatMap(({ fixes }) => fixes)).toEqual([]);
  });
});

it('one wrong pair is one finding, and its fix changes every place', () => {
  const text = (key: string) => nginx(server(name, 'a.pem', key), server(`www.${name}`, 'a.pem', key));
  const one = bench({
    '/w/nginx.conf': text('a.key'),
    '/w/a.pem': shop.chain,
    '/w/a.key': api.key,
    '/w/new/a.key': shop.key,
  });
  const [finding, ...others] = one.findings(rule);
  expect(others).toEqual([]);
  expect(finding?.message).toBe(`${foreign}; used by server ${name} and server www.${name}`);
  expect(finding?.fixes).toMatchObject([
    { title: 'Use the key in `new/a.key`, which belongs to the certificate', safety: 'safe' },
  ]);
  expect(one.after(finding)).toEqual({ '/w/nginx.conf': text('new/a.key') });
});

it('the certificate that belongs to the key is offered, too', async () => {
  const renewed = await root.issue({ ...dates, names: [name] });
  const one = bench({
    '/w/nginx.conf': pairs('a.pem', 'a.key'),
    '/w/a.pem': shop.chain,
    '/w/a.key': renewed.key,
    '/w/renewed.pem': renewed.chain,
    '/w/old.key': shop.key,
  });
  const [finding] = one.findings(rule);
  expect(finding?.fixes.map(({ title, safety }) => [title, safety])).toEqual([
    ['Use the key in `old.key`, which belongs to the certificate', 'safe'],
    ['Use the certificate in `renewed.pem`, which belongs to the key', 'behaviour'],
  ]);
  expect(one.after(finding, 1)).toEqual({ '/w/nginx.conf': pairs('renewed.pem', 'a.key') });
});

describe('HAProxy', () => {
  const refused =
    'This key does not belong to the certificate of `shop.example.com`, so HAProxy does not start ("inconsistencies between private key and certificate"); used by bind :443 of frontend www';

  it('compares the key in the file, and else the one beside it', () => {
    const config = { '/w/haproxy.cfg': haproxy(':443 ssl crt /w/a.pem') };
    expect(bench({ ...config, '/w/a.pem': shop.chain + api.key }).said(rule)).toEqual([`haproxy.cfg:4 ${refused}`]);
    expect(bench({ ...config, '/w/a.pem': shop.chain, '/w/a.pem.key': api.key }).said(rule)).toEqual([
      `haproxy.cfg:4 ${refused}`,
    ]);
    expect(bench({ ...config, '/w/a.pem': shop.bundle, '/w/a.pem.key': api.key }).said(rule)).toEqual([]);
    expect(bench({ ...config, '/w/a.pem': shop.chain, '/w/a.pem.key': shop.key }).said(rule)).toEqual([]);
  });

  it('refuses a key of another type in the same words, and each bundle has its own key', () => {
    const config = { '/w/haproxy.cfg': haproxy(':443 ssl crt /w/a.pem crt /w/b.pem') };
    expect(bench({ ...config, '/w/a.pem': shop.chain + rsa.key, '/w/b.pem': rsa.chain + shop.key }).said(rule)).toEqual(
      [
        'haproxy.cfg:4 This is an RSA key, and the certificate of `shop.example.com` needs an EC key, so HAProxy does not start ("inconsistencies between private key and certificate"); used by bind :443 of frontend www',
        'haproxy.cfg:4 This is an EC key, and the certificate of `shop.example.com` needs an RSA key, so HAProxy does not start ("inconsistencies between private key and certificate"); used by bind :443 of frontend www',
      ],
    );
  });

  it('names a folder once', () => {
    const { said } = bench({
      '/w/haproxy.cfg': haproxy(':443 ssl crt /w/certs'),
      '/w/certs/a.pem': shop.chain + api.key,
      '/w/certs/b.pem': api.chain + shop.key,
      '/w/certs/c.pem': rsa.bundle,
    });
    expect(said(rule)).toHaveLength(1);
    expect(said(rule)[0]).toContain('; so it is with 1 more here');
  });
});
