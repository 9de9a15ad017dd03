/** Owns forwarding the upgrade: both headers at the right level, what was inherited repeated, the `map` where it is missing. */

import type { Route } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { onlyLine } from '../lower/asking.ts';
import { type Entry, nearest, own, type Scope, settingLevel, value } from '../scope.ts';
import { variablesIn } from '../syntax/variables.ts';
import { insertLines, isHeader, type Located, written } from './headers.ts';
import type { RealizeContext } from './index.ts';
import { byFile, replaceArgs } from './layout.ts';
import { insertInHttp, insertUpgradeMap, upgradeMap, WEBSOCKET_UPGRADE, webSocketMap } from './variable.ts';

const HEADERS = ['Upgrade', 'Connection'] as const;

/** The variable for `Connection`, and the edit that defines it where nothing does. */
function connectionValue(level: Scope, context: RealizeContext): { text: string; map: Located | undefined } {
  const { project, variables } = context;
  const usual = 'connection_upgrade';
  const good = (name: string): boolean => {
    const worth = variables.evaluate(`$${name}`, level);
    return worth.known && worth.values.every((one) => one.toLowerCase() === 'upgrade');
  };
  for (const name of [usual, ...mapsOfUpgrade(context)]) {
    if (variables.maps(name).length > 0 && good(name)) return { text: `$${name}`, map: undefined };
  }
  // A part of a configuration that uses the variable elsewhere has its map somewhere outside.
  if (project.role === 'fragment' && project.root.text.includes(`$${usual}`))
    return { text: `$${usual}`, map: undefined };
  const map = variables.defines(usual) ? undefined : insertUpgradeMap(usual, project);
  return map === undefined ? { text: '"upgrade"', map: undefined } : { text: `$${usual}`, map };
}

/** The variables that are mapped from `$http_upgrade` alone. */
function mapsOfUpgrade(context: RealizeContext): string[] {
  const http = own(context.project.main, 'http')[0]?.scope ?? context.project.main;
  return own(http, 'map').flatMap((map) => {
    const source = variablesIn(value(map) ?? '');
    const target = value(map, 1)?.replace(/^\$/, '');
    return source.length === 1 && source[0]?.name === 'http_upgrade' && target !== undefined ? [target] : [];
  });
}

/** The variables for both headers, and the edit that defines those that are missing. */
interface Values {
  readonly upgrade: string;
  readonly connection: string;
  readonly map: Located | undefined;
}

/** Those with which no protocol but WebSocket passes; `connects`: the value for `Connection` will be used. */
function onlyWebSocketValues(level: Scope, context: RealizeContext, connects: boolean): Values | undefined {
  const { project, variables } = context;
  const isThere = variables.maps(WEBSOCKET_UPGRADE).length > 0;
  if (!isThere && variables.defines(WEBSOCKET_UPGRADE)) return undefined;
  const { text, map: one } = connectionValue(level, context);
  const isNew = connects && one !== undefined;
  const map = insertInHttp(project, (step) => [
    ...(isThere ? [] : webSocketMap(step)),
    ...(isNew ? upgradeMap(text.slice(1), project, step, WEBSOCKET_UPGRADE) : []),
  ]);
  if (!isThere && map === undefined) return undefined;
  return { upgrade: `$${WEBSOCKET_UPGRADE}`, connection: text, map: isThere && !isNew ? undefined : map };
}

function anyProtocolValues(level: Scope, context: RealizeContext, connects: boolean): Values {
  const { text, map } = connectionValue(level, context);
  return { upgrade: '$http_upgrade', connection: text, map: connects ? map : undefined };
}

