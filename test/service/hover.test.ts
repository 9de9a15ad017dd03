/** Owns the proof that hovers say what is so, with where it comes from. */
import { describe, expect, it } from 'vitest';
import { hoverAt } from '../../server/src/service/hover.ts';
import { createAuthority, type Issued } from '../kit/authority.ts';
import { type Bench, bench, NOW } from './kit.ts';

const DAY = 86_400_000;

const authority = createAuthority();

async function issued(from: number, until: number, key: 'p256' | 'rsa2048' = 'p256'): Promise<Issued> {
  const dates = { notBefore: new Date(NOW + from * DAY), notAfter: new Date(NOW + until * DAY) };
  return (await authority).issue({ names: ['example.com', 'www.example.com'], key, ...dates });
}

const CONF = `events {}
http {
    ssl_protocols TLSv1.2 TLSv1.3;
    proxy_read_timeout 5m;
    server {
        listen 443 ssl;
        server_name example.com;
        ssl_certificate certs/site.pem;
        ssl_certificate_key certs/site.key;
        location /ws/ { proxy_pass http://127.0.0.1:1; proxy_set_header Upgrade $http_upgrade; }
        include conf.d/*.conf;
    }
}
`;

/** The configuration with the cursor before the first `at`, over these certificate and key files. */
function files(at: string, certificate: string, key: string): Record<string, string> {
  if (!CONF.includes(at)) throw new Error(`no ${at}`);
  return {
    '/w/nginx.conf': CONF.replace(at, () => `│${at}`),
    '/w/certs/site.pem': certificate,
    '/w/certs/site.key': key,
    '/w/conf.d/one.conf': '',
  };
}

async function hover({ hoverSource, file, offset }: Bench): Promise<string> {
  return (await hoverAt(hoverSource, file, offset))?.markdown ?? '';
}

async function hoverOn(at: string): Promise<string> {
  const one = await issued(-63, 27);
  return hover(bench(files(at, one.chain, one.key)));
}

describe('a certificate', () => {
  it.each(['certs/site.pem', 'ssl_certificate certs'])('is described where %s names it', async (at) => {
    const markdown = await hoverOn(at);
    expect(markdown).toContain('**Certificate** `CN=example.com`');
    expect(markdown).toContain('- **Names:** `example.com`, `www.example.com`');
    expect(markdown).toContain('- **Issuer:** `CN=wsslint test root`');
    expect(markdown).toContain('- **Until:** 2026-02-27 00:00 UTC\n- **From:** 2025-11-29 00:00 UTC');
    expect(markdown).toMatch(/- \*\*Lifetime:\*\* used 6[34] of 9[01] days \(70 %\), 27 days left/);
    expect(markdown).toContain('- **Key:** EC prime256v1 256 bits');
    expect(markdown).toMatch(/- \*\*SHA-256:\*\* `([0-9A-F]{2}:){31}[0-9A-F]{2}`/);
    expect(markdown).toContain('`certs/site.key` and `certs/site.pem` belong together');
    expect(markdown).toContain('- **Used by:** `server example.com` (/w/nginx.conf:8)');
  });

  it('is described in its own file, for each block', async () => {
    const root = (await authority).certificate;
    const one = await issued(-63, 27);
    const made = bench(files('events', one.certificate + root, one.key));
    const at = async (offset: number) => (await hoverAt(made.hoverSource, '/w/certs/site.pem', offset))?.markdown;
    expect(await at(40)).toContain('- **Used by:** `server example.com`');
    expect(await at(one.certificate.length + 40)).toMatch(/^\*\*Certificate\*\* `CN=wsslint test root` \(a CA\)/);
    expect(await at(one.certificate.length + 40)).not.toContain('Used by');
  });

  it.each([
    [-100, -10, '**expired 10 days ago**, after 9'],
    [-100, -0.5, '**expired today**, after 10'],
    [5, 95, '**not yet valid**, 9'],
    [-89, 0.5, '**ends today**'],
  ])('from day %d to day %d is told as it is', async (from, until, words) => {
    const one = await issued(from, until);
    expect(await hover(bench(files('certs/site.pem', one.chain, one.key)))).toContain(words);
  });

  it.each([
    ['p256', '**`certs/site.key` and `certs/site.pem` do not belong together**\n'],
    ['rsa2048', 'do not belong together**: the key is `RSA`, the certificate `EC`'],
  ] as const)('with a foreign %s key says so', async (kind, words) => {
    const [one, other] = await Promise.all([issued(-63, 27), issued(-63, 27, kind)]);
    const markdown = await hover(bench(files('certs/site.key', one.chain, other.key)));
    expect(`${markdown}\n`).toContain(words);
  });

  it('that is not there says so', async () => {
    const { '/w/certs/site.pem': _, ...rest } = files('certs/site.pem', '', '');
    expect(await hover(bench(rest))).toContain('no such file');
  });
});

