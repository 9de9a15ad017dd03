/** Owns what is said of chains, and how their files are edited: whole blocks, in the file's own manner. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type Issued } from '../kit/authority.ts';
import { bench, haproxy, inDays, nginx, server } from './bench.ts';

const incomplete = 'certificate-chain-incomplete';
const order = 'certificate-chain-order';
const NAME = 'shop.example.com';
let root: Authority;
let issuing: Authority;
let shop: Issued;
let other: Issued;

beforeAll(async () => {
  const dates = { notBefore: inDays(-100), notAfter: inDays(900) };
  root = await createAuthority({ ...dates, commonName: 'Root' });
  issuing = await root.intermediate({ ...dates, commonName: 'Issuing' });
  const leaf = { names: [NAME], notBefore: inDays(-10), notAfter: inDays(80) };
  [shop, other] = await Promise.all([issuing.issue(leaf), issuing.issue(leaf)]);
});

const site = nginx(server(NAME, 'a.pem', 'a.key'));

describe('what is missing', () => {
  it('is appended in the manner of the file', () => {
    const crlf = shop.certificate.replaceAll('\n', '\r\n');
    const one = bench({ '/w/nginx.conf': site, '/w/a.pem': crlf, '/w/ca/issuing.pem': issuing.certificate });
    const [found] = one.findings(incomplete).filter(({ at }) => at.file.endsWith('.conf'));
    const after = one.after(found)['/w/a.pem'] ?? '';
    expect(after).toBe(crlf + issuing.certificate.replaceAll('\n', '\r\n'));
    // Behind the certificate, in front of the key that a bundle ends with.
    const bundle = bench({
      '/w/haproxy.cfg': haproxy(':443 ssl crt /w/b.pem'),
      '/w/b.pem': shop.certificate + shop.key,
      '/w/issuing.pem': issuing.certificate,
    });
    const [finding] = bundle.findings(incomplete).filter(({ at }) => at.file.endsWith('.cfg'));
    expect(bundle.after(finding)['/w/b.pem']).toBe(shop.certificate + issuing.certificate + shop.key);
  });

  it('is nothing where the root signed the certificate itself, and not known where nobody has the issuer', async () => {
    const direct = await root.issue({ names: [NAME], notBefore: inDays(-10), notAfter: inDays(80) });
    const silent = (files: Record<string, string>) =>
      expect(bench({ '/w/nginx.conf': site, ...files }).said(incomplete)).toEqual([]);
    silent({ '/w/a.pem': direct.certificate, '/w/root.pem': root.certificate });
    silent({ '/w/a.pem': shop.certificate });
    silent({ '/w/a.pem': shop.chain, '/w/root.pem': root.certificate });
  });

  it('may come from elsewhere in HAProxy', () => {
    const config = haproxy(':443 ssl crt /w/a.pem');
    const files = { '/w/a.pem': shop.certificate + shop.key, '/w/issuing.pem': issuing.certificate };
    expect(bench({ ...files, '/w/haproxy.cfg': config }).said(incomplete, '.cfg')).toHaveLength(1);
    const elsewhere = `global\n  issuers-chain-path /w\n${config}`;
    expect(bench({ ...files, '/w/haproxy.cfg': elsewhere }).said(incomplete, '.cfg')).toEqual([]);
  });

  it('is told once for a folder', () => {
    const { said } = bench({
      '/w/haproxy.cfg': haproxy(':443 ssl crt /w/certs/'),
      '/w/certs/a.pem': shop.certificate + shop.key,
      '/w/certs/b.pem': other.certificate + other.key,
      '/w/issuing.pem': issuing.certificate,
    });
    expect(said(incomplete, '.cfg')).toEqual([
      expect.stringMatching(
        /^haproxy\.cfg:4 The chain in `\/w\/certs\/a\.pem` .*; so it is with 1 more file here; presented by/,
      ),
    ]);
  });
});

describe('blocks', () => {
  it('take the text along that explains them, and leave comments and keys where they are', () => {
    const text = `# shop, made by hand\nsubject=CN = Issuing\n${issuing.certificate}${shop.key}subject=CN = ${NAME}\n${shop.certificate}`;
    const one = bench({ '/w/haproxy.cfg': haproxy(':443 ssl crt /w/a.pem'), '/w/a.pem': text });
    const [found] = one.findings(order).filter(({ at }) => at.file.endsWith('.cfg'));
    expect(found?.severity).toBe('error');
    expect(one.after(found)['/w/a.pem']).toBe(
      `# shop, made by hand\nsubject=CN = ${NAME}\n${shop.certificate}${shop.key}subject=CN = Issuing\n${issuing.certificate}`,
    );
    // The key is not blamed, too.
    expect(one.said('certificate-key-mismatch')).toEqual([]);
  });

  it('get a line end where the last one has none', () => {
    const text = `${issuing.certificate}${shop.certificate.trimEnd()}`;
    const one = bench({ '/w/nginx.conf': site, '/w/a.pem': text });
    const [found] = one.findings(order).filter(({ at }) => at.file.endsWith('.conf'));
    expect(one.after(found)['/w/a.pem']).toBe(shop.certificate + issuing.certificate);
  });
});

describe('a root in the file', () => {
  const rule = 'certificate-root-in-chain';

  it('is needed where the same file verifies clients', () => {
    const files = { '/w/a.pem': shop.chain + root.certificate };
    expect(bench({ ...files, '/w/nginx.conf': site }).said(rule, '.conf')).toHaveLength(1);
    const both = nginx('ssl_client_certificate a.pem; ssl_verify_client optional;', server(NAME, 'a.pem', 'a.key'));
    expect(bench({ ...files, '/w/nginx.conf': both }).said(rule)).toEqual([]);
  });

  it('is no matter in lists of authorities', () => {
    expect(bench({ '/w/ca.pem': issuing.certificate + root.certificate }).run().findings).toEqual([]);
  });
});

it('a file is judged as what a configuration of the run names it for', () => {
  const leafOnly = { '/w/a.pem': shop.certificate, '/w/issuing.pem': issuing.certificate };
  expect(bench(leafOnly).said(incomplete)).toEqual([]);
  const one = bench({ ...leafOnly, '/w/nginx.conf': site });
  expect(one.said(incomplete, '.pem')).toHaveLength(1);
  // The file alone is judged anew when the configuration stops naming it.
  one.write('/w/nginx.conf', nginx(server(NAME, 'b.pem', 'b.key')));
  expect(one.said(incomplete, '.pem')).toEqual([]);
});
