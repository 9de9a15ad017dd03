/** Owns what is said of server names that the presented certificate does not cover, and when nothing is said. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type Issued, selfSigned } from '../kit/authority.ts';
import { bench, inDays, nginx, server } from './bench.ts';

const rule = 'certificate-name-mismatch';
const dates = { notBefore: inDays(-10), notAfter: inDays(80) };
let root: Authority;
let shop: Issued;

beforeAll(async () => {
  root = await createAuthority({ notBefore: inDays(-1000), notAfter: inDays(3000) });
  shop = await root.issue({
    ...dates,
    names: ['shop.example.com', '*.shop.example.com', '192.0.2.7', 'xn--bcher-kva.example'],
  });
});

const uncovered = (names: string) => {
  const [finding] = bench({
    '/w/nginx.conf': nginx(server(names, 'a.pem', 'a.key')),
    '/w/a.pem': shop.certificate,
  }).findings(rule);
  return finding?.related.flatMap(({ message }) => /^`(.*)` is not covered$/.exec(message)?.[1] ?? []) ?? [];
};

describe('names of a server', () => {
  it('that are not covered are named, each at its place', () => {
    expect(uncovered('shop.example.com example.com api.example.com')).toEqual(['example.com', 'api.example.com']);
    const text = nginx(server('shop.example.com api.example.com', 'a.pem', 'a.key'));
    const [finding] = bench({ '/w/nginx.conf': text, '/w/a.pem': shop.certificate }).findings(rule);
    expect(finding?.message).toBe(
      'The certificate of `shop.example.com` does not cover `api.example.com`: it is good for `shop.example.com`, `*.shop.example.com`, `xn--bcher-kva.example` and `192.0.2.7`; presented by server shop.example.com',
    );
    const places = finding?.related.map(({ place: { file, span } }) =>
      file === '/w/nginx.conf' ? text.slice(span.start, span.end) : file,
    );
    expect(places).toEqual(['api.example.com', '/w/a.pem']);
  });

  it.each([
    ['a.b.shop.example.com', '*.shop.example.com', '`*.shop.example.com` stands for one label only'],
    ['.example.com', '*.example.com', '`*.example.com` does not stand for `example.com` itself'],
    ['www.example.com', 'w*.example.com', 'the wildcard is only a part of a label'],
    ['www.example.com', 'wiki.example.com', undefined],
  ])('%s, near to `%s`, says why it is not enough', async (name, own, why) => {
    const { certificate } = await root.issue({ ...dates, names: [own] });
    const [finding] = bench({
      '/w/nginx.conf': nginx(server(name, 'a.pem', 'a.key')),
      '/w/a.pem': certificate,
    }).findings(rule);
    expect(finding?.message).toContain(why === undefined ? `\`${own}\`; presented` : why);
  });

  it.each([
    ['a.shop.example.com', []],
    ['a.b.shop.example.com', ['a.b.shop.example.com']],
    ['SHOP.example.COM', []],
    ['bücher.example', []],
    ['192.0.2.7', []],
    ['192.0.2.8', ['192.0.2.8']],
    ['.shop.example.com', []],
    ['.example.com', ['.example.com']],
    ['*.example.com', ['*.example.com']],
    ['shop.*', []],
    ['mail.*', []],
    ['mail.example.*', ['mail.example.*']],
    ['"~^(www\\.)?shop\\.example\\.com$"', []],
    ['"~^.+\\.example\\.net$"', ['~^.+\\.example\\.net$']],
    ['"~^tenant\\d+"', []],
    ['_ "" localhost intranet $hostname', []],
  ])('%s', (names, expected) => {
    expect(uncovered(names)).toEqual(expected);
  });

  it('of all servers that inherit one certificate are in one finding', () => {
    const { said } = bench({
      '/w/nginx.conf': nginx(
        'ssl_certificate a.pem; ssl_certificate_key a.key;',
        server('shop.example.com'),
        server('api.example.com'),
        server('www.example.com www.shop.example.com'),
      ),
      '/w/a.pem': shop.certificate,
    });
    expect(said(rule)).toEqual([
      'nginx.conf:2 The certificate of `shop.example.com` does not cover `api.example.com` and `www.example.com`: it is good for `shop.example.com`, `*.shop.example.com`, `xn--bcher-kva.example` and `192.0.2.7`; presented by server api.example.com and server www.example.com',
    ]);
  });

  it('are compared with each certificate of a server', async () => {
    const other = await root.issue({ ...dates, names: ['api.example.com'], key: 'rsa2048' });
    const both = 'ssl_certificate b.pem; ssl_certificate_key b.key; ssl_certificate a.pem; ssl_certificate_key a.key;';
    const { said } = bench({
      '/w/nginx.conf': nginx(`server { listen 443 ssl; server_name shop.example.com; ${both} }`),
      '/w/a.pem': shop.certificate,
      '/w/b.pem': other.certificate,
    });
    expect(said(rule)).toEqual([
      'nginx.conf:2 The certificate of `api.example.com` does not cover `shop.example.com`: it is good for `api.example.com`; presented by server shop.example.com',
    ]);
  });
});

describe('certificates', () => {
  const mismatch = (file: string, certificate: string, listen?: string) =>
    bench({
      '/w/nginx.conf': nginx(server('www.example.com', file, 'a.key', listen)),
      [`/w/${file}`]: certificate,
    }).said(rule);

  it('that are placeholders are left alone', async () => {
    const local = await selfSigned({ ...dates, names: ['localhost', 'shop.test', '127.0.0.1'] });
    expect(mismatch('local.pem', local.certificate)).toEqual([]);
    const real = await selfSigned({ ...dates, names: ['localhost', 'shop.example.com'] });
    expect(mismatch('real.pem', real.certificate)).toHaveLength(1);
    expect(mismatch('ssl-cert-snakeoil.pem', real.certificate)).toEqual([]);
  });

  it('without alternative names have no names, whatever their subject says', async () => {
    const bare = await root.issue({ ...dates, commonName: 'www.example.com' });
    // That is one fault, which certificate-san-missing tells.
    expect(mismatch('a.pem', bare.certificate)).toEqual([]);
  });

  it('that nobody is presented are left alone', () => {
    expect(mismatch('a.pem', shop.certificate, '80')).toEqual([]);
    expect(mismatch('a.pem', shop.certificate)).toHaveLength(1);
  });
});

describe('the certificate that covers the names', () => {
  const files = () => ({
    '/w/nginx.conf': nginx(server('www.example.com .www.example.com', 'tls/shop.pem', 'tls/shop.key')),
    '/w/tls/shop.pem': shop.certificate,
    '/w/tls/shop.key': shop.key,
  });
  const offers = (more: Record<string, string>) => {
    const one = bench({ ...files(), ...more });
    const [finding] = one.findings(rule);
    return finding?.fixes.map(({ title }, index) => [title, one.after(finding, index)['/w/nginx.conf']]);
  };

  it('is offered with its key, wherever they lie', async () => {
    const www = await root.issue({ ...dates, names: ['www.example.com', '*.www.example.com'] });
    const expected = (certificate: string, key: string) => [
      [
        `Use \`${certificate}\`, which covers the names`,
        nginx(server('www.example.com .www.example.com', certificate, key)),
      ],
    ];
    expect(offers({ '/w/tls/www.pem': www.certificate, '/w/keys/www.key': www.key })).toEqual(
      expected('tls/www.pem', 'keys/www.key'),
    );
    expect(offers({ '/w/tls/www.pem': www.bundle })).toEqual(expected('tls/www.pem', 'tls/www.pem'));
    expect(offers({ '/w/tls/www.pem': www.certificate })).toEqual([]);
  });

  it('is not offered when it covers too little, or is over', async () => {
    const apex = await root.issue({ ...dates, names: ['www.example.com'] });
    const over = await root.issue({
      names: ['www.example.com', '*.www.example.com'],
      notBefore: inDays(-90),
      notAfter: inDays(-1),
    });
    expect(offers({ '/w/tls/www.pem': apex.certificate, '/w/tls/www.key': apex.key })).toEqual([]);
    expect(offers({ '/w/tls/www.pem': over.certificate, '/w/tls/www.key': over.key })).toEqual([]);
  });
});
