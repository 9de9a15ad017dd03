/** Owns `ws://` addresses in what servers that speak nothing but TLS send to browsers: policies, replaced text, `return`. */
import { writtenValue } from '../../../model/cipher-settings.ts';
import type { InsecureUrl } from '../../../model/insecure-urls.ts';
import type { Listener, SiteName } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { LOCAL_HOST } from '../../pages.ts';
import { isMasked } from '../mask.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, openerPlace, placeOfWord, scopesBelow, value } from '../scope.ts';
import type { Server } from './servers.ts';

const mentions = new WeakMap<NginxProject, boolean>();

/** Whether any file has such an address: nearly none has, and then nothing more is looked at. */
function isMentioned(project: NginxProject): boolean {
  let answer = mentions.get(project);
  if (answer === undefined) {
    answer = [...project.files.values()].some(({ file }) => /ws:\/\//i.test(file.text));
    mentions.set(project, answer);
  }
  return answer;
}

/** The site's own name. */
const OWN_NAME = /^\$\{?(?:host|http_host|server_name)\}?(?=[:/]|$)/;

/** Whether all names of a site are those of other machines than the browser's own. */
export function namesElsewhere(names: readonly SiteName[]): boolean {
  return names.length > 0 && names.every(({ name }) => /\.[a-z]/i.test(name) && !LOCAL_HOST.test(name));
}

/** Whether an address is one that browsers refuse; what stands for a host that is not known may be a local one. */
function isRefused(host: string, { names }: Server): boolean {
  if (OWN_NAME.test(host)) return namesElsewhere(names);
  return /^[\w.-]*[\w-]/.test(host) && !LOCAL_HOST.test(host) && !/^[\w.-]*\$/.test(host);
}

interface Match {
  /** Of `ws://` in the text. */
  readonly at: number;
  readonly url: string;
}

/** The addresses in a text at which `pattern` ends; its first group is what comes before the host. */
function addresses(text: string, pattern: RegExp, server: Server): Match[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const [whole, before = '', host = ''] = match;
    return isRefused(host, server) ? [{ at: match.index + before.length, url: whole.slice(before.length) }] : [];
  });
}

const ANYWHERE = /()ws:\/\/([^\s"'`<>;,)\\]+)/gi;
const IN_SCRIPT = /(new\s+WebSocket\(\s*["'`])ws:\/\/([^\s"'`<>\\]+)/gi;

/** The sources that a policy lets a page connect to. */
function connectSources(policy: string): string[] {
  const directives = policy.split(';').map((one) => one.trim().split(/\s+/));
  const named = (name: string) => directives.find(([first = '']) => first.toLowerCase() === name);
  return (named('connect-src') ?? named('default-src') ?? []).slice(1).map((one) => one.toLowerCase());
}

/** A policy that lets a page connect by `ws://` alone: `wss://` beside it shows that the page knows better. */
function inPolicy(policy: string, server: Server): Match[] {
  const sources = connectSources(policy);
  if (sources.some((source) => source === 'wss:' || source.startsWith('wss://'))) return [];
  return addresses(policy, ANYWHERE, server).filter(({ url }) => sources.includes(url.toLowerCase()));
}

/** What a directive sends to browsers: the index of its argument, the addresses in it, and what it is called. */
function sentBy(entry: Entry, server: Server): { index: number; found: Match[]; where: string } | undefined {
  const [first = '', second = ''] = entry.directive.wording.values;
  switch (entry.directive.wording.name) {
    case 'add_header':
      return first.toLowerCase() === 'content-security-policy'
        ? { index: 1, found: inPolicy(second, server), where: 'whatever `Content-Security-Policy` allows' }
        : undefined;
    case 'sub_filter':
      return { index: 1, found: addresses(second, ANYWHERE, server), where: 'which `sub_filter` writes into them' };
    case 'return':
      return /^2\d\d$/.test(first)
        ? { index: 1, found: addresses(second, IN_SCRIPT, server), where: 'which the script in `return` opens' }
        : undefined;
    default:
      return undefined;
  }
}

/** What makes browsers replace `ws://` by `wss://` (W3C Upgrade Insecure Requests), and variables that may hold it. */
const UPGRADE = /upgrade-insecure-requests|\$(?!\{?(?:host|http_host|server_name|request_id)\b)/i;

/** Whether browsers may replace the scheme themselves. */
function upgrades(entry: Entry): boolean {
  return (
    entry.directive.wording.name === 'add_header' &&
    value(entry)?.toLowerCase() === 'content-security-policy' &&
    UPGRADE.test(value(entry, 1) ?? '')
  );
}

function urlsOf(entry: Entry, server: Server): InsecureUrl[] {
  const sent = sentBy(entry, server);
  const word = sent === undefined ? undefined : entry.directive.args[sent.index];
  if (sent === undefined || word === undefined || isMasked(word.value)) return [];
  const raw = entry.file.text.slice(word.span.start, word.span.end);
  const written = writtenValue(entry.directive.wording.name, word.value, raw, placeOfWord(entry.file, word));
  return sent.found.map(({ at, url }) => {
    const place = written.part(at, at + url.length);
    const isExact = entry.file.text.slice(place.span.start, place.span.end) === url;
    const end = place.span.start + 2;
    const edits = () => [{ file: place.file, edits: [{ span: { start: end, end }, newText: 's' }] }];
    return {
      place,
      url,
      where: sent.where,
      offers: isExact
        ? [{ title: `Write \`wss${url.slice(2)}\``, safety: 'behaviour', remedy: { kind: 'edit', edits } }]
        : [],
    };
  });
}

const NONE = known<readonly InsecureUrl[]>([], {
  kind: 'default',
  versions: 'every version',
  source: 'https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header',
});

/** Only where every listener is known to speak TLS: a page in plain text may open what it likes. */
export function insecureUrlsOf(
  server: Server,
  listeners: readonly Listener[],
  project: NginxProject,
): Fact<readonly InsecureUrl[]> {
  if (!isMentioned(project)) return NONE;
  const origin = { kind: 'written' as const, place: openerPlace(server.scope) };
  const isSecure = listeners.every(({ tls }) => tls.known && tls.value);
  if (listeners.length === 0 || !isSecure || server.scope.holes.length > 0)
    return unknown('pages may come without TLS');
  const entries = scopesBelow(server.scope).flatMap((scope) => scope.entries);
  if (entries.some(upgrades)) return known([], origin);
  return known(
    entries.flatMap((entry) => urlsOf(entry, server)),
    origin,
  );
}