describe('a file that a setting names', () => {
  const DH = `-----BEGIN DH PARAMETERS-----
MEYCQQDaWDwW2YUiidDkr3VvTMqS3UvlM7gE+w/tlO+cikQD7VdGUNNpmdsp13Yn
a6LT1BLiGPTdHghM9tgAPnxHdOgzAgEC
-----END DH PARAMETERS-----
`;
  const NGINX = `events {}
http {
    ssl_client_certificate cas.pem;
    ssl_trusted_certificate root.pem;
    ssl_crl crl.pem;
    ssl_dhparam dh.pem;
    proxy_ssl_certificate site.pem;
    proxy_ssl_certificate_key site.key;
    proxy_ssl_trusted_certificate cas.pem;
    proxy_ssl_crl crl.pem;
    server { listen 443 ssl; server_name example.com; ssl_certificate site.pem; ssl_certificate_key site.key;
        location / { proxy_pass https://127.0.0.1:1; } }
}
`;
  const HAPROXY = `defaults
    mode http
frontend web
    bind :443 ssl crt site.pem ca-file cas.pem crl-file crl.pem verify required
    default_backend app
backend app
    server one 127.0.0.1:1 ssl verify required ca-file cas.pem crt site.pem
`;

  async function on(text: string, at: string): Promise<string> {
    const [root, other] = [
      await authority,
      await createAuthority({
        commonName: 'Other',
        notBefore: new Date(NOW - 90 * DAY),
        notAfter: new Date(NOW - DAY),
      }),
    ];
    const one = await issued(-63, 27);
    const crl = await root.revocationList({ nextUpdate: new Date(NOW + 7 * DAY) });
    const path = text === NGINX ? '/w/nginx.conf' : '/w/haproxy.cfg';
    if (!text.includes(at)) throw new Error(`no ${at}`);
    const [before, rest] = [
      text.slice(0, text.indexOf(at) + at.indexOf(' ') + 2),
      text.slice(text.indexOf(at) + at.indexOf(' ') + 2),
    ];
    const made = bench({
      [path]: `${before}│${rest}`,
      '/w/cas.pem': root.certificate + other.certificate,
      '/w/root.pem': root.certificate,
      '/w/crl.pem': crl,
      '/w/dh.pem': DH,
      '/w/site.pem': one.bundle,
      '/w/site.key': one.key,
    });
    return hover(made);
  }

  it.each([
    [NGINX, 'ssl_client_certificate cas.pem'],
    [NGINX, 'proxy_ssl_trusted_certificate cas.pem'],
    [HAPROXY, 'ca-file cas.pem crl-file'],
    [HAPROXY, 'ca-file cas.pem crt'],
  ])('as authorities is listed (%#)', async (text, at) => {
    const markdown = await on(text, at);
    expect(markdown).toContain('**2 certificates of authorities**\n\n- `wsslint test root` until 20');
    expect(markdown).toContain('- `Other` until 2026-01-30, **expired 1 day ago**');
    expect(markdown).toContain('- **Used by:** ');
  });

  it.each([
    [NGINX, 'ssl_trusted_certificate root.pem', '**Certificate** `CN=wsslint test root` (a CA)'],
    [NGINX, 'ssl_crl crl.pem', '`CN=wsslint test root`'],
    [NGINX, 'proxy_ssl_crl crl.pem', '2026-02-07'],
    [HAPROXY, 'crl-file crl.pem', '2026-02-07'],
    [NGINX, 'ssl_dhparam dh.pem', 'Diffie-Hellman 512 bits'],
    [NGINX, 'proxy_ssl_certificate site.pem', '**Certificate** `CN=example.com`'],
    [NGINX, 'proxy_ssl_certificate_key site.key', '**Private key** EC prime256v1 256 bits'],
    [HAPROXY, 'crt site.pem', '**Private key** EC prime256v1 256 bits'],
  ])('is described with what it holds (%#)', async (text, at, words) => {
    expect(await on(text, at)).toContain(words);
  });
});

