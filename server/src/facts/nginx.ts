/** Owns what nginx does by itself, by version. "docs" is nginx.org/en/docs, "changes" nginx.org/en/CHANGES. */
import type { TlsVersion } from '../model/model.ts';
import { type Fact, known, unknown } from '../model/origin.ts';
import { atLeast, type Target } from '../model/target.ts';

const CHANGES = 'https://nginx.org/en/CHANGES';
const PROXY = 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html';
const SSL = 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html';

/** Seconds; the same in every version (docs, proxy_read_timeout). */
export const PROXY_READ_TIMEOUT: Fact<number> = known(60, {
  kind: 'default',
  versions: 'every version',
  source: `${PROXY}#proxy_read_timeout`,
});

/** Seconds; the same for uwsgi and SCGI in every version (docs, uwsgi_read_timeout). */
export const UWSGI_READ_TIMEOUT: Fact<number> = known(60, {
  kind: 'default',
  versions: 'every version',
  source: 'https://nginx.org/en/docs/http/ngx_http_uwsgi_module.html#uwsgi_read_timeout',
});

/** Seconds without data from either side, in every version (docs, stream proxy_timeout). */
export const STREAM_TIMEOUT: Fact<number> = known(600, {
  kind: 'default',
  versions: 'every version',
  source: 'https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html#proxy_timeout',
});

/** HTTP/1.0 before 1.29.7, HTTP/1.1 from then on (changes 1.29.7). */
export function proxyHttpVersion(target: Target): Fact<'1.0' | '1.1'> {
  const modern = atLeast(target, 'nginx', '1.29.7');
  if (modern === undefined) return unknown('the default of `proxy_http_version` depends on the nginx version');
  return known(modern ? '1.1' : '1.0', {
    kind: 'default',
    versions: modern ? 'nginx 1.29.7 and newer' : 'nginx before 1.29.7',
    source: `${PROXY}#proxy_http_version`,
  });
}

/** TLSv1 to TLSv1.2, with TLSv1.3 from 1.23.4, without TLSv1 and TLSv1.1 from 1.27.3 (changes). */
export function sslProtocols(target: Target): Fact<readonly TlsVersion[]> {
  const two = atLeast(target, 'nginx', '1.27.3');
  const three = atLeast(target, 'nginx', '1.23.4');
  if (two === undefined || three === undefined) {
    return unknown('the default of `ssl_protocols` depends on the nginx version');
  }
  const origin = (versions: string) => ({ kind: 'default' as const, versions, source: `${SSL}#ssl_protocols` });
  if (two) return known(['TLSv1.2', 'TLSv1.3'], origin('nginx 1.27.3 and newer'));
  if (three) return known(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], origin('nginx 1.23.4 to 1.27.2'));
  return known(['TLSv1', 'TLSv1.1', 'TLSv1.2'], origin('nginx 1.9.1 to 1.23.3'));
}

/** Where the versions of `ssl on` and `listen … http2` are from. */
export const REMOVALS = {
  sslOn: { deprecatedIn: '1.15.0', removedIn: '1.25.1', source: CHANGES },
  listenHttp2: { deprecatedIn: '1.25.1', removedIn: undefined, source: CHANGES },
  spdy: { deprecatedIn: '1.9.5', removedIn: '1.9.5', source: CHANGES },
} as const;

/** Directives whose values are lists over one level: set at a level, they replace what came from outside (docs). */
export const ARRAY_DIRECTIVES: ReadonlySet<string> = new Set([
  'proxy_set_header',
  'add_header',
  'ssl_certificate',
  'ssl_certificate_key',
]);

/**
 * Files that come with nginx or with certbot and are the same everywhere: which directives they hold.
 * One that is not there hides nothing else.
 */
export const KNOWN_FILES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(^|\/)mime\.types$/, ['types']],
  [
    /(^|\/)(fastcgi_params|fastcgi\.conf|fastcgi-php\.conf)$/,
    ['fastcgi_param', 'fastcgi_split_path_info', 'try_files', 'set', 'fastcgi_index'],
  ],
  [/(^|\/)uwsgi_params$/, ['uwsgi_param']],
  [/(^|\/)scgi_params$/, ['scgi_param']],
  [/(^|\/)(koi-utf|koi-win|win-utf)$/, ['charset_map']],
  [/(^|\/)modules-enabled\/[^/]*$/, ['load_module']],
  [/(^|\/)modules\/[^/]*\.conf$/, ['load_module']],
  [
    /(^|\/)options-ssl-nginx\.conf$/,
    [
      'ssl_session_cache',
      'ssl_session_timeout',
      'ssl_session_tickets',
      'ssl_protocols',
      'ssl_prefer_server_ciphers',
      'ssl_ciphers',
    ],
  ],
];
