/** Owns what each part of representative lines is coloured as. */
import { describe, expect, it } from 'vitest';
import { type GrammarName, scopesAt, tokenizer } from './tokens.ts';

const nginx = `# configuration file /etc/nginx/nginx.conf:
http { # a comment
    map $http_upgrade $connection_upgrade { default upgrade; '' close; }
    log_format main "$remote_addr \\"x\\"" 'b#c';
    server_name ~^www\\d+\\.example$ a#b;
    location ~* \\.(png|jpg)$ { expires 30d; }
    location = /exact { return 301 https://example.com$request_uri; }
    if ($args ~ "a;b{c}") { set $x \${y}z; }
    ssl_protocols TLSv1.2 TLSv1.3; # wsslint-ignore tls-legacy-protocol: old phones
    listen 443 ssl; http2 on;
    content_by_lua_block {
        local braces = { "}", '}', [=[ } ]=] } -- } still Lua
        ngx.say("hello")
    }
    proxy_pass http://chat;
}
worker_processes
    auto;
`;

const stunnel = `; the usual
# another sign
; wsslint-ignore tls-legacy-protocol: an old printer
setuid = stunnel4
[web server]
accept = 443
 cert=/etc/ssl/a.pem
client = yes
sslVersionMin = TLSv1.2
options = NO_TICKET
connect = app:\${PORT}
checkHost = a.example ; no comment
`;

const haproxy = `global # a comment
    ssl-default-bind-options no-sslv3 ssl-min-ver TLSv1.2
    log "\${LOG_ADDRESS}" local0
defaults web
    timeout client 30s
    no option http-server-close
frontend shop from web
    bind :443 ssl crt /etc/ssl/a.pem alpn h2,http/1.1
    http-request set-header X-Name %[ssl_fc_sni,lower] if { ssl_fc } or !local
    http-request return string 'it # is \\' # comment after
.if defined(X)
backend web
    server web1 127.0.0.1:8080 check verify required
`;

const pem = `Subject: an explanation
-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
MIIBzz*CAXag
-----END RSA PRIVATE KEY-----
after
-----BEGIN CERTIFICATE-----
AAAA
-----BEGIN X509 CRL-----
BBBB
-----END X509 CRL-----
`;

const expected: Record<
  GrammarName,
  { readonly text: string; readonly scopes: readonly (readonly [string, string])[] }
