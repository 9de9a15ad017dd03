/** Owns what is said of files of authorities for clients that are not as simple as on the rules' pages. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, selfSigned } from '../kit/authority.ts';
import { lintTexts } from '../rules/harness.ts';

const DAY = 86_400_000;
const NOW = Date.now();

interface Made {
  readonly root: Authority;
  readonly one: Authority;
  readonly two: Authority;
  readonly other: Authority;
}
let made: Made;

beforeAll(async () => {
  const root = await createAuthority({ commonName: 'root' });
  const one = await root.intermediate({ commonName: 'one' });
  made = {
    root,
    one,
    two: await one.intermediate({ commonName: 'two' }),
    other: await createAuthority({ commonName: 'other' }),
  };
});

const LINES = 'ssl_client_certificate clients.pem; ssl_verify_client on;';

/** The findings of both rules, as severity and the words that differ. */
function found(clients: string, lines = LINES, more: Record<string, string> = {}): string[] {
  const conf = `events {}\nhttp { server { listen 443 ssl; ssl_certificate a.pem; ssl_certificate_key a.key; ${lines} } }\n`;
  const texts = new Map(Object.entries({ '/w/nginx.conf': conf, '/w/clients.pem': clients, ...more }));
  const { run } = lintTexts(texts, { folder: '/w', now: NOW });
  return run.findings
    .filter(({ rule }) => rule === 'mtls-depth-too-short' || rule === 'mtls-ca-incomplete')
    .map(({ rule, severity, fixes }) => `${rule} ${severity} ${fixes.map(({ title }) => title).join()}`.trim());
}

describe('the depth', () => {
  const DEEP = 'mtls-depth-too-short error Allow 2 authorities';

  it('is that of the authority that issued no other, by the shortest way', () => {
    const { root, one, two } = made;
    const all = two.certificate + one.certificate + root.certificate;
    expect(found(all)).toEqual([DEEP]);
    expect(found(all, `${LINES} ssl_verify_depth 2;`)).toEqual([]);
    expect(found(one.certificate + root.certificate)).toEqual([]);
    expect(found(root.certificate)).toEqual([]);
    expect(found(one.certificate + root.certificate, `${LINES} ssl_verify_depth 0;`)).toEqual([
      'mtls-depth-too-short error Allow 1 authority',
    ]);
  });

  it('counts what is trusted for other purposes as a part of the way, and not as an authority for clients', () => {
    const { root, one, two } = made;
    const lines = `${LINES} ssl_trusted_certificate more.pem;`;
    expect(found(two.certificate, lines, { '/w/more.pem': one.certificate + root.certificate })).toEqual([DEEP]);
    expect(found(root.certificate, lines, { '/w/more.pem': two.certificate + one.certificate })).toEqual([]);
  });

  it('is not judged where something is not known, or nothing is verified', () => {
    const { root, one, two } = made;
    const all = two.certificate + one.certificate + root.certificate;
    expect(found(all, `${LINES} ssl_trusted_certificate missing.pem;`)).toEqual([]);
    expect(found(all, `${LINES} include missing.conf;`)).toEqual([]);
    expect(found(all, LINES.replace(' on;', ' optional_no_ca;'))).toEqual([]);
    expect(found(all, LINES.replace(' on;', ' off;'))).toEqual([]);
    expect(found(`${all}-----BEGIN CERTIFICATE-----\nAAAA\n`)).toEqual([]);
  });
});

describe('a file', () => {
  it('without a root lets nobody in; with another root, clients may send what is missing', () => {
    const { root, one, two, other } = made;
    expect(found(one.certificate)).toEqual(['mtls-ca-incomplete error']);
    expect(found(two.certificate, LINES, { '/w/one.pem': one.certificate, '/w/root.pem': root.certificate })).toEqual([
      'mtls-ca-incomplete error Append `one` and `root`, and trust it',
    ]);
    expect(found(one.certificate + other.certificate)).toEqual(['mtls-ca-incomplete warning']);
  });

  it('may have a certificate that signed itself, which is its own root', async () => {
    const own = await selfSigned({ commonName: 'client', usages: ['client'] });
    expect(found(own.certificate)).toEqual([]);
    const client = await made.root.issue({ commonName: 'client', usages: ['client'] });
    expect(found(client.certificate)).toEqual(['mtls-ca-incomplete error']);
    expect(found(client.certificate + made.root.certificate)).toEqual([]);
  });

  it('may have expired members beside others', async () => {
    const dates = { notBefore: new Date(NOW - 30 * DAY), notAfter: new Date(NOW - DAY) };
    const old = await createAuthority({ commonName: 'root', ...dates });
    const lone = await createAuthority({ commonName: 'lone', ...dates });
    expect(found(old.certificate)).toEqual(['mtls-ca-incomplete error']);
    expect(found(old.certificate + made.root.certificate)).toEqual([]);
    expect(found(lone.certificate + made.root.certificate)).toEqual(['mtls-ca-incomplete warning']);
    expect(found(lone.certificate + made.other.certificate.repeat(20))).toEqual([]);
  });
});