describe('a configuration', () => {
  it('a route tells whether the upgrade passes and why, and how its idle limit comes about', async () => {
    const markdown = await hoverOn('location');
    expect(markdown).toContain('- **Upgrade:** **does not reach the back end**');
    expect(markdown).toContain('- **Why:** nginx removes `Connection` from requests');
    expect(markdown).toMatch(
      /- \*\*Idle tunnels close:\*\* after 5 minutes: .*\n {2}- `proxy_read_timeout` 5 minutes — inherited from \/w\/nginx.conf:4, through `server` \(\/w\/nginx.conf:5\)/,
    );
  });

  it('an endpoint tells its TLS versions and where they come from', async () => {
    expect(await hoverOn('TLSv1.3')).toContain(
      '- **TLS versions:** `TLSv1.2`, `TLSv1.3` — inherited from /w/nginx.conf:3, through `http` (/w/nginx.conf:2)',
    );
  });

  it('an include tells its files', async () => {
    expect(await hoverOn('conf.d/*.conf')).toContain('- /w/conf.d/one.conf:1');
  });

  it('a finding leads to its rule', async () => {
    expect(await hoverOn('http://127')).toContain(
      '[websocket-upgrade-dropped](https://github.com/wsslint/wsslint/blob/main/docs/rules/websocket-upgrade-dropped.md)',
    );
  });

  it('a finding tells nothing of its rule where the editor leads to it by itself', async () => {
    const one = await issued(-63, 27);
    const made = bench(files('http://127', one.chain, one.key));
    const { summaryOf: _, ...hoverSource } = made.hoverSource;
    expect(await hover({ ...made, hoverSource })).not.toContain('docs/rules');
  });

  it('a setting tells nothing where its value stands', async () => {
    expect(await hoverOn('server_name')).toBe('');
    expect(await hoverOn('http://127')).toContain('**Upgrade:**');
  });

  it('a key and its certificate in one file are told of once', async () => {
    const one = await issued(-63, 27);
    const conf = 'frontend web\n  bind :443 ssl crt │/w/both.pem\n';
    const made = bench({ '/w/haproxy.cfg': conf, '/w/both.pem': one.bundle });
    expect(await hover(made)).toContain('the two in `/w/both.pem` belong together');
  });

  it('white space tells nothing', async () => {
    expect(await hoverOn('\n    server {')).toBe('');
  });
});

describe('an extension file', () => {
  const EXT = `basicConstraints = critical, CA:TRUE, pathlen:1
keyUsage = digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, 1.2.3.4
subjectAltName = @names
other = value

[names]
DNS.1 = *.example.com
IP.1 = $ENV::ADDRESS
`;
  const hoverOver = (word: string) => hover(bench({ '/w/server.ext': EXT.replace(word, () => `${word}│`) }));

  it.each([
    [
      'CA:TRUE',
      ['`CA:TRUE`: an authority', '`pathlen:1`: at most one further authority', '`critical`: whoever does not know'],
    ],
    [
      'keyUsage',
      ['`keyUsage`: what the key may do', '`digitalSignature`: signs handshakes', '`keyEncipherment`: for suites'],
    ],
    ['serverAuth', ['`serverAuth`: servers of TLS', '- `1.2.3.4`']],
    ['@names', ['`subjectAltName`: whom', '`@names`: the names of this section']],
    ['*.example', ['`DNS:*.example.com`: a host name']],
  ])('says what %s means', async (word, parts) => {
    const markdown = await hoverOver(word);
    for (const part of parts) expect(markdown).toContain(part);
  });

  it('says nothing of what it does not know', async () => {
    for (const word of ['other', '[names]', 'ADDRESS']) expect(await hoverOver(word)).not.toContain('subjectAltName');
  });
});

describe('a variable', () => {
  const at = (text: string, more: Readonly<Record<string, string>> = {}) =>
    hover(bench({ '/w/nginx.conf': `events {}\nhttp { ${text} }\n`, ...more }));

  it('shows the lines that define it, in whatever file', async () => {
    const map = 'map $http_upgrade $connection {\n    default upgrade;\n    "" close;\n}\n';
    const used = await at('include map.conf; server { location / { proxy_set_header Connection $conn│ection; } }', {
      '/w/map.conf': map,
    });
    expect(used).toContain(`\`\`\`nginx\n${map.trim()}\n\`\`\``);
    expect(used).toContain('map.conf');
    expect(await at('server { set $a│ 1; return 200 $a; }')).toContain('```nginx\nset $a 1;\n```');
    expect(await at('server { set $a 1; set $a 2; return 200 ${a│}; }')).toMatch(/set \$a 1;[\s\S]*set \$a 2;/);
  });

  it('is cut where it is long, and shows no private key', async () => {
    const long = `map $host $a { ${Array.from({ length: 40 }, (_, i) => `h${i} ${i};`).join('\n')} }`;
    expect(await at(`${long} server { return 200 $a│; }`)).toMatch(/h10 10;[\s\S]*# …\n```/);
    const key = 'set $a "data:-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----";';
    const markdown = await at(`server { ${key} ssl_certificate_key $a│; }`);
    expect(markdown).toContain('(a private key)');
    expect(markdown).not.toContain('MC4CAQ');
  });

  it('says nothing where nothing is known', async () => {
    expect(await at('server { return 200 $nob│ody; }')).not.toContain('Defined');
  });
});
