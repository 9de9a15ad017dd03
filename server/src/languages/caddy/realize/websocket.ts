/** Owns the edits that WebSocket routes need: lines that spoil the handshake go, limits and the Host are written. */
import type { FileEdits } from '../../../model/remedy.ts';
import { isFor, requestLines, upLines } from '../lower/header-lines.ts';
import { limitEntries } from '../lower/idle.ts';
import { type ProxyLine, transportOf } from '../lower/proxies.ts';
import { durationText } from '../lower/time.ts';
import { alwaysAskedBy, http2Of, upgradeOf } from '../lower/upgrade.ts';
import { type Entry, lastOwn, values } from '../scope.ts';
import { byFile, insertInBlock, type PlacedEdit, removeLine, removeLines, replaceArg, replaceArgs } from './layout.ts';

/** Takes the lines away at which the handshake is lost: Caddy passes it on by itself. */
export function forwardUpgrade(proxy: ProxyLine): FileEdits[] | undefined {
  const upgrade = upgradeOf(proxy);
  if (!upgrade.known || upgrade.value.losses.some(({ kind }) => kind === 'replaced')) return undefined;
  const lines = [...requestLines(proxy), ...upLines(proxy)];
  const mine: Entry[] = [];
  const edits: PlacedEdit[] = [];
  for (const { place, kind } of upgrade.value.losses) {
    if (kind === 'http2') continue;
    const line = lines.find(
      ({ entry }) => entry.file.id === place.file && entry.directive.head.start === place.span.start,
    );
    if (line === undefined) return undefined;
    if (line.entry.name === 'header_up') mine.push(line.entry);
    else edits.push(...removeLine(line.entry));
  }
  const http = http2Of(proxy) === undefined ? [] : http11Edits(proxy);
  const lost = mine.length === 0 ? [] : removeLines(proxy.entry, mine);
  return http === undefined ? undefined : byFile([...edits, ...lost, ...http]);
}

function http11Edits(proxy: ProxyLine): PlacedEdit[] | undefined {
  const schemes = proxy.upstreams.filter(({ scheme }) => scheme === 'h2c');
  const edits: (PlacedEdit | undefined)[] = schemes.map(({ arg, entry }) =>
    replaceArg(entry, entry.args.indexOf(arg), arg.value.replace(/^h2c:/, 'http:')),
  );
  const versions = lastOwn(transportOf(proxy.entry), 'versions');
  if (versions !== undefined && values(versions).includes('h2c'))
    edits.push(...(replaceArgs(versions, 0, ['1.1']) ?? [undefined]));
  return edits.some((edit) => edit === undefined) ? undefined : edits.flatMap((edit) => edit ?? []);
}

export function useHttp11(proxy: ProxyLine): FileEdits[] | undefined {
  const edits = http11Edits(proxy);
  return edits === undefined || edits.length === 0 ? undefined : byFile(edits);
}

/** A limit that is shorter is raised; there is none that would have to be added. */
export function setIdleLimit(proxy: ProxyLine, seconds: number): FileEdits[] | undefined {
  const { read, stream } = limitEntries(proxy);
  const edits = [read, stream].flatMap((entry: Entry | undefined) => {
    if (entry === undefined) return [];
    return replaceArg(entry, 0, durationText(seconds)) ?? [];
  });
  return edits.length === 0 ? undefined : byFile(edits);
}

/** The line that writes it is rewritten; without one, Caddy's own choice is overruled. */
export function forwardHost(proxy: ProxyLine): FileEdits[] | undefined {
  const text = '{hostport}';
  const line = upLines(proxy).findLast((one) => isFor(one, 'Host'));
  const edit =
    line === undefined
      ? insertInBlock(proxy.entry, [`header_up Host ${text}`])
      : replaceArg(line.entry, line.index, text);
  return edit === undefined ? undefined : byFile([edit]);
}

/** Without the lines Caddy asks when the client asks. */
export function askWhenAsked(proxy: ProxyLine): FileEdits[] | undefined {
  const line = alwaysAskedBy(proxy);
  if (line === undefined) return undefined;
  const upgrade = upLines(proxy).filter((one) => one.kind === 'set' && isFor(one, 'Upgrade'));
  return byFile(
    removeLines(
      proxy.entry,
      [line, ...upgrade].map(({ entry }) => entry),
    ),
  );
}
