/** Owns headers by which `RequestHeader` tells a back end who the client is, and requests on which the client can write them. */
import type { SpoofableIdentity } from '../../../model/client-certificates.ts';
import type { Route, Site } from '../../../model/model.ts';
import { hostsOf } from '../../blocks/hosts.ts';
import type { ApacheProject } from '../project.ts';
import { byFile, linesBefore } from '../realize/layout.ts';
import { type Entry, holeFor, own, placeOf, type Scope, sectionsOf, value, values } from '../scope.ts';
import { levelsFor } from './handshake.ts';
import { isLocation, locationMatcher } from './passes.ts';
import type { RouteSource } from './routes.ts';

/** What certificates come to in values and in conditions (docs, mod_ssl, environment variables). */
const IDENTITY = /SSL_CLIENT_|ssl-verify-client/i;

/** What a line does to the client's own header: it is gone afterwards, it may still be there, or only the server knows. */
type Effect = 'overwrites' | 'leaves' | 'unclear';

interface HeaderLine {
  readonly entry: Entry;
  readonly name: string;
  readonly key: string;
  readonly tells: boolean;
  readonly effect: Effect;
  /** How it is written, where it leaves the client's header: `add`, `set … expr=…`. */
  readonly why: string;
}

/** A route with the lines that count for its requests, as mod_headers runs them: from the outermost level inwards. */
interface Hop {
  readonly route: Route;
  readonly source: RouteSource;
  readonly entry: Entry;
  readonly lines: readonly HeaderLine[];
}

/** `verified`: no request comes without a certificate that was verified. */
function lineOf(entry: Entry, verified: boolean): HeaderLine | undefined {
  const [action = '', name = '', text = ''] = values(entry);
  const word = action.toLowerCase();
  const condition = word === 'unset' ? text : (value(entry, 3) ?? '');
  const isConditional = condition !== '' && !/^early$/i.test(condition);
  const always = !isConditional || (verified && IDENTITY.test(condition));
  const replaces = word === 'set' || word === 'unset';
  const effect: Effect =
    replaces && always ? 'overwrites' : isConditional && !IDENTITY.test(condition) ? 'unclear' : 'leaves';
  const tells = word !== 'unset' && IDENTITY.test(text);
  return name === '' ? undefined : { entry, name, key: name.toLowerCase(), tells, effect, why: word };
}

/** Sections that may count for all requests of a route; a location that does not cover its path leaves some out. */
function mayOverwrite(section: Scope, levels: readonly Scope[]): boolean {
  if (levels.includes(section) || own(section, 'requestheader').length === 0) return false;
  return !isLocation(section) || locationMatcher(section).kind === 'regex';
}

function hopOf(route: Route, source: RouteSource, verified: boolean): Hop | undefined {
  const { pass, server } = source;
  const matcher = pass?.matcher;
  if (
    pass === undefined ||
    pass.url === '!' ||
    matcher?.kind !== 'prefix' ||
    !/^(https?|wss?|balancer):/i.test(pass.url)
  )
    return undefined;
  const levels = levelsFor(server, matcher.path);
  if (server.levels.some((level) => sectionsOf(level).some((section) => mayOverwrite(section, levels))))
    return undefined;
  // What is around a part of a configuration says nothing of one host's clients.
  if (levels.some((level) => level.key !== 'surroundings' && holeFor(level, 'requestheader') !== undefined))
    return undefined;
  const entries = [...levels].reverse().flatMap((level) => own(level, 'requestheader'));
  return { route, source, entry: pass.entry, lines: entries.flatMap((entry) => lineOf(entry, verified) ?? []) };
}

/** Whether the client's own header gets through; `by` is the line for it that does not overwrite it, if there is one. */
function passesOn(key: string, { lines }: Hop): { readonly by: HeaderLine | undefined } | undefined {
  let isThere = true;
  let by: HeaderLine | undefined;
  for (const line of lines) {
    if (line.key !== key) continue;
    if (line.effect === 'unclear') return undefined;
    if (line.effect === 'overwrites') isThere = false;
    else if (isThere) by ??= line;
  }
  return isThere ? { by } : undefined;
}

/** The same host and port, whatever the path. */
function backEndOf({ source }: Hop): string {
  const url = source.pass?.url ?? '';
  return (/^\w+:\/\/([^/?]*)/.exec(url)?.[1] ?? url).toLowerCase();
}

