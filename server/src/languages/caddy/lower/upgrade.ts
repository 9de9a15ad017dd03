/**
 * Owns whether handshakes get through a proxy. Caddy passes them on by itself; `header_up` is applied behind that
 * (modules/caddyhttp/reverseproxy/reverseproxy.go, prepareRequest), `request_header` before it.
 */
import { byDefault, DOCS } from '../../../facts/caddy.ts';
import type { OverHttp2 } from '../../../model/handshake.ts';
import type { Upgrade, UpgradeLoss } from '../../../model/model.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { scopesBelow } from '../../blocks/scope.ts';
import { lastOwn, own, placeOf, type Scope, shownLine, values } from '../scope.ts';
import { type HeaderLine, isFor, requestLines, upLines } from './header-lines.ts';
import { type ProxyLine, transportOf } from './proxies.ts';

/** Headers without which a handshake is none. */
const NEEDED = ['Connection', 'Upgrade', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'] as const;

/** What stands for the client's own value. */
const FORWARDED = /^\{(http\.request\.)?header\.(connection|upgrade)\}$/i;

/** The form of Caddy 1, which Caddy 2 sends as it stands. */
const OLD = /^\{>[\w-]+\}$/;

/** What a line makes of one needed header. */
function lossBy(line: HeaderLine, header: string, where: 'up' | 'request'): UpgradeLoss | undefined {
  if (!isFor(line, header)) return undefined;
  const base = { lost: 'request' as const, place: placeOf(line.entry), related: [] };
  const text = line.value.trim();
  if (line.kind === 'delete') {
    const message = `${shownLine(line.entry)} takes \`${header}\` out of the requests ${where === 'up' ? 'to the back end' : 'before they are handed on'}`;
    return { ...base, kind: 'deleted', message };
  }
  if (line.kind !== 'set' || FORWARDED.test(text)) return undefined;
  if (header === 'Upgrade') {
    if (/^websocket$/i.test(text) || (text.includes('{') && !OLD.test(text))) return undefined;
    return {
      ...base,
      kind: text === '' ? 'cleared' : 'wrong-value',
      message: `${shownLine(line.entry)} ${literally(text) ?? 'asks the back end for another protocol than `websocket`'}`,
    };
  }
  if (header !== 'Connection') return undefined;
  if (/(^|,)\s*upgrade\s*(,|$)/i.test(text)) return undefined;
  // Other placeholders may hold the word.
  if (text.includes('{') && !OLD.test(text)) return undefined;
  const kind = text === '' ? 'cleared' : 'wrong-value';
  const sent = literally(text) ?? 'replaces `Connection: Upgrade`';
  return { ...base, kind, message: `${shownLine(line.entry)} ${sent}` };
}

function literally(text: string): string | undefined {
  return text.startsWith('{>') ? `sends \`${text}\` literally, which is a placeholder of Caddy 1` : undefined;
}

/** The last line for a header decides; deletions come behind all others (headers.go, HeaderOps.ApplyTo: add, set, delete). */
function lossesIn(lines: readonly HeaderLine[], where: 'up' | 'request'): UpgradeLoss[] {
  return NEEDED.flatMap((header): UpgradeLoss[] => {
    const mine = lines.filter((line) => isFor(line, header));
    const deleted = mine.find(({ kind }) => kind === 'delete');
    const set = mine.findLast(({ kind }) => kind === 'set');
    const loss = [deleted, set].flatMap((line) => (line === undefined ? [] : (lossBy(line, header, where) ?? [])))[0];
    return loss === undefined ? [] : [loss];
  });
}

/** Lines that end a request in a block that is gone through in the place of an answer. */
const ENDS: ReadonlySet<string> = new Set(['respond', 'redir', 'error', 'abort', 'file_server']);
/** Lines that may bring the back end's 101 back, or another one. */
const BRINGS: ReadonlySet<string> = new Set(['copy_response', 'reverse_proxy', 'php_fastcgi', 'invoke']);

/** Whether a line for answers is certainly for a 101: it has no matcher, or one by status. */
function takesSwitching(word: string | undefined, scope: Scope): boolean {
  if (word === undefined) return true;
  const definition = own(scope, word).at(-1);
  if (definition === undefined || (definition.scope?.entries.length ?? 0) > 1) return false;
  const test = definition.scope?.entries[0] ?? definition;
  const words = test === definition ? values(test) : [test.name, ...values(test)];
  return words[0] === 'status' && words.slice(1).some((status) => status === '101' || status === '1xx');
}

/** The line that makes something else of the back end's 101; Caddy opens a tunnel only for what it copies itself (finalizeResponse). */
function replacedBy({ entry }: ProxyLine): UpgradeLoss[] {
  const { scope } = entry;
  for (const line of scope?.entries ?? []) {
    const [first] = values(line);
    const word = first?.startsWith('@') === true ? first : undefined;
    const isStatus = line.name === 'replace_status';
    if (scope === undefined || !(isStatus || line.name === 'handle_response') || !takesSwitching(word, scope)) continue;
    const inner = line.scope === undefined ? [] : scopesBelow(line.scope);
    const names = inner.flatMap(({ entries }) => entries.map(({ name }) => name));
    if (inner.some(({ holes }) => holes.length > 0) || names.some((name) => BRINGS.has(name))) return [];
    if (!isStatus && !(line.scope?.entries ?? []).some(({ name }) => ENDS.has(name))) return [];
    const message = isStatus
      ? `${shownLine(line)} gives the back end's 101 another status`
      : `${shownLine(line)} answers in the place of the back end, and \`copy_response\` is not in it`;
    return [{ kind: 'replaced', lost: 'answer', message, place: placeOf(line), related: [] }];
  }
  return [];
}

/** Whether requests go out over HTTP/2 in plain text, for which Caddy has no handshake (docs, transport http). */
export function http2Of(proxy: ProxyLine): { readonly setting: string; readonly place: Place } | undefined {
  const scheme = proxy.upstreams.find((upstream) => upstream.scheme === 'h2c');
  if (scheme !== undefined)
    return { setting: scheme.arg.value, place: { file: scheme.entry.file.id, span: scheme.arg.word.span } };
  const versions = lastOwn(transportOf(proxy.entry), 'versions');
  if (versions === undefined || !values(versions).includes('h2c') || isTls(proxy)) return undefined;
  return { setting: `versions ${values(versions).join(' ')}`, place: placeOf(versions) };
}

export function isTls(proxy: ProxyLine): boolean {
  if (proxy.upstreams.some(({ scheme }) => scheme === 'https')) return true;
  return (transportOf(proxy.entry)?.entries ?? []).some(({ name }) => name === 'tls' || name.startsWith('tls_'));
}

export function overHttp2Of(proxy: ProxyLine): OverHttp2 | undefined {
  const found = http2Of(proxy);
  return found === undefined ? undefined : { handshake: 'none', chosen: false, ...found };
}

export function upgradeOf(proxy: ProxyLine): Fact<Upgrade> {
  if (proxy.shadow !== undefined) return unknown('another line takes its requests');
  const http2 = http2Of(proxy);
  const losses: UpgradeLoss[] = [
    ...lossesIn(requestLines(proxy), 'request'),
    ...lossesIn(upLines(proxy), 'up'),
    ...replacedBy(proxy),
  ];
  if (http2 !== undefined) {
    const message = `\`${http2.setting}\` hands requests on over HTTP/2, which has no \`Upgrade\``;
    losses.push({ kind: 'http2', lost: 'request', message, place: http2.place, related: [] });
  }
  const origin =
    losses[0] === undefined
      ? byDefault(`${DOCS}/caddyfile/directives/reverse_proxy`)
      : { kind: 'written' as const, place: losses[0].place };
  // A line that came in with an import counts for whoever else imports it, too.
  const shared = [...requestLines(proxy), ...upLines(proxy)].some(({ entry }) => entry.via.length > 0);
  return known({ passes: losses.length === 0, losses, ...(shared ? { safety: 'behaviour' as const } : {}) }, origin);
}

/** The line by which all requests ask for an upgrade. */
export function alwaysAskedBy(proxy: ProxyLine): HeaderLine | undefined {
  const line = upLines(proxy).findLast((one) => one.kind === 'set' && isFor(one, 'Connection'));
  return line !== undefined && /(^|,)\s*upgrade\s*(,|$)/i.test(line.value) ? line : undefined;
}