> = {
  nginx: {
    text: nginx,
    scopes: [
      ['configuration file', 'markup.heading.nginx'],
      ['http {', 'storage.type.block.nginx'],
      ['a comment', 'comment.line.number-sign.nginx'],
      ['map', 'storage.type.block.nginx'],
      ['$connection_upgrade', 'variable.other.nginx'],
      ['default upgrade', 'keyword.other.directive.nginx'],
      ["'' close", 'string.quoted.single.nginx'],
      ['log_format', 'keyword.other.directive.nginx'],
      ['$remote_addr', 'variable.other.nginx'],
      ['\\"x', 'constant.character.escape.nginx'],
      ['b#c', 'string.quoted.single.nginx'],
      ['^www', 'string.regexp.nginx'],
      ['~* ', 'keyword.operator.nginx'],
      ['.(png', 'string.regexp.nginx'],
      ['30d', 'constant.numeric.nginx'],
      ['= /exact', 'keyword.operator.nginx'],
      ['return 301', 'keyword.control.nginx'],
      ['if (', 'keyword.control.nginx'],
      ['"a;b{c}"', 'string.regexp.nginx'],
      ['${y}', 'variable.other.nginx'],
      ['ssl_protocols', 'keyword.other.directive.nginx'],
      ['wsslint-ignore', 'keyword.other.suppression.nginx'],
      ['tls-legacy-protocol', 'entity.name.tag.nginx'],
      ['443', 'constant.numeric.nginx'],
      ['on;', 'constant.language.nginx'],
      ['content_by_lua_block', 'keyword.other.directive.nginx'],
      ['local braces', 'meta.embedded.block.lua'],
      ['-- } still', 'comment.line.double-dash.lua'],
      ['ngx.say', 'meta.embedded.block.lua'],
      ['proxy_pass', 'keyword.other.directive.nginx'],
      ['worker_processes', 'keyword.other.directive.nginx'],
    ],
  },
  haproxy: {
    text: haproxy,
    scopes: [
      ['global', 'storage.type.section.haproxy'],
      ['a comment', 'comment.line.number-sign.haproxy'],
      ['ssl-default-bind-options', 'keyword.other.directive.haproxy'],
      ['ssl-min-ver', 'support.type.property-name.haproxy'],
      ['TLSv1.2', 'constant.language.haproxy'],
      ['${LOG_ADDRESS}', 'variable.other.environment.haproxy'],
      ['web', 'entity.name.section.haproxy'],
      ['30s', 'constant.numeric.haproxy'],
      ['no option', 'keyword.operator.negation.haproxy'],
      ['option', 'keyword.other.directive.haproxy'],
      ['shop', 'entity.name.section.haproxy'],
      ['crt /etc', 'support.type.property-name.haproxy'],
      ['ssl_fc_sni', 'support.function.sample.haproxy'],
      ['if {', 'keyword.control.haproxy'],
      ['!local', 'keyword.operator.negation.haproxy'],
      ['it # is', 'string.quoted.single.haproxy'],
      ['comment after', 'comment.line.number-sign.haproxy'],
      ['.if', 'keyword.control.haproxy'],
      ['required', 'constant.language.haproxy'],
    ],
  },
  stunnel: {
    text: stunnel,
    scopes: [
      ['the usual', 'comment.line.number-sign.stunnel'],
      ['another sign', 'comment.line.number-sign.stunnel'],
      ['wsslint-ignore', 'keyword.other.suppression.stunnel'],
      ['setuid', 'keyword.other.directive.stunnel'],
      ['web server', 'entity.name.section.stunnel'],
      ['accept', 'keyword.other.directive.stunnel'],
      ['443', 'constant.numeric.stunnel'],
      ['/etc/ssl/a.pem', 'string.unquoted.path.stunnel'],
      ['yes', 'constant.language.stunnel'],
      ['TLSv1.2', 'constant.language.stunnel'],
      ['NO_TICKET', 'constant.other.option.stunnel'],
      ['${PORT}', 'variable.other.environment.stunnel'],
    ],
  },
  pem: {
    text: pem,
    scopes: [
      ['an explanation', 'comment.line.pem'],
      ['RSA PRIVATE KEY', 'entity.name.type.pem'],
      ['Proc-Type', 'support.type.property-name.pem'],
      ['MIIBzz', 'constant.other.base64.pem'],
      ['*CAX', 'invalid.illegal.base64.pem'],
      ['after', 'comment.line.pem'],
      ['X509 CRL', 'entity.name.type.pem'],
      ['BBBB', 'constant.other.base64.pem'],
    ],
  },
};

for (const name of ['nginx', 'haproxy', 'stunnel', 'pem'] as const) {
  describe(name, () => {
    it.each(expected[name].scopes)('%s is %s', async (part, scope) => {
      const tokenize = await tokenizer(name);
      expect(scopesAt(tokenize(expected[name].text), part)).toContain(scope);
    });
  });
}

it('what is not a comment for nginx is none: a # inside a word', async () => {
  const lines = (await tokenizer('nginx'))('server_name a#b;');
  expect(scopesAt(lines, '#b').join(' ')).not.toContain('comment');
});

it('what is not a comment for stunnel is none: a sign behind a value', async () => {
  const lines = (await tokenizer('stunnel'))(stunnel);
  expect(scopesAt(lines, '; no comment').join(' ')).not.toContain('comment');
});

it('an unfinished PEM block ends where the next one begins', async () => {
  const lines = (await tokenizer('pem'))(pem);
  expect(scopesAt(lines, 'BBBB').filter((scope) => scope === 'meta.block.pem')).toHaveLength(1);
});