function demandOf({ endpoint }: Site): string | undefined {
  const asked = endpoint?.clientCertificates;
  return asked?.known === true ? asked.value.demand : undefined;
}

export function spoofableOf(
  project: ApacheProject,
  sites: readonly Site[],
  sourceOf: (route: Route) => RouteSource | undefined,
): SpoofableIdentity[] {
  // Cheap, and true of most projects: nobody is told of client certificates.
  if (![...project.files.values()].some(({ file }) => IDENTITY.test(file.text))) return [];
  const out: SpoofableIdentity[] = [];
  const seen = new Set<Entry>();
  for (const group of hostsOf(sites)) {
    const hops = group.flatMap((site) =>
      site.routes.flatMap((route) => {
        const source = sourceOf(route);
        return source === undefined ? [] : (hopOf(route, source, demandOf(site) === 'required') ?? []);
      }),
    );
    for (const same of byBackEnd(hops)) {
      const told = toldBy(same);
      for (const hop of same) out.push(...gapsOf(hop, told, seen));
    }
  }
  return out;
}

/** A header that tells who the client is, and the route on which it does. */
interface Told {
  readonly line: HeaderLine;
  readonly by: Hop;
}

function byBackEnd(hops: readonly Hop[]): Iterable<readonly Hop[]> {
  const out = new Map<string, Hop[]>();
  for (const hop of hops) {
    const key = backEndOf(hop);
    const same = out.get(key);
    if (same === undefined) out.set(key, [hop]);
    else same.push(hop);
  }
  return out.values();
}

function toldBy(hops: readonly Hop[]): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>();
  for (const by of hops)
    for (const line of by.lines) if (line.tells && !told.has(line.key)) told.set(line.key, { line, by });
  return told;
}

function gapsOf(hop: Hop, told: ReadonlyMap<string, Told>, seen: Set<Entry>): SpoofableIdentity[] {
  const missing: Told[] = [];
  const out: SpoofableIdentity[] = [];
  for (const [key, one] of told) {
    const gap = passesOn(key, hop);
    if (gap === undefined) continue;
    if (gap.by === undefined) missing.push(one);
    // A line that counts for several routes is one fault.
    else if (!seen.has(gap.by.entry)) {
      seen.add(gap.by.entry);
      out.push(notOverwritten(gap.by));
    }
  }
  if (missing.length > 0 && !seen.has(hop.entry)) {
    seen.add(hop.entry);
    out.push(notSet(hop, missing));
  }
  return out;
}

function notOverwritten({ entry, name, why }: HeaderLine): SpoofableIdentity {
  const how = why === 'set' ? 'is set only where its condition holds' : `\`RequestHeader ${why}\` does not replace it`;
  return {
    place: placeOf(entry),
    headers: [name],
    message: `A client that sends \`${name}\` itself is believed: the header ${why === 'set' ? how : `tells the back end who the client is, and ${how}`}, and nothing takes the client's own away before`,
    related: [],
    offers: [
      {
        title: `Take the client's own \`${name}\` away first`,
        safety: 'safe',
        remedy: { kind: 'edit', edits: () => byFile([linesBefore(entry, [`RequestHeader unset ${name}`])]) },
      },
    ],
  };
}

function notSet({ route, entry }: Hop, missing: readonly Told[]) {
  const names = missing.map(({ line }) => line.name);
  const quoted = names.map((name) => `\`${name}\``).join(', ');
  const [these, them] = names.length === 1 ? ['this header', 'it'] : ['these headers', 'them'];
  const lines = names.map((name) => `RequestHeader unset ${name}`);
  const found: SpoofableIdentity = {
    place: route.place,
    headers: names,
    message: `A client that sends ${quoted} itself is believed: \`${missing[0]?.by.route.label}\` tells the same back end by ${these} who the client is, and here nothing overwrites ${them}`,
    related: missing.map(({ line }) => ({ place: placeOf(line.entry), message: 'set here from the certificate' })),
    offers: [
      {
        title: `Take the client's own ${quoted} away here`,
        safety: 'safe',
        remedy: { kind: 'edit', edits: () => byFile([linesBefore(entry, lines)]) },
      },
    ],
  };
  return found;
}
