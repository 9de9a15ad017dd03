/** Owns what HAProxy used to know: since which version it warns about it, since which it refuses it, and what replaces it. */

/** Where a word stands: in a proxy section, in `global`, as a section of its own, or as a parameter of a `bind` line. */
export type RemovalContext = 'proxy' | 'global' | 'section' | 'bind';

/** How a line is rewritten; `undefined` where somebody has to think. */
export type Rewrite =
  /** The line goes: it does nothing any more. */
  | { readonly kind: 'remove' }
  /** These words take the place of the old ones, arguments stay. */
  | { readonly kind: 'replace'; readonly by: string; readonly since?: string }
  /** `reqadd Name:\ value` becomes `http-request add-header Name value`. */
  | { readonly kind: 'add-header'; readonly by: string }
  /** `reqidel ^Name:.*` becomes `http-request del-header Name`. */
  | { readonly kind: 'del-header'; readonly by: string };

export interface Removal {
  /** The words at the start of the line (behind `no`), or the parameter's name. */
  readonly words: string;
  readonly context: RemovalContext;
  /** It warns from here on. */
  readonly deprecatedIn: string | undefined;
  /** It refuses to start from here on. */
  readonly removedIn: string | undefined;
  readonly advice: string;
  readonly rewrite?: Rewrite;
  /** The rewritten line does just the same; otherwise only nearly. */
  readonly same?: boolean;
}

const remove: Rewrite = { kind: 'remove' };
const replace = (by: string, since?: string): Rewrite => ({
  kind: 'replace',
  by,
  ...(since === undefined ? {} : { since }),
});

/** Regular expressions over header lines, gone with the old HTTP engine (src/cfgparse-listen.c: "since HAProxy 2.1"). */
const HEADER_LINES: readonly (readonly [string, string, Rewrite?])[] = [
  ['reqadd', 'http-request add-header', { kind: 'add-header', by: 'http-request add-header' }],
  ['rspadd', 'http-response add-header', { kind: 'add-header', by: 'http-response add-header' }],
  ['reqdel', 'http-request del-header', { kind: 'del-header', by: 'http-request del-header' }],
  ['reqidel', 'http-request del-header', { kind: 'del-header', by: 'http-request del-header' }],
  ['rspdel', 'http-response del-header', { kind: 'del-header', by: 'http-response del-header' }],
  ['rspidel', 'http-response del-header', { kind: 'del-header', by: 'http-response del-header' }],
  ['reqrep', 'http-request replace-path` or `http-request replace-header'],
  ['reqirep', 'http-request replace-path` or `http-request replace-header'],
  ['rsprep', 'http-response replace-header'],
  ['rspirep', 'http-response replace-header'],
  ['reqdeny', 'http-request deny'],
  ['reqideny', 'http-request deny'],
  ['rspdeny', 'http-response deny'],
  ['rspideny', 'http-response deny'],
  ['reqallow', 'http-request allow'],
  ['reqiallow', 'http-request allow'],
  ['reqtarpit', 'http-request tarpit'],
  ['reqitarpit', 'http-request tarpit'],
  ['reqpass', 'http-request'],
  ['reqipass', 'http-request'],
];

/**
 * From the warnings and alerts of the sources (cfgparse-listen.c, cfgparse-global.c, cfgparse-ssl.c, proxy.c, listener.c,
 * mworker-prog.c), release by release. HAProxy's own message about `forceclose` and `http-tunnel` names an earlier version
 * than the one that began to refuse them: 2.0 to 2.4 only warn.
 */
