/** Owns what is said of certificate and key files that are not there, and of those that cannot be read as what they should be. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readPemFile } from '../../server/src/certificates/file.ts';
import { repairOf } from '../../server/src/certificates/repair.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { type Authority, createAuthority, type Issued } from '../kit/authority.ts';
import { bench, haproxy, inDays, nginx, server } from './bench.ts';

const CADDY = 'shop.example.com {\n    tls /w/a.pem /w/a.key\n}\n';
const STUNNEL = '[shop]\naccept = 443\nconnect = 127.0.0.1:3000\ncert = /w/a.pem\nkey = /w/a.key\n';

const missing = 'certificate-file-missing';
const damaged = 'certificate-file-damaged';
const name = 'shop.example.com';
let root: Authority;
let shop: Issued;
let other: Issued;

beforeAll(async () => {
  root = await createAuthority({ notBefore: inDays(-1000), notAfter: inDays(3000) });
  const dates = { notBefore: inDays(-10), notAfter: inDays(80), names: [name] };
  [shop, other] = await Promise.all([root.issue(dates), root.issue(dates)]);
});

describe('a file that is not there', () => {
  const notThere = (path: string) =>
    `\`${path}\` is not there, so nothing in it was judged; nginx does not start without it`;

  it('is named once in a configuration file', () => {
    const one = bench({
      '/w/nginx.conf': nginx(server('a', 'a.pem', 'k/a.key'), server('b', 'a.pem', 'k/b.key')),
    });
    expect(one.said(missing)).toEqual([
      `nginx.conf:2 ${notThere('a.pem')}`,
      `nginx.conf:2 ${notThere('k/a.key')}`,
      `nginx.conf:3 ${notThere('k/b.key')}`,
    ]);
    expect(one.findings(missing)[0]?.related.map(({ message }) => message)).toEqual([
      '`ssl_certificate` names it, too',
    ]);
    one.write('/w/a.pem', shop.chain);
    expect(one.said(missing)).toHaveLength(2);
  });

  it('is no finding where its place cannot be known', () => {
    const silent = (files: Record<string, string>) => expect(bench(files).said(missing)).toEqual([]);
    silent({ '/w/conf.d/site.conf': server('a', 'certs/a.pem', 'certs/a.key') });
    silent({ '/w/nginx.conf': nginx(server('a', '/srv/a.pem', '/srv/a.key')) });
    silent({ '/w/nginx.conf': nginx(server('{{ name }}', 'a.pem', 'a.key')) });
    silent({ '/w/haproxy.cfg': haproxy(':443 ssl crt a.pem') });
    const mapped = { '/w/wsslint.json': '{"pathMap": {"/srv": "./srv"}}' };
    expect(bench({ ...mapped, '/w/nginx.conf': nginx(server('a', '/srv/a.pem')) }).said(missing)).toHaveLength(1);
  });

  it('may be a folder, or several files, for HAProxy', () => {
    const config = (path: string) => ({ '/w/haproxy.cfg': haproxy(`:443 ssl crt ${path}`) });
    expect(bench({ ...config('/w/certs'), '/w/certs/a.pem': shop.bundle }).said(missing)).toEqual([]);
    expect(bench({ ...config('/w/a'), '/w/a.rsa': shop.bundle }).said(missing)).toEqual([]);
    expect(bench(config('/w/a')).said(missing)).toHaveLength(1);
    const text = nginx(server('a', 'certs', 'certs/a.key'));
    expect(bench({ '/w/nginx.conf': text, '/w/certs/a.key': shop.key }).said(missing)).toEqual([
      'nginx.conf:2 `certs` cannot be read, so nothing in it was judged: is a folder',
    ]);
  });

  it('has a likely name in the workspace, of the same kind and only one', () => {
    const files = {
      '/w/nginx.conf': nginx(server('a', 'live/a/fullchain.pem', 'live/a/private.key')),
      '/w/live/b/fullchain.pem': shop.chain,
      '/w/old/private.key': shop.key,
      '/w/old/private.pem': shop.chain,
    };
    const titles = (more: Record<string, string>) =>
      bench({ ...files, ...more })
        .findings(missing)
        .map(({ fixes }) => fixes.map(({ title }) => title));
    expect(titles({})).toEqual([['Name `live/b/fullchain.pem` instead'], ['Name `old/private.key` instead']]);
    expect(titles({ '/w/live/c/fullchain.pem': other.chain })).toEqual([[], ['Name `old/private.key` instead']]);
    expect(titles({ '/w/new/a/fullchain.pem': other.chain })).toEqual([
      ['Name `new/a/fullchain.pem` instead'],
      ['Name `old/private.key` instead'],
    ]);
  });

  it('may be the key of a bundle', () => {
    const config = { '/w/haproxy.cfg': haproxy(':443 ssl crt /w/a.pem') };
    expect(bench({ ...config, '/w/a.pem': shop.chain }).said(missing)).toEqual([
      'haproxy.cfg:4 `/w/a.pem` holds no private key, and there is no `a.pem.key` beside it; HAProxy does not start without one ("No Private Key found")',
    ]);
    expect(bench({ ...config, '/w/a.pem': shop.chain, '/w/a.pem.key': shop.key }).said(missing)).toEqual([]);
  });
});

describe('a file that is damaged', () => {
  const site = { '/w/nginx.conf': nginx(server(name, 'a.pem', 'a.key')) };
  const said = (certificate: string, key = shop.key) =>
    bench({ ...site, '/w/a.pem': certificate, '/w/a.key': key }).said(damaged, '.conf');

  it('keeps nginx from starting, in the words of OpenSSL', () => {
    expect(said('')).toEqual([
      'nginx.conf:2 nginx does not start with `a.pem`: this file holds no certificate: it is empty ("no start line")',
    ]);
    expect(said(shop.chain.replace('-----END', '----END'))).toEqual([
      expect.stringMatching(/the END line starts with 4 dashes instead of 5 \(line \d+, "bad end line"\)$/),
    ]);
    expect(said(shop.chain, shop.chain)).toEqual([
      'nginx.conf:2 nginx does not start with `a.key`: this file holds no private key: its first block is "CERTIFICATE" (line 1, "unsupported")',
    ]);
  });

  it('is one finding for both files when they are exchanged', () => {
    const one = bench({ ...site, '/w/a.pem': shop.key, '/w/a.key': shop.chain });
    expect(one.said(damaged)).toEqual([
      'nginx.conf:2 nginx does not start: `a.pem` is the private key, and `a.key` the certificate ("no start line")',
    ]);
    expect(one.after(one.findings(damaged)[0])['/w/nginx.conf']).toBe(nginx(server(name, 'a.key', 'a.pem')));
  });

  it('may lose a certificate of the chain without a word', () => {
    const indented = `${shop.certificate}  ${root.certificate.replaceAll('\n', '\n  ')}`;
    expect(said(indented)).toEqual([
      expect.stringMatching(
        /^nginx.conf:2 nginx reads only a part of `a.pem`, without a word: the BEGIN line must start/,
      ),
    ]);
    const cut = `${shop.bundle}${root.certificate.replace('-----END', '----END')}`;
    const one = bench({ '/w/haproxy.cfg': haproxy(':443 ssl crt /w/a.pem'), '/w/a.pem': cut });
    expect(one.findings(damaged).map(({ severity, at }) => [at.file, severity])).toEqual([
      ['/w/a.pem', 'error'],
      ['/w/haproxy.cfg', 'warning'],
    ]);
  });

  it.each([
    ['2.6', 'warning', /^HAProxy reads only a part of `\/w\/a.pem`, without a word: /],
    ['2.7', 'error', /^HAProxy does not start with `\/w\/a.pem`: .*"unable to load certificate chain from file"\)$/],
    [
      undefined,
      'warning',
      /^HAProxy before 2.7 reads only a part of `\/w\/a.pem`, .* newer versions do not start with it: /,
    ],
  ])('is a part of the chain that HAProxy %s takes or refuses', (version, severity, message) => {
    const cut = `${shop.bundle}${root.certificate.replace('-----END', '----END')}`;
    const files = { '/w/haproxy.cfg': haproxy(':443 ssl crt /w/a.pem'), '/w/a.pem': cut };
    const target = version === undefined ? {} : { '/w/wsslint.json': `{"target": {"haproxy": "${version}"}}` };
    const finding = bench({ ...files, ...target })
      .findings(damaged)
      .find(({ at }) => at.file === '/w/haproxy.cfg');
    expect(finding).toMatchObject({ severity, message: expect.stringMatching(message) });
  });

  it('is named by HAProxy for what it is, in a folder by its name', () => {
    const one = bench({
      '/w/haproxy.cfg': haproxy(':443 ssl crt /w/certs'),
      '/w/certs/a.pem': shop.bundle,
      '/w/certs/b.pem': shop.key,
      '/w/certs/c.txt': 'readme',
    });
    expect(one.said(damaged)).toEqual([
      'haproxy.cfg:4 HAProxy does not start with `/w/certs/b.pem`: this file holds no certificate: its first block is "PRIVATE KEY" (line 1, "unable to load certificate from file"); so it is with 1 more here',
    ]);
  });

  it('can be replaced when it is a key', () => {
    const one = bench({ ...site, '/w/a.pem': shop.chain, '/w/a.key': 'nothing', '/w/real.key': shop.key });
    expect(one.after(one.findings(damaged)[0])['/w/nginx.conf']).toBe(nginx(server(name, 'a.pem', 'real.key')));
  });

  it('is left alone by itself when it is no PEM', () => {
    const der = new Uint8Array(Buffer.from(shop.certificate.replace(/-----.*-----/g, ''), 'base64'));
    expect(bench({ '/w/a.cer': der, '/w/b.pem': '', '/w/c.key': 'text\n' }).said(damaged)).toEqual([]);
  });
});

describe('files besides certificates and keys', () => {
  const asking = (authorities: string, more = '') => {
    const own = `ssl_certificate shop.pem; ssl_certificate_key shop.key; ssl_client_certificate clients.pem; ${more}`;
    return bench({
      '/w/nginx.conf': nginx(`server { listen 443 ssl; server_name ${name}; ${own} }`),
      '/w/shop.pem': shop.chain,
      '/w/shop.key': shop.key,
      '/w/clients.pem': authorities,
    });
  };
  const verify = 'ssl_verify_client on;';
  const start = 'nginx.conf:2 nginx does not start with `clients.pem`:';

  it.each([
    ['a key', () => shop.key, 'this file holds no certificate: its first block is "PRIVATE KEY" (line 1)'],
    ['nothing', () => '', 'this file holds no certificate: it is empty'],
    ['a block that cannot be read', () => root.certificate.replace(/\n(.)/, '\n!'), ''],
  ])('authorities for clients: %s', (_, text, what) => {
    const [said = ''] = asking(text(), verify).said(damaged, 'nginx.conf');
    expect(said.startsWith(`${start} ${what}`)).toBe(true);
    expect(
      asking(text(), verify)
        .findings(damaged)
        .some(({ severity }) => severity === 'error'),
    ).toBe(true);
  });

  it('authorities for clients that are taken, or that nobody asks for', async () => {
    for (const text of [root.certificate, `${shop.key}${root.certificate}`, await root.revocationList()])
      expect(asking(text, verify).said(damaged, 'nginx.conf')).toEqual([]);
    expect(asking(shop.key).said(damaged, 'nginx.conf')).toEqual([]);
    expect(asking(shop.key, '$x').said(damaged, 'nginx.conf')).toEqual([]);
  });

  it.each([
    ['a key', () => shop.key, 'this file holds no revocation list: its first block is "PRIVATE KEY" (line 1)'],
    ['nothing', () => '', 'this file holds no revocation list: it is empty'],
    ['other text', () => 'lists', 'this file holds no revocation list: no line reads "-----BEGIN X509 CRL-----"'],
  ])('revocation lists: %s', (_, text, what) => {
    const made = bench({
      '/w/nginx.conf': nginx(
        `server { listen 443 ssl; server_name ${name}; ssl_certificate shop.pem; ssl_certificate_key shop.key; ssl_client_certificate ca.pem; ssl_verify_client on; ssl_crl crl.pem; }`,
      ),
      '/w/shop.pem': shop.chain,
      '/w/shop.key': shop.key,
      '/w/ca.pem': root.certificate,
      '/w/crl.pem': text(),
    });
    expect(made.said(damaged, 'nginx.conf')).toEqual([`nginx.conf:2 nginx does not start with \`crl.pem\`: ${what}`]);
  });

  it('parameters that are none', () => {
    const made = asking(root.certificate, 'ssl_dhparam clients.pem;');
    expect(made.said(damaged, 'nginx.conf')).toEqual([
      `${start} this file holds no DH parameters: its first block is "CERTIFICATE" (line 1)`,
    ]);
  });

  it('a key in binary form, which Apache takes and nginx does not', () => {
    const key = new Uint8Array(Buffer.from(shop.key.replaceAll(/-----.*-----|\s/g, ''), 'base64'));
    const made = bench({
      '/w/apache2.conf': `Listen 443
<VirtualHost *:443>
  ServerName ${name}
  SSLEngine on
  SSLCertificateFile /w/shop.pem
  SSLCertificateKeyFile /w/shop.key
</VirtualHost>
`,
      '/w/nginx.conf': nginx(server(name, 'shop.pem', 'shop.key')),
      '/w/shop.pem': shop.chain,
      '/w/shop.key': key,
    });
    expect(made.said(damaged).map((said) => said.split(' ')[0])).toEqual(['nginx.conf:2']);
  });
});

describe('a frame can be repaired', () => {
  const damages: readonly (readonly [string, (text: string) => string])[] = [
    ['an indented block', (text) => text.replace(/^(?=.)/gm, '    ')],
    ['an indented BEGIN line', (text) => `\t${text}`],
    ['an indented END line', (text) => text.replace('-----END', ' -----END')],
    ['dashes of a word processor', (text) => text.replace('-----BEGIN', '—–—BEGIN')],
    ['four dashes before BEGIN', (text) => text.slice(1)],
    ['six dashes before END', (text) => text.replace('-----END', '------END')],
    ['four dashes behind END', (text) => text.replace(/-(\n?)$/, '$1')],
    ['another label in the END line', (text) => text.replace(/END [A-Z ]+/, 'END THING')],
    ['a lost END line', (text) => text.replace(/-----END.*\n/, '')],
    ['a blank line', (text) => text.replace(/\n(.*)\n/, '\n$1\n\n')],
    ['line ends as text', (text) => `${text.trimEnd().replaceAll('\n', '\\n')}\n`],
    ['line ends as text in quotes', (text) => `"${text.trimEnd().replaceAll('\n', '\\n')}"\n`],
    ['line ends that are CR alone', (text) => `${text.trimEnd().replaceAll('\n', '\r')}\n`],
    ['blanks for line ends', (text) => `${text.trimEnd().replaceAll('\n', ' ')}\n`],
    ['no line ends', (text) => `${text.replaceAll('\n', '')}\n`],
  ];

  const frame = /^(?:-----(?:BEGIN|END) [A-Z ]+-----|PRIVATE KEY|CERTIFICATE|[\r\n])*$/;

  it.each(damages)('%s', (_, damage) => {
    for (const whole of [shop.certificate, shop.key]) {
      const text = damage(whole);
      const file = readPemFile(text);
      const { damage: found } = file;
      const repairs = found.flatMap((one) => repairOf(text, file, one) ?? []);
      expect(found.length).toBeGreaterThan(0);
      const [first] = found.flatMap((one) => {
        const edits = repairOf(text, file, one);
        return edits === undefined ? [] : [applyEdits(text, edits)];
      });
      // One line of base64 is as good as many; only white space may differ.
      expect(first?.replace(/\s/g, '')).toBe(whole.replace(/\s/g, ''));
      expect(readPemFile(first ?? '').damage).toEqual([]);
      for (const { newText } of repairs) expect(newText).toMatch(frame);
    }
  });

  it('between two blocks on one line', () => {
    const text = `${shop.certificate.trimEnd()}${root.certificate}`;
    const file = readPemFile(text);
    const [found] = file.damage;
    expect(found && applyEdits(text, repairOf(text, file, found) ?? [])).toBe(shop.certificate + root.certificate);
  });

  it.each([
    ['a foreign character', (text: string) => text.replace(/\n(.)/, '\n!')],
    ['a lost line', (text: string) => text.replace(/\n.*\n/, '\n')],
    ['a lost end', (text: string) => text.slice(0, text.length / 2)],
    ['nothing inside', (text: string) => text.replace(/\n[^-]+\n/, '\n')],
    ['a foreign label', (text: string) => text.replaceAll(/CERTIFICATE|PRIVATE KEY/g, 'THING')],
  ])('but not %s', (_, damage) => {
    for (const whole of [shop.certificate, shop.key]) {
      const text = damage(whole);
      const file = readPemFile(text);
      for (const one of file.damage) expect(repairOf(text, file, one)).toBeUndefined();
    }
  });

  it('in time, and not without end, in a file of nothing but damage', () => {
    const text = '-----BEGIN CERTIFICATE-----\nMII!\n-----END THING-----\n'.repeat(20_000);
    const started = performance.now();
    const found = bench({ '/w/a.pem': text }).findings(damaged);
    expect(found.flatMap(({ fixes }) => fixes)).toEqual([]);
    expect(found.length).toBeLessThanOrEqual(100);
    expect(found.at(-1)?.message).toMatch(/; \d+ more are not listed$/);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('from the path that names the file, and where the file itself is read', () => {
    const one = bench({
      '/w/nginx.conf': nginx(server(name, 'a.pem', 'a.key')),
      '/w/a.pem': shop.certificate.replace('-----BEGIN', ' -----BEGIN'),
    });
    const found = one.findings(damaged);
    expect(found.map(({ at, fixes }) => [at.file, fixes.map(({ title, safety }) => `${title} (${safety})`)])).toEqual([
      ['/w/a.pem', ['Remove the indentation (safe)']],
      ['/w/nginx.conf', ['Remove the indentation (safe)']],
    ]);
    for (const finding of found) expect(one.after(finding)).toEqual({ '/w/a.pem': shop.certificate });
  });
});

describe('damage, as other readers than nginx take it,', () => {
  const END = '-----END CERTIFICATE-----';
  const said = (config: Record<string, string>, certificate: string, key = shop.key) =>
    bench({ ...config, '/w/a.pem': certificate, '/w/a.key': key })
      .said(damaged)
      .filter((line) => !line.startsWith('a.'));
  const unframed = () => shop.certificate.replace(END, END.slice(1));
  const without = () => shop.certificate.split('\n').toSpliced(3, 1).join('\n');

  it('keeps Caddy from starting in the first block only, and is quoted in no words of OpenSSL', () => {
    const caddy = { '/w/Caddyfile': CADDY };
    expect(said(caddy, unframed())).toEqual([expect.stringMatching(/Caddy does not start with .* \(line \d+\)$/)]);
    expect(said(caddy, shop.certificate + unframed())).toEqual([expect.stringMatching(/Caddy reads only a part of/)]);
    expect(said(caddy, shop.certificate + without())).toEqual([
      expect.stringMatching(/Caddy loads .* but clients refuse it/),
    ]);
    expect(said(caddy, shop.certificate.split('\n').toSpliced(3, 0, '').join('\n'))).toEqual([]);
    expect(said(caddy, shop.key, shop.certificate)).toEqual([
      expect.stringMatching(/private key, and .* certificate$/),
    ]);
  });

  it('behind the certificate depends on the version of stunnel', () => {
    const stunnel = { '/w/stunnel.conf': STUNNEL };
    expect(said(stunnel, unframed())).toEqual([expect.stringMatching(/stunnel does not start with .*"bad end line"/)]);
    expect(said(stunnel, shop.certificate + unframed())).toEqual([
      expect.stringMatching(/stunnel does not start with .*, or in newer versions reads only a part of it/),
    ]);
  });
});
