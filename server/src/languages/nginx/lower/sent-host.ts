/** Owns the Host that a back end gets: `$proxy_host` unless `proxy_set_header` says otherwise (docs, proxy_set_header). */
import type { SentHost } from '../../../model/handshake.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { remembered } from '../../../text/names.ts';
import { isMasked } from '../mask.ts';
import { type Entry, nearest, originOf, type Scope, value } from '../scope.ts';

const SOURCE = 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header';

const UNSET: Origin = { kind: 'default', versions: 'every version', source: SOURCE };

/** The host in `proxy_pass`, with its port; undefined where variables make it up. */
function upstreamHost(pass: Entry): string | undefined {
  const text = value(pass) ?? '';
  return text.includes('$') || isMasked(text) ? undefined : /^https?:\/\/([^/?]*)/i.exec(text)?.[1];
}

/** Whether a back end has a name of its own in the DNS: two labels at least, and no address. */
function isOtherSite(pass: Entry): boolean {
  const name = upstreamHost(pass)?.replace(/:\d+$/, '') ?? '';
  return /^[\w-]+(\.[\w-]+)*\.[a-z][\w-]*$/i.test(name) && !/\.(local|internal|lan|localdomain|localhost)$/i.test(name);
}

const kindOf = remembered((text): SentHost['kind'] | undefined => {
  switch (text.replace(/\$\{(\w+)\}/g, '$$$1')) {
    case '$http_host':
    case '$host:$server_port':
      return 'client';
    case '$host':
      return 'without-port';
    case '$proxy_host':
      return 'upstream';
    default:
      return text === '' || text.includes('$') || isMasked(text) ? undefined : 'fixed';
  }
});

/** What only a finding needs is worked out when there is one. */
class LineHost implements SentHost {
  constructor(
    readonly kind: SentHost['kind'],
    readonly text: string,
    private readonly pass: Entry,
    private readonly lines: readonly Entry[],
  ) {}

  get otherSite(): boolean {
    return isOtherSite(this.pass);
  }

  get forwardedAs(): string | undefined {
    return forwardedAs(this.lines);
  }
}

function isHost(entry: Entry): boolean {
  const name = value(entry);
  return name?.length === 4 && name.toLowerCase() === 'host';
}

/** The name of the header beside Host that proxies usually put the client's into, as it is written, where a line does so. */
function forwardedAs(lines: readonly Entry[]): string | undefined {
  const line = lines.find((entry) => value(entry)?.toLowerCase() === 'x-forwarded-host');
  const name = line === undefined ? undefined : value(line);
  const kind = line === undefined ? undefined : kindOf(value(line, 1) ?? '');
  return kind === 'client' || kind === 'without-port' ? name : undefined;
}

/** What a block whose requests go to a back end sends as Host. */
export function sentHost(scope: Scope, pass: Entry): Fact<SentHost> {
  const level = nearest(scope, 'proxy_set_header');
  if (level.kind === 'hidden') return unknown(level.hole.why);
  const lines = level.kind === 'found' ? level.entries : [];
  const [line, ...more] = lines.filter(isHost);
  if (line === undefined || level.kind !== 'found') {
    if (level.kind === 'found' && level.hole !== undefined) return unknown(level.hole.why);
    if (upstreamHost(pass) === undefined) return unknown('the address of the back end is not known before a request');
    return known(new LineHost('upstream', '$proxy_host', pass, lines), UNSET);
  }
  const text = value(line, 1) ?? '';
  const kind = kindOf(text);
  if (kind === undefined) return unknown(`\`${text}\` is not known before a request`);
  if (more.length > 0) return unknown('`Host` is set twice');
  return known(new LineHost(kind, text, pass, lines), originOf(scope, level.scope, line));
}
