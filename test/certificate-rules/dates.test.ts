/** Owns what is said of certificates whose time is over, ends, or has not come: once, where, by whom, until when. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type Issued } from '../kit/authority.ts';
import { bench, DAY, haproxy, inDays, NOW, nginx, server } from './bench.ts';

let root: Authority;
let old: Issued;
let fresh: Issued;
const names = ['shop.example.com'];

beforeAll(async () => {
  root = await createAuthority({ notBefore: inDays(-1000), notAfter: inDays(3000), commonName: 'Root' });
  old = await root.issue({ names, notBefore: inDays(-357), notAfter: inDays(-267) });
  fresh = await root.issue({ names, notBefore: inDays(-10), notAfter: inDays(80) });
});

const expired = 'certificate-expired';
const message =
  'The certificate of `shop.example.com` expired on 2026-03-01, 267 days ago, so clients refuse the handshake';

describe('one certificate is one finding in a configuration file', () => {
  it('with the servers that inherit it', () => {
    const { said } = bench({
      '/w/nginx.conf': nginx(
        'ssl_certificate a.pem; ssl_certificate_key a.key;',
        ...['a', 'b', 'c', 'd'].map((name) => server(`${name}.shop.example.com`)),
      ),
      '/w/a.pem': old.certificate,
    });
    expect(said(expired, '.conf')).toEqual([
      `nginx.conf:2 ${message}; presented by server a.shop.example.com, server b.shop.example.com and 2 more`,
    ]);
  });

  it('with the servers that name it each for itself', () => {
    const { said, findings } = bench({
      '/w/nginx.conf': nginx(
        server('a.example.com', 'a.pem', 'a.key'),
        server('b.example.com', 'a.pem', 'a.key'),
        'include sites/*.conf;',
      ),
      '/w/sites/c.conf': server('c.example.com', 'a.pem', 'a.key'),
      '/w/a.pem': old.certificate,
    });
    expect(said(expired, '.conf')).toEqual([
      `nginx.conf:2 ${message}; presented by server a.example.com and server b.example.com`,
      `c.conf:1 ${message}; presented by server c.example.com`,
    ]);
    const [first] = findings(expired).filter(({ at }) => at.file === '/w/nginx.conf');
    expect(first?.related.map((related) => related.message)).toEqual([
      'the certificate of `shop.example.com`, valid from 2025-12-01 to 2026-03-01',
      'presented by server b.example.com, too',
    ]);
  });

  it('in a file that is included twice', () => {
    const { said } = bench({
      '/w/nginx.conf': nginx(
        'server { listen 443 ssl; include tls.conf; }',
        'server { listen 444 ssl; include tls.conf; }',
      ),
      '/w/tls.conf': 'ssl_certificate a.pem;\nssl_certificate_key a.key;\n',
      '/w/a.pem': old.certificate,
    });
    expect(said(expired, '.conf')).toEqual([`tls.conf:1 ${message}; presented by server *:443 and server *:444`]);
  });

  it('with others of the folder that is named', () => {
    const { said, findings } = bench({
      '/w/haproxy.cfg': haproxy(':443 ssl crt /w/certs/'),
      '/w/certs/a.pem': old.bundle,
      '/w/certs/b.pem': old.bundle,
      '/w/certs/c.pem': fresh.bundle,
    });
    expect(said(expired, '.cfg')).toEqual([
      `haproxy.cfg:4 ${message}; so it is with 1 more certificate; presented by bind :443 of frontend www`,
    ]);
    const [first] = findings(expired).filter(({ at }) => at.file === '/w/haproxy.cfg');
    expect(first?.related.map(({ place }) => place.file)).toEqual(['/w/certs/a.pem', '/w/certs/b.pem']);
  });
});

describe('members of the chain', () => {
  it('are an error where clients need them, and else a warning', async () => {
    const dates = { notBefore: inDays(-100), notAfter: inDays(-2) };
    const upper = await root.intermediate({ ...dates, commonName: 'Upper' });
    const lower = await upper.intermediate({ commonName: 'Lower', notAfter: inDays(90) });
    const issuer = await root.intermediate({ ...dates, commonName: 'Issuer' });
    const valid = { names, notAfter: inDays(80), notBefore: inDays(-10) };
    const [far, near] = [await lower.issue(valid), await issuer.issue(valid)];
    const { findings } = bench({
      '/w/nginx.conf': nginx(server('a.shop', 'far.pem', 'far.key'), server('b.shop', 'near.pem', 'near.key')),
      '/w/far.pem': far.chain,
      '/w/near.pem': near.chain,
    });
    const found = findings(expired).filter(({ at }) => at.file === '/w/nginx.conf');
    expect(found.map(({ severity, message: text }) => [severity, text])).toEqual([
      ['warning', "The chain's certificate of `Upper` expired on 2026-11-21, 2 days ago; presented by server a.shop"],
      [
        'error',
        "The chain's certificate of `Issuer` expired on 2026-11-21, 2 days ago, so clients refuse the handshake; presented by server b.shop",
      ],
    ]);
  });

  it('in a list of authorities are warnings, each at its BEGIN line', async () => {
    const gone = await createAuthority({ commonName: 'Gone', notBefore: inDays(-900), notAfter: inDays(-1) });
    const { findings } = bench({ '/w/ca.pem': `${root.certificate}${gone.certificate}` });
    const start = root.certificate.length;
    expect(findings(expired)).toMatchObject([
      { severity: 'warning', at: { span: { start, end: start + '-----BEGIN CERTIFICATE-----'.length } }, related: [] },
    ]);
  });
});

it('files in DER are read, too', () => {
  const der = new Uint8Array(Buffer.from(old.certificate.replace(/-----.*-----/g, ''), 'base64'));
  const { findings } = bench({ '/w/a.cer': der, '/w/b.crt': der, '/w/c.der': der });
  expect(findings(expired).map(({ at }) => [at.file, at.span])).toEqual(
    ['/w/a.cer', '/w/b.crt', '/w/c.der'].map((file) => [file, { start: 0, end: 0 }]),
  );
});

describe('silence', () => {
  it.each([
    ['a variable', server('x.com', '/w/$ssl_server_name.pem', '/w/$ssl_server_name.key')],
    ['data', server('x.com', 'data:$cert', 'data:$key')],
    ['an engine', server('x.com', 'engine:a.pem', 'engine:a.key')],
    ['a store', server('x.com', 'store:a.pem', 'store:a.key')],
    ['no TLS', server('x.com', 'a.pem', 'a.key', '80')],
    ['a template', server('{{ name }}', 'a.pem', 'a.key')],
    ['a placeholder in the file', `${server('x.com', 'a.pem', 'a.key')} # {% if x %}`],
    ['a block that nothing includes', server('x.com', '/elsewhere/a.pem', '/elsewhere/a.key')],
  ])('%s', (_, line) => {
    const { run } = bench({ '/w/nginx.conf': nginx(line), '/w/a.pem': old.certificate, '/w/a.key': old.key });
    const found = run().findings.filter(({ rule, at }) => rule.startsWith('certificate-') && at.file.endsWith('.conf'));
    expect(found.map(({ message: text }) => text)).toEqual([]);
  });
});

describe('time', () => {
  const changes = (bench_: ReturnType<typeof bench>) =>
    bench_.run().projects.find(({ project }) => project.root === '/w/nginx.conf')?.nextChange;

  it('brings, changes and takes findings at the moments that were announced', async () => {
    const [begin, end] = [NOW + 2 * DAY, NOW + 92 * DAY];
    const issued = await root.issue({ names, notBefore: new Date(begin), notAfter: new Date(end) });
    const one = bench({
      '/w/nginx.conf': nginx(server('shop.example.com', 'a.pem', 'a.key')),
      '/w/a.pem': issued.certificate,
    });
    const rules = () =>
      one
        .run()
        .findings.filter(({ at, rule }) => at.file === '/w/nginx.conf' && rule !== 'certificate-file-missing')
        .map(
          ({ rule, message: text }) =>
            `${rule.replace('certificate-', '')}: ${/\d+ days ago|in \d+ days/.exec(text) ?? ''}`,
        );
    expect(rules()).toEqual(['not-yet-valid: ']);
    expect(changes(one)).toBe(begin);
    one.setClock(begin);
    expect(rules()).toEqual([]);
    expect(changes(one)).toBe(end - 30 * DAY);
    one.setClock(end - 30 * DAY);
    expect(rules()).toEqual(['expiring: in 30 days']);
    expect(changes(one)).toBe(end - 30 * DAY + 1);
    one.setClock(end - 30 * DAY + 1);
    expect(rules()).toEqual(['expiring: in 29 days']);
    one.setClock(end);
    expect(changes(one)).toBe(end + 1);
    one.setClock(end + 1);
    expect(rules()).toEqual(['expired: ']);
    expect(changes(one)).toBe(end + DAY);
    one.setClock(end + 2 * DAY);
    expect(rules()).toEqual(['expired: 2 days ago']);
    expect(changes(one)).toBe(end + 3 * DAY);
  });

  it('of expiry follows the settings, and a third of a short lifetime', async () => {
    const short = await root.issue({ names, notBefore: inDays(-3), notAfter: inDays(3) });
    const one = bench({
      '/w/wsslint.json': '{"expiryDays": 90}',
      '/w/nginx.conf': nginx(server('a.shop', 'fresh.pem', 'a.key'), server('b.shop', 'short.pem', 'b.key')),
      '/w/fresh.pem': fresh.certificate,
      '/w/short.pem': short.certificate,
    });
    expect(one.said('certificate-expiring', '.conf')).toEqual([]);
    one.setClock(NOW + 1.5 * DAY);
    expect(one.said('certificate-expiring', '.conf')).toEqual([
      'nginx.conf:3 The certificate of `shop.example.com` expires on 2026-11-26, in a day (its lifetime is 7 days); presented by server b.shop',
    ]);
    one.write('/w/wsslint.json', '{"expiryDays": 1}');
    expect(one.said('certificate-expiring', '.conf')).toEqual([]);
  });
});

describe('a renewed certificate', () => {
  const site = nginx(server('shop.example.com', 'certs/old.pem', 'certs/shop.key'));

  it('is offered together with its key', () => {
    const { findings, after } = bench({
      '/w/nginx.conf': site,
      '/w/certs/old.pem': old.certificate,
      '/w/certs/shop.key': old.key,
      '/w/certs/new.pem': fresh.certificate,
      '/w/certs/new.key': fresh.key,
    });
    const [finding] = findings(expired).filter(({ at }) => at.file === '/w/nginx.conf');
    expect(finding?.fixes).toMatchObject([
      { title: 'Use `certs/new.pem`, which is valid until 2027-02-11', safety: 'behaviour' },
    ]);
    expect(after(finding)['/w/nginx.conf']).toBe(nginx(server('shop.example.com', 'certs/new.pem', 'certs/new.key')));
  });

  it('is read from the file system again when it comes', () => {
    const one = bench({ '/w/nginx.conf': site, '/w/certs/old.pem': old.certificate });
    expect(one.said(expired, '.conf')).toHaveLength(1);
    one.write('/w/certs/old.pem', fresh.certificate);
    expect(one.said(expired)).toEqual([]);
  });

  it('is not offered without its key, for fewer names, or where another server has the same key line', async () => {
    const fewer = await root.issue({ names: ['api.example.com'], notBefore: inDays(-1), notAfter: inDays(80) });
    const fixes = (files: Record<string, string>) =>
      bench({ '/w/certs/old.pem': old.certificate, '/w/nginx.conf': site, ...files })
        .findings(expired)
        .flatMap((finding) => finding.fixes);
    expect(fixes({ '/w/certs/new.pem': fresh.certificate })).toEqual([]);
    expect(fixes({ '/w/certs/new.pem': fewer.certificate, '/w/certs/new.key': fewer.key })).toEqual([]);
    const shared = nginx(
      'ssl_certificate_key certs/shop.key;',
      server('shop.example.com', 'certs/old.pem'),
      server('other.example.com', 'certs/other.pem'),
    );
    const pair = { '/w/certs/new.pem': fresh.certificate, '/w/certs/new.key': fresh.key };
    expect(fixes({ ...pair, '/w/nginx.conf': shared })).toEqual([]);
    expect(fixes(pair)).toHaveLength(1);
  });

  it('is written as the running machine calls it', () => {
    const site = (folder: string) =>
      nginx(
        server(
          'shop.example.com',
          `/etc/letsencrypt/live/${folder}/full.pem`,
          `/etc/letsencrypt/live/${folder}/key.pem`,
        ),
      );
    const one = bench({
      '/w/wsslint.json': '{"pathMap": {"/etc/letsencrypt": "./le"}}',
      '/w/nginx.conf': site('old'),
      '/w/le/live/old/full.pem': old.certificate,
      '/w/le/live/new/full.pem': fresh.certificate,
      '/w/le/live/new/key.pem': fresh.key,
    });
    const [found] = one.findings(expired).filter(({ at }) => at.file === '/w/nginx.conf');
    expect(one.after(found)['/w/nginx.conf']).toBe(site('new'));
  });

  it('is a whole bundle for HAProxy', () => {
    const one = bench({
      '/w/haproxy.cfg': haproxy(':443 ssl crt /w/certs/old.pem'),
      '/w/certs/old.pem': old.bundle,
      '/w/certs/a-certificate-alone.pem': fresh.certificate,
      '/w/certs/new.pem': fresh.bundle,
    });
    const [finding] = one.findings(expired).filter(({ at }) => at.file === '/w/haproxy.cfg');
    expect(one.after(finding)['/w/haproxy.cfg']).toBe(haproxy(':443 ssl crt /w/certs/new.pem'));
  });
});