/** `only`: no upgrade but that to WebSocket. */
export function forwardUpgrade(route: Route, context: RealizeContext, only: boolean): FileEdits[] | undefined {
  const source = context.routeSource(route);
  if (source === undefined || !route.upgrade.known) return undefined;
  const level = settingLevel(source.scope);
  const found = nearest(level, 'proxy_set_header');
  if (found.kind === 'hidden') return undefined;
  const edits: Located[] = [];
  const lines: string[] = [];

  if (level.holes.length === 0 && otherVersion(level, route)) {
    const version = own(level, 'proxy_http_version')[0];
    if (version === undefined) lines.push('proxy_http_version 1.1;');
    else edits.push({ file: version.file, edit: replaceArgs(version.directive, 0, '1.1') });
  }
  const mine = found.kind === 'found' && found.scope === level ? found.entries : [];
  const outer = mine.length > 0 ? outerHeaders(level) : [];
  const bad = HEADERS.filter(
    (name) => !mine.some((entry) => isHeader(entry, name) && asksAt(entry, name, level, context)),
  );
  // Where a line passes any protocol on, websocket-any-upgrade narrows it.
  if (only && !bad.includes('Upgrade')) return undefined;
  const lostOf = (name: (typeof HEADERS)[number]): Entry | undefined =>
    only && name === 'Upgrade'
      ? undefined
      : outer.find((entry) => isHeader(entry, name) && passesAt(entry, name, level, context));
  const connects = bad.includes('Connection') && lostOf('Connection') === undefined;
  const values = (only ? onlyWebSocketValues : anyProtocolValues)(level, context, connects);
  if (values === undefined) return undefined;
  for (const name of bad) {
    const lost = lostOf(name);
    const text = lost !== undefined ? rawValue(lost) : name === 'Upgrade' ? values.upgrade : values.connection;
    const first = mine.find((entry) => isHeader(entry, name));
    const removedByInclude = first !== undefined && first.via.length > 0 && value(first, 1) === '';
    if (first === undefined || removedByInclude) lines.push(`proxy_set_header ${name} ${text};`);
    else edits.push({ file: first.file, edit: replaceArgs(first.directive, 1, text) });
  }
  if (found.kind === 'found' && found.scope !== level) {
    for (const entry of found.entries)
      if (!HEADERS.some((name) => isHeader(entry, name))) lines.push(`${written(entry)};`);
  }
  if (lines.length > 0) {
    const insertion = insertLines(level, mine, lines);
    if (insertion === undefined) return undefined;
    edits.push(insertion);
  }
  if (values.map !== undefined) edits.unshift(values.map);
  return byFile(edits);
}

/** `Connection` by a `map`, on the line that sets it for this route, in the place of a text for all requests. */
export function askWhenAsked(route: Route, context: RealizeContext): FileEdits[] | undefined {
  const source = context.routeSource(route);
  const line = source === undefined ? undefined : onlyLine(source.scope, 'Connection')?.line;
  // Configurations that include the same file may lack the `map`.
  if (line === undefined || line.via.length > 0) return undefined;
  const { text, map } = connectionValue(source?.scope ?? context.project.main, context);
  if (!text.startsWith('$')) return undefined;
  const edit = { file: line.file, edit: replaceArgs(line.directive, 1, text) };
  return byFile(map === undefined ? [edit] : [map, edit]);
}

/** `Upgrade` by a `map` that knows one protocol, on the line that sets it for this route. */
export function onlyWebSocket(route: Route, context: RealizeContext): FileEdits[] | undefined {
  const source = context.routeSource(route);
  const line = source === undefined ? undefined : onlyLine(source.scope, 'Upgrade')?.line;
  if (line === undefined || line.via.length > 0) return undefined;
  const isThere = context.variables.maps(WEBSOCKET_UPGRADE).length > 0;
  const map = isThere ? undefined : insertInHttp(context.project, webSocketMap);
  if (!isThere && map === undefined) return undefined;
  const edit = { file: line.file, edit: replaceArgs(line.directive, 1, `$${WEBSOCKET_UPGRADE}`) };
  return byFile(map === undefined ? [edit] : [map, edit]);
}

function outerHeaders(level: Scope): readonly Entry[] {
  for (let at = level.parent; at !== undefined; at = at.parent) {
    const entries = own(at, 'proxy_set_header');
    if (entries.length > 0) return entries;
  }
  return [];
}

/** Whether a line carries the header in every case, perhaps with other protocols beside it. */
function asksAt(entry: Entry, name: (typeof HEADERS)[number], level: Scope, context: RealizeContext): boolean {
  const worth = context.variables.evaluate(value(entry, 1) ?? '', level);
  const wanted = name === 'Upgrade' ? 'websocket' : 'upgrade';
  return worth.known && worth.values.every((one) => one.toLowerCase().includes(wanted));
}

function passesAt(entry: Entry, name: (typeof HEADERS)[number], level: Scope, context: RealizeContext): boolean {
  const worth = context.variables.evaluate(value(entry, 1) ?? '', level);
  return (
    worth.known && worth.values.every((one) => one.toLowerCase() === (name === 'Upgrade' ? 'websocket' : 'upgrade'))
  );
}

function rawValue(entry: Entry): string {
  const word = entry.directive.args[1];
  return word === undefined ? '""' : entry.file.text.slice(word.span.start, word.span.end);
}

/** Whether HTTP/1.0 or HTTP/2 goes to the back end, or HTTP/1.0 may go there because nothing says otherwise. */
function otherVersion(level: Scope, { backendHttp }: Route): boolean {
  if (backendHttp.known) return backendHttp.value !== '1.1';
  return nearest(level, 'proxy_http_version').kind === 'absent';
}
