/** Owns redirected handshakes: the slash that nginx adds, and `return` and `rewrite` where a WebSocket is asked for. */
import type { HandshakeRedirect } from '../../../model/handshake.ts';
import type { Listener } from '../../../model/model.ts';
import { namedPath, suspectPath } from '../../../model/websocket.ts';
import { isMasked } from '../mask.ts';
import { byFile } from '../realize/layout.ts';
import {
  type Entry,
  holeFor,
  openerPlace,
  own,
  placeOfWord,
  placeOfWords,
  type Scope,
  scopeWord,
  value,
} from '../scope.ts';
import { chooseLocation, type Location, locationsOf } from './locations.ts';
import type { MadeRoute } from './other-routes.ts';
import { regex } from './values.ts';

type Evidence = HandshakeRedirect['webSocket'];

/** What the rewrite lines of a block do with a path: nginx runs them in their order (docs, ngx_http_rewrite_module). */
type Outcome =
  | { readonly kind: 'redirect'; readonly entry: Entry; readonly status: number; readonly to: string }
  | { readonly kind: 'passes' }
  | { readonly kind: 'unknown' };

const PASSES: Outcome = { kind: 'passes' };
const UNKNOWN: Outcome = { kind: 'unknown' };
const ADDRESS = /^(https?:\/\/|\$scheme)/;

/** Whether an `if` only answers some requests, so that the others go on behind it. */
function onlyAnswers(entry: Entry): boolean {
  const asks = entry.directive.wording.values.join(' ');
  const inside = entry.scope?.entries ?? [];
  return !/upgrade|connection/i.test(asks) && inside.every(({ directive }) => directive.wording.name === 'return');
}

function returned(entry: Entry): Outcome {
  const [first = '', second] = entry.directive.wording.values;
  if (isMasked(first) || (second !== undefined && isMasked(second))) return UNKNOWN;
  if (second === undefined) return ADDRESS.test(first) ? { kind: 'redirect', entry, status: 302, to: first } : PASSES;
  return /^30[12378]$/.test(first) ? { kind: 'redirect', entry, status: Number(first), to: second } : PASSES;
}

/** Undefined where a `rewrite` leaves the path alone. */
function rewritten(entry: Entry, path: string): Outcome | undefined {
  const [pattern = '', to = '', flag] = entry.directive.wording.values;
  if (isMasked(pattern) || isMasked(to)) return UNKNOWN;
  const matches = regex(`~${pattern}`)?.test(path);
  if (matches === false) return undefined;
  if (matches === undefined) return UNKNOWN;
  if (flag === 'permanent') return { kind: 'redirect', entry, status: 301, to };
  return flag === 'redirect' || ADDRESS.test(to) ? { kind: 'redirect', entry, status: 302, to } : UNKNOWN;
}

function outcomeOf(scope: Scope, path: string): Outcome {
  if (holeFor(scope, 'rewrite') !== undefined) return UNKNOWN;
  for (const entry of scope.entries) {
    switch (entry.directive.wording.name) {
      case 'return':
        return returned(entry);
      case 'rewrite': {
        const outcome = rewritten(entry, path);
        if (outcome !== undefined) return outcome;
        break;
      }
      case 'break':
        return UNKNOWN;
      case 'if':
        if (!onlyAnswers(entry)) return UNKNOWN;
        break;
    }
  }
  return PASSES;
}

/** A path that WebSocket clients ask for. */
interface Asked {
  readonly path: string;
  readonly webSocket: Evidence;
  /** The location that it is known from. */
  readonly location: Location;
}

const bare = (path: string) => (path.endsWith('/') ? path.replace(/\/+$/, '') : path);

/** The paths of a server's WebSockets: those of its locations, and those that the settings spell out. */
function askedPaths(server: Scope, routes: readonly MadeRoute[], webSocketPaths: readonly string[]): Asked[] {
  const named = webSocketPaths.length === 0 ? webSocketPaths : webSocketPaths.filter((path) => bare(path) !== '');
  const out: Asked[] = [];
  for (const location of locationsOf(server)) {
    const { modifier, path } = location;
    if (path === '/' || (modifier !== '' && modifier !== '=' && modifier !== '^~')) continue;
    if (bare(path) === '' || isMasked(path)) continue;
    const evidence = evidenceOf(location, routes, named);
    if (evidence === undefined) continue;
    out.push({ path, webSocket: evidence, location });
    for (const one of new Set(named.filter((name) => name !== path && bare(name) === bare(path)).map(bare)))
      if (one !== path) out.push({ path: one, webSocket: evidence, location });
  }
  return out;
}

