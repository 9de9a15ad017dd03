/** Owns the proof that hovers over cipher strings tell what OpenSSL makes of them. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../server/src/ciphers/evaluate.ts';
import { allowedAt, defaultLevel } from '../../server/src/ciphers/levels.ts';
import { LIBRARIES } from '../../server/src/ciphers/libraries.ts';
import { suitesOf } from '../../server/src/ciphers/suites.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { bench } from './kit.ts';

async function hover(file: string, text: string): Promise<string> {
  const { hoverSource, file: id, offset } = bench({ [file]: text });
  return (await hoverAt(hoverSource, id, offset))?.markdown ?? '';
}
const nginx = (line: string, openssl = '3.0') => {
  const version = openssl === '' ? '' : `# openssl-version: ${openssl}\n`;
  return hover('/w/nginx.conf', `${version}http {\n    ${line}\n}\n`);
};
const haproxy = (text: string) => hover('/w/haproxy.cfg', text.replace(/^ {4}/gm, ''));

/** The suites of the table, in its order. */
const suitesIn = (markdown: string) => [...markdown.matchAll(/^\| \d+ \| `([^`]+)` \|/gm)].map(([, name]) => name);

describe('a cipher string of nginx', () => {
  it('is resolved into suites in their order, in words that can be read', async () => {
    const markdown = await nginx('ssl_ciphers │ECDHE+AESGCM:ECDHE+CHACHA20:AES256-SHA:!aNULL;');
    expect(markdown).toContain('`ssl_ciphers`: **7 suites** with OpenSSL 3.0, in the order below');
    expect(suitesIn(markdown)).toEqual([
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-GCM-SHA384',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-CHACHA20-POLY1305',
      'ECDHE-RSA-CHACHA20-POLY1305',
      'AES256-SHA',
    ]);
    expect(markdown).toContain('| 2 | `ECDHE-RSA-AES256-GCM-SHA384` | ECDHE | RSA | AES-256-GCM |  |');
    expect(markdown).toContain('| 7 | `AES256-SHA` | RSA | RSA | AES-256-CBC with SHA-1 | ⚠ |');
    expect(markdown).toContain(
      '- ⚠ `AES256-SHA`: no forward secrecy: who gets the key later can read recorded traffic',
    );
  });

  it('is no longer than 20 suites, and says what is left', async () => {
    const markdown = await nginx('ssl_ciphers │ALL:eNULL:@SECLEVEL=0;');
    expect(suitesIn(markdown).length).toBe(20);
    expect(markdown).toMatch(/\nand \d+ more, \d+ of them weak\n/);
    expect(markdown).toMatch(/- ✖ .* and \d+ more: the traffic is not encrypted/);
    expect(markdown.length).toBeLessThan(5000);
  });

  it.each([
    ['!aN│ULL', '`!aNULL` forbids '],
    ['-aN│ULL', '`-aNULL` takes out '],
    ['+aN│ULL', '`+aNULL` moves to the end what is enabled of '],
    ['@STR│ENGTH', '`@STRENGTH` sorts'],
    ['@SEC│LEVEL=1', '`@SECLEVEL=1` sets the security level to 1'],
    ['AES128-│SHA', '`AES128-SHA` is `TLS_RSA_WITH_AES_128_CBC_SHA`: no forward secrecy'],
    ['kD│HE', '`kDHE` enables '],
    ['NO-│SUCH', '`NO-SUCH` means no suite'],
  ])('has its rules explained: %s', async (rule, words) => {
    expect(await nginx(`ssl_ciphers "HIGH:${rule}:RSA";`)).toContain(words);
  });

  it('counts what a rule stands for', async () => {
    const step = evaluate('HIGH:!aNULL', '3.0').steps[1];
    expect(await nginx('ssl_ciphers HIGH:!aN│ULL;')).toContain(`forbids ${step?.suites.length} suites for good`);
  });

  it('tells what is not known, and why', async () => {
    const markdown = await nginx(
      'ssl_ciphers│ AES128-SHA:FOO:TLS_AES_128_GCM_SHA256:RC4-SHA:TLS_RSA_WITH_AES_256_CBC_SHA;',
    );
    for (const line of [
      '- `FOO` is **dropped**: no release has it',
      '- `TLS_AES_128_GCM_SHA256` is **dropped**: a suite of TLS 1.3, which has a setting of its own',
      '- `RC4-SHA` is **dropped**: usual builds leave it out',
      "- `TLS_RSA_WITH_AES_256_CBC_SHA` is **dropped**: OpenSSL's name for it is `AES256-SHA`",
    ])
      expect(markdown).toContain(line);
  });

  it.each([
    ['ssl_ciphers │AES128-SHA:aNULL;', 'The library’s **security level** keeps closed: `ADH-AES256-GCM-SHA384`'],
    ['ssl_ciphers │AES128-SHA:aNULL:@SECLEVEL=1;', '**Security level 1** keeps closed: `ADH-AES256-GCM-SHA384`'],
    ['ssl_ciphers │AES128-SHA:ECDHE:@SECLEVEL=3;', '**Security level 3** keeps closed: `AES128-SHA`'],
  ])('tells what the security level takes away: %s', async (line, words) => {
    expect(await nginx(line)).toContain(words);
  });

  it.each(LIBRARIES)(
    'loses the same at the usual levels of %s, so that the hover need not know who built it',
    (library) => {
      const { upstream, debian } = defaultLevel(library);
      const suites = suitesOf(library, 'usual');
      expect(allowedAt(upstream, suites)).toEqual(allowedAt(debian, suites));
    },
  );

  it('without a security level in it and with none to take away says nothing of it', async () => {
    expect(await nginx('ssl_ciphers │ECDHE+AESGCM;')).not.toContain('evel');
  });

  it.each([
    ['ssl_ciphers │NOTHING;', 'OpenSSL 3.0 refuses it** (`no cipher match`)'],
    ['ssl_ciphers │ALL:@NONE;', 'OpenSSL 3.0 refuses it** (`invalid command`) because of `@NONE`'],
  ])('that OpenSSL refuses says so: %s', async (line, words) => {
    const markdown = await nginx(line);
    expect(markdown).toContain(words);
    expect(suitesIn(markdown)).toEqual([]);
  });

  it('without a target is told for one library, with what others would make of it', async () => {
    expect(await nginx('ssl_ciphers │AES128-GCM-SHA256;', '')).toContain('with OpenSSL 1.1.1 and newer');
    const markdown = await nginx('ssl_ciphers │TLS_RSA_WITH_AES_256_CBC_SHA;', '');
    expect(markdown).toContain('**1 suite** with OpenSSL 3.5');
    expect(markdown).toContain('1.1.1 and 3.0 would make something else of it');
    expect(await nginx('ssl_ciphers │AES128-SHA;', '1.1.0')).toContain('not known');
  });

  it('is told of client sides, of conf commands and of suites of TLS 1.3', async () => {
    expect(suitesIn(await nginx('proxy_ssl_ciphers │AES128-SHA;'))).toEqual(['AES128-SHA']);
    expect(suitesIn(await nginx('ssl_conf_command CipherString │AES128-SHA;'))).toEqual(['AES128-SHA']);
    const markdown = await nginx(
      'proxy_ssl_conf_command Ciphersuites "TLS_AES_128_GCM_SHA256:│TLS_AES_256_GCM_SHA384:X";',
    );
    expect(suitesIn(markdown)).toEqual(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384']);
    expect(markdown).toContain('Not known to OpenSSL 3.0: `X`');
    expect(await nginx('ssl_conf_command Options │KTLS;')).not.toContain('suite');
  });

  it('can do nothing to the Markdown around it', async () => {
    expect(await nginx('ssl_ciphers "│AES128-SHA:|x|:`y`";')).not.toMatch(/[^\\`]\|x\|/);
  });
});

describe('a cipher string of HAProxy', () => {
  it.each([
    ['bind', 'frontend f\n  bind :443 ssl crt a.pem ciphers AES128-│SHA\n', ['AES128-SHA']],
    ['server', 'backend b\n  server s 127.0.0.1:1 ssl ciphers AES128-│SHA verify none\n', ['AES128-SHA']],
    ['global', 'global\n  ssl-default-bind-ciphers AES128-│SHA\n', ['AES128-SHA']],
    [
      'suites of TLS 1.3',
      'global\n  ssl-default-bind-ciphersuites TLS_AES_│128_GCM_SHA256\n',
      ['TLS_AES_128_GCM_SHA256'],
    ],
    ['a section of this name', 'frontend ciphers\n  bind :80\n  use_backend ciphers if TRUE│\n', []],
  ])('is resolved: %s', async (_, text, suites) => {
    expect(suitesIn(await haproxy(text))).toEqual(suites);
  });

  it('knows the security level of `global`', async () => {
    const text = 'global\n  ssl-security-level 3\n  ssl-default-bind-ciphers AES128-SHA:ECDHE│\n';
    expect(await haproxy(text)).toContain('**Security level 3** keeps closed: `AES128-SHA`');
  });
});
