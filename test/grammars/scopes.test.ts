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

const apache = `# the shop \\
still a comment
<VirtualHost *:443>
    ServerName shop.example # no comment
    SSLEngine on
    SSLProtocol all -SSLv3 +TLSv1.2
    <IfModule mod_headers.c>
        Header always set X-Frame "DENY \\"x"
    </IfModule>
    RewriteCond %{HTTP:Upgrade} =websocket [NC]
    RewriteRule ^/ws/(.*) ws://\${BACKEND}/$1 [P,L]
    ProxyPass /ws/ \\
        http://127.0.0.1:8080/ upgrade=websocket timeout=60
    Include conf/extra.conf
    # wsslint-ignore tls-legacy-protocol: old phones
</VirtualHost>
`;

const caddy = `# the shop
{
	email admin@shop.example
}
(upstream) {
	header_up X-Real-IP {remote_host}
}
shop.example, https://www.shop.example:8443 { # two names
	@ws path /ws/*
	reverse_proxy @ws 127.0.0.1:3000 {
		import upstream
		stream_timeout 10m
	}
	tls {
		protocols tls1.2 tls1.3
	}
	header X "a b {host} \\" c" a#b
	respond <<TEXT
		reverse_proxy is a word
		TEXT 200
	root * {$ROOT:/srv}
	# wsslint-ignore tls-legacy-protocol: old phones
}
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
  apacheconf: {
    text: apache,
    scopes: [
      ['the shop', 'comment.line.number-sign.apacheconf'],
      ['still a comment', 'comment.line.number-sign.apacheconf'],
      ['VirtualHost', 'storage.type.section.apacheconf'],
      ['ServerName', 'keyword.other.directive.apacheconf'],
      ['all -', 'constant.language.apacheconf'],
      ['-SSLv3', 'constant.language.apacheconf'],
      ['+TLSv1.2', 'constant.language.apacheconf'],
      ['IfModule', 'keyword.control.apacheconf'],
      ['DENY', 'string.quoted.double.apacheconf'],
      ['%{HTTP', 'variable.other.apacheconf'],
      ['[NC]', 'support.type.property-name.flags.apacheconf'],
      ['RewriteRule', 'keyword.control.apacheconf'],
      ['${BACKEND}', 'variable.other.apacheconf'],
      ['upgrade=', 'support.type.property-name.apacheconf'],
      ['60', 'constant.numeric.apacheconf'],
      ['Include', 'keyword.control.apacheconf'],
      ['wsslint-ignore', 'keyword.other.suppression.apacheconf'],
    ],
  },
  caddyfile: {
    text: caddy,
    scopes: [
      ['the shop', 'comment.line.number-sign.caddyfile'],
      ['email', 'keyword.other.directive.caddyfile'],
      ['(upstream)', 'entity.name.function.snippet.caddyfile'],
      ['header_up', 'keyword.other.directive.caddyfile'],
      ['{remote_host}', 'variable.other.placeholder.caddyfile'],
      ['shop.example, ', 'entity.name.section.site.caddyfile'],
      ['https://www', 'entity.name.section.site.caddyfile'],
      ['two names', 'comment.line.number-sign.caddyfile'],
      ['@ws path', 'entity.name.tag.matcher.caddyfile'],
      ['reverse_proxy', 'keyword.other.directive.caddyfile'],
      ['@ws 127', 'entity.name.tag.matcher.caddyfile'],
      ['3000', 'constant.numeric.caddyfile'],
      ['import', 'keyword.control.caddyfile'],
      ['10m', 'constant.numeric.caddyfile'],
      ['tls1.2', 'constant.language.caddyfile'],
      ['a b', 'string.quoted.double.caddyfile'],
      ['{host}', 'variable.other.placeholder.caddyfile'],
      ['reverse_proxy is', 'string.unquoted.heredoc.caddyfile'],
      ['200', 'constant.numeric.caddyfile'],
      ['{$ROOT:/srv}', 'variable.other.placeholder.caddyfile'],
      ['wsslint-ignore', 'keyword.other.suppression.caddyfile'],
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

for (const name of Object.keys(expected) as GrammarName[]) {
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

it('what is not a comment for Apache and Caddy is none: a sign behind or inside a word', async () => {
  expect(scopesAt((await tokenizer('apacheconf'))(apache), '# no comment').join(' ')).not.toContain('comment');
  expect(scopesAt((await tokenizer('caddyfile'))(caddy), '#b').join(' ')).not.toContain('comment');
});

it('a Caddyfile with one site needs no braces', async () => {
  const lines = (await tokenizer('caddyfile'))('localhost\n\nreverse_proxy /ws/* 127.0.0.1:3000\n');
  expect(scopesAt(lines, 'localhost')).toContain('entity.name.section.site.caddyfile');
  expect(scopesAt(lines, 'reverse_proxy')).toContain('keyword.other.directive.caddyfile');
});

it('what is not a comment for stunnel is none: a sign behind a value', async () => {
  const lines = (await tokenizer('stunnel'))(stunnel);
  expect(scopesAt(lines, '; no comment').join(' ')).not.toContain('comment');
});

it('an unfinished PEM block ends where the next one begins', async () => {
  const lines = (await tokenizer('pem'))(pem);
  expect(scopesAt(lines, 'BBBB').filter((scope) => scope === 'meta.block.pem')).toHaveLength(1);
});
