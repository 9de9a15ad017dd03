/** Owns the question whether a file is an nginx configuration, by its name, its folder and its text. */
import type { FileId } from '../../files/host.ts';
import { basename } from '../../files/paths.ts';
import type { SourceFile } from '../../files/store.ts';
import type { Span } from '../../text/span.ts';

const OWN_NAMES = /^(nginx([-_.].*)?\.conf|.*\.nginx(conf|\.conf)?|nginx\.conf\.\w+)$/i;
const CONF_NAMES = /\.(conf|vhost|inc)(\.(sample|template|tmpl|tpl|example|dist|default|j2|erb|in))?$/i;
const FOLDERS =
  /(^|\/)(nginx|conf\.d|http\.d|stream\.d|sites-(available|enabled)|snippets|site-confs|proxy-confs|vhosts?(\.d)?)(\/|$)/i;
const SITES = /(^|\/)sites-(available|enabled)\/[^/]+$/;
const NOT_CONFIGURATION =
  /\.(md|txt|sh|ya?ml|json|js|ts|py|rb|php|html?|css|lua|pem|crt|cer|der|key|csr|crl|p7b|p12|pfx|log|bak|lock|toml|xml|png|cfg)$/i;

/** Lines that only nginx writes. */
const NGINX_LINE =
  /^[ \t]*(?:(?:http|events|stream|mail|server)\s*\{|(?:location|upstream|map|geo|split_clients|if)\s[^;{}\n]*\{|(?:listen|server_name|proxy_pass|proxy_set_header|proxy_http_version|proxy_read_timeout|ssl_certificate|ssl_certificate_key|ssl_protocols|ssl_ciphers|ssl|add_header|fastcgi_pass|fastcgi_param|worker_processes|worker_connections|include|root|try_files|return|rewrite|error_page|gzip|resolver|ssl_session_cache|ssl_dhparam|ssl_stapling|charset|access_log|error_log|auth_basic|client_max_body_size|proxy_redirect|keepalive_timeout|default_type|types|log_format)\s(?![ \t]*=)[^;{}]*;)/m;
/** Lines that nginx would not take and that other servers' files, and shell scripts, are full of. */
const OTHER_LINE =
  /^[ \t]*(?:[\w.-]+[ \t]*\(\)\s*\{|(?:fi|esac)[ \t]*;?$|<\/?[A-Z]\w+[^>]*>|\[[\w.:/ -]+\][ \t]*$|(?:frontend|backend|defaults|global)\b[^;{]*$|zone\s+"|options\s*\{|subnet\s)/m;

export function claimNginx(path: FileId, text: () => string): boolean {
  const name = basename(path);
  if (OWN_NAMES.test(name)) return true;
  if (NOT_CONFIGURATION.test(name)) return false;
  const named = CONF_NAMES.test(name) || SITES.test(path);
  if (!named && !(FOLDERS.test(path) && !name.includes('.'))) return false;
  const head = text().slice(0, 200_000);
  if (head.slice(0, 4096).includes('\u0000')) return false;
  return !head.startsWith('#!') && NGINX_LINE.test(head) && !OTHER_LINE.test(head);
}

/** Why a file is no text that nginx could read, if it is none. */
export function isTextForNginx(file: SourceFile): { readonly span: Span; readonly message: string } | undefined {
  if (!file.binary) return undefined;
  const at = Math.max(0, file.text.indexOf('\u0000'));
  return {
    span: { start: at, end: Math.min(at + 1, file.text.length) },
    message: 'This is no text file: it has a NUL byte here, and nginx cannot read it',
  };
}