function evidenceOf(
  { scope, path }: Location,
  routes: readonly MadeRoute[],
  named: readonly string[],
): Evidence | undefined {
  if (namedPath(path, named)) return { level: 'certain', why: 'the settings name its path' };
  const made = routes.find((one) => one[1].scope === scope && one[1].pass.name === 'proxy_pass');
  if (made !== undefined) return made[0].webSocket.level === 'none' ? undefined : made[0].webSocket;
  const why = suspectPath(path);
  return why === undefined ? undefined : { level: 'suspected', why };
}

/** Whether something may send requests elsewhere, or nginx itself may add the slash to a path. */
function mayRedirect(server: Scope, webSocketPaths: readonly string[]): boolean {
  const { hides, names } = server.vocabulary;
  if (hides || names.has('return') || names.has('rewrite') || webSocketPaths.length > 0) return true;
  const locations = locationsOf(server);
  return locations.some(({ path }) => path !== '/' && locations.some((other) => other.path === `${path}/`));
}

/** The redirected handshakes of a server. What cannot be seen redirects nothing. */
export function redirectsOf(
  server: Scope,
  routes: readonly MadeRoute[],
  listeners: readonly Listener[],
  webSocketPaths: readonly string[],
): HandshakeRedirect[] {
  const plain = !listeners.some(({ tls }) => !tls.known || tls.value);
  if (!mayRedirect(server, webSocketPaths)) return [];
  return askedPaths(server, routes, webSocketPaths).flatMap((asked) => {
    const before = outcomeOf(server, asked.path);
    if (before.kind === 'unknown') return [];
    if (before.kind === 'redirect') return written(before, asked, `every request to \`${scopeWord(server)}\``, plain);
    const choice = chooseLocation(server, asked.path);
    if (choice.kind === 'unknown') return [];
    if (choice.kind === 'slash') return [slash(choice.location, asked)];
    const after = outcomeOf(choice.scope, asked.path);
    if (after.kind !== 'redirect') return [];
    return written(after, asked, `what \`${scopeWord(choice.scope)}\` takes`, plain);
  });
}

function written(
  { entry, status, to }: Extract<Outcome, { kind: 'redirect' }>,
  { path, webSocket, location }: Asked,
  whose: string,
  plain: boolean,
): HandshakeRedirect[] {
  // Browsers ask for `wss://` where the page came over TLS, so the plain site never sees a handshake.
  if (plain && to.startsWith('https:')) return [];
  // `/chat` to `/chat/` is for people who type it.
  if (webSocket.level === 'suspected' && to.replace(/\$is_args\$args$/, '').endsWith(`${path}/`)) return [];
  const place = placeOfWords(entry);
  const own = openerPlace(location.scope);
  const inside = place.file === own.file && location.scope.entries.includes(entry);
  return [
    {
      path,
      webSocket,
      status,
      to,
      why: `\`${entry.directive.wording.name}\` redirects ${whose}`,
      place,
      related: inside ? [] : [{ place: own, message: `\`${scopeWord(location.scope)}\` is for the WebSocket` }],
      offers: [],
    },
  ];
}

function slash(location: Location, { path, webSocket }: Asked): HandshakeRedirect {
  const { entry, modifier, scope } = location;
  const word = entry.directive.args[entry.directive.wording.values.length - 1];
  const place = word === undefined ? openerPlace(scope) : placeOfWord(entry.file, word);
  // With a path of its own, `proxy_pass` puts it in the place of what the location matches.
  const keepsPath = own(scope, 'proxy_pass').some((pass) => /^https?:\/\/[^/$]*$/.test(value(pass) ?? ''));
  const remedy = {
    kind: 'edit' as const,
    edits: () =>
      word === undefined
        ? undefined
        : byFile([{ file: entry.file, edit: { span: { start: word.span.end - 1, end: word.span.end }, newText: '' } }]),
  };
  const plainWord = word !== undefined && entry.file.text[word.span.end - 1] === '/';
  return {
    path,
    webSocket,
    status: 301,
    to: location.path,
    why: `nginx adds the slash at the end of \`${scopeWord(scope)}\` by a redirect`,
    place,
    related: [],
    offers:
      keepsPath && plainWord && modifier !== '='
        ? [{ title: `Take \`${path}\` as well, without a redirect`, safety: 'behaviour', remedy }]
        : [],
  };
}