export const REMOVALS: readonly Removal[] = [
  ...HEADER_LINES.map(
    ([words, by, rewrite]): Removal => ({
      words,
      context: 'proxy',
      deprecatedIn: '2.0',
      removedIn: '2.1',
      advice: `\`${by}\` takes its place`,
      ...(rewrite === undefined ? {} : { rewrite, same: true }),
    }),
  ),
  {
    words: 'block',
    context: 'proxy',
    deprecatedIn: undefined,
    removedIn: '2.1',
    advice: '`http-request deny` takes its place, with the same condition',
    rewrite: replace('http-request deny'),
  },
  {
    words: 'redispatch',
    context: 'proxy',
    deprecatedIn: undefined,
    removedIn: '2.1',
    advice: '`option redispatch` takes its place',
    rewrite: replace('option redispatch'),
    same: true,
  },
  {
    words: 'clitimeout',
    context: 'proxy',
    deprecatedIn: undefined,
    removedIn: '2.1',
    advice: '`timeout client` takes its place',
    rewrite: replace('timeout client'),
    same: true,
  },
  {
    words: 'srvtimeout',
    context: 'proxy',
    deprecatedIn: undefined,
    removedIn: '2.1',
    advice: '`timeout server` takes its place',
    rewrite: replace('timeout server'),
    same: true,
  },
  {
    words: 'contimeout',
    context: 'proxy',
    deprecatedIn: undefined,
    removedIn: '2.1',
    advice: '`timeout connect` takes its place',
    rewrite: replace('timeout connect'),
    same: true,
  },
  {
    words: 'appsession',
    context: 'proxy',
    deprecatedIn: undefined,
    removedIn: '1.6',
    advice: '`cookie` or a `stick-table` takes its place',
  },
  {
    words: 'monitor-net',
    context: 'proxy',
    deprecatedIn: undefined,
    removedIn: '2.3',
    advice: '`http-request return status 200 if { src … }` takes its place',
  },
  {
    words: 'option forceclose',
    context: 'proxy',
    deprecatedIn: '2.0',
    removedIn: '2.5',
    advice: '`option httpclose` has done the same since 2.0, and is seldom needed',
    rewrite: replace('option httpclose'),
    same: true,
  },
  {
    words: 'option http-tunnel',
    context: 'proxy',
    deprecatedIn: '2.1',
    removedIn: '2.5',
    advice: 'it does nothing since 2.1 and can go; upgraded connections are tunnels by themselves',
    rewrite: remove,
    same: true,
  },
  {
    words: 'option http-use-htx',
    context: 'proxy',
    deprecatedIn: '2.1',
    removedIn: '2.5',
    advice: 'it does nothing since 2.1 and can go',
    rewrite: remove,
    same: true,
  },
  {
    words: 'option http_proxy',
    context: 'proxy',
    deprecatedIn: undefined,
    removedIn: '2.5',
    advice: '`http-request set-dst` with `http-request set-uri` takes its place',
  },
  { words: 'grace', context: 'proxy', deprecatedIn: '2.3', removedIn: '2.5', advice: 'it can go', rewrite: remove },
  {
    words: 'bind-process',
    context: 'proxy',
    deprecatedIn: '2.5',
    removedIn: '2.7',
    advice: 'it does nothing since 2.5 and can go',
    rewrite: remove,
    same: true,
  },
  { words: 'process', context: 'bind', deprecatedIn: '2.5', removedIn: '2.7', advice: '`thread` takes its place' },
  {
    words: 'option accept-invalid-http-request',
    context: 'proxy',
    deprecatedIn: '3.1',
    removedIn: undefined,
    advice: '`option accept-unsafe-violations-in-http-request` takes its place',
    rewrite: replace('option accept-unsafe-violations-in-http-request', '3.1'),
    same: true,
  },
  {
    words: 'option accept-invalid-http-response',
    context: 'proxy',
    deprecatedIn: '3.1',
    removedIn: undefined,
    advice: '`option accept-unsafe-violations-in-http-response` takes its place',
    rewrite: replace('option accept-unsafe-violations-in-http-response', '3.1'),
    same: true,
  },
  {
    words: 'dispatch',
    context: 'proxy',
    deprecatedIn: '3.3',
    removedIn: '3.5',
    advice: 'a `server` with the same address takes its place',
    rewrite: replace('server dispatch'),
  },
  {
    words: 'transparent',
    context: 'proxy',
    deprecatedIn: '3.3',
    removedIn: '3.5',
    advice: 'a `server` with the address 0.0.0.0 takes its place',
  },
  {
    words: 'option transparent',
    context: 'proxy',
    deprecatedIn: '3.3',
    removedIn: '3.5',
    advice: 'a `server` with the address 0.0.0.0 takes its place',
  },
  {
    words: 'nbproc',
    context: 'global',
    deprecatedIn: '2.3',
    removedIn: '2.5',
    advice: 'threads are used by themselves, as many as there are processors',
    rewrite: remove,
  },
  {
    words: 'tune.chksize',
    context: 'global',
    deprecatedIn: '2.4',
    removedIn: '2.5',
    advice: 'it does nothing and can go: `tune.bufsize` is used',
    rewrite: remove,
    same: true,
  },
  {
    words: 'tune.ssl.capture-cipherlist-size',
    context: 'global',
    deprecatedIn: '2.5',
    removedIn: undefined,
    advice: '`tune.ssl.capture-buffer-size` takes its place',
    rewrite: replace('tune.ssl.capture-buffer-size', '2.5'),
    same: true,
  },
  {
    words: 'master-worker',
    context: 'global',
    deprecatedIn: '3.3',
    removedIn: '3.5',
    advice: 'start HAProxy with `-W` or `-Ws`',
  },
  {
    words: 'program',
    context: 'section',
    deprecatedIn: '3.1',
    removedIn: '3.3',
    advice: 'let the service manager start that program',
  },
];

/**
 * `no-sslv3`, `no-tlsv10`, … are still read, but the manual sends to `ssl-min-ver` and `ssl-max-ver` instead, and from 2.2
 * on, where TLSv1.2 is the default minimum, most of them change nothing (manual, "no-sslv3").
 */
export const VERSION_FLAGS_SINCE = '2.2';
