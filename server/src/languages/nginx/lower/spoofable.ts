/** Owns headers that tell a back end who the client is, and routes to the same back end that leave them to the client. */
import type { SpoofableIdentity } from '../../../model/client-certificates.ts';
import type { Route, Site } from '../../../model/model.ts';
import { hostsOf } from '../../blocks/hosts.ts';
import type { NginxProject } from '../project.ts';
import { addHeaders } from '../realize/headers.ts';
import type { RouteSource } from '../realize/index.ts';
import { type Entry, nearest, own, placeOfWords, type Scope, value } from '../scope.ts';
import { isIdentity } from './client-certificates.ts';
import { type Dependence, dependenceOn } from './dependence.ts';
import { backEndOf } from './routes.ts';

interface Hop {
  readonly route: Route;
  readonly scope: Scope;
  readonly pass: Entry;
  /** The headers that reach the back end; undefined when some of them cannot be seen. */
  readonly headers: readonly Entry[] | undefined;
}

function hopOf(route: Route, { scope, pass }: RouteSource): Hop {
  const found = nearest(scope, 'proxy_set_header');
  const hidden = found.kind === 'hidden' || (found.kind === 'found' && found.hole !== undefined);
  return { route, scope, pass, headers: hidden ? undefined : found.kind === 'found' ? found.entries : [] };
}

/** nginx drops clients' headers with an underscore, unless it is told otherwise (docs, underscores_in_headers). */
function mayBeSent(header: string, { scope }: Hop): boolean {
  if (!header.includes('_')) return true;
  const found = nearest(scope, 'underscores_in_headers');
  return found.kind === 'found' && found.entries.some((entry) => value(entry) === 'on');
}

/** Whether clients' headers come through at all, and clients get here. */
function isOpen({ scope }: Hop): boolean {
  const found = nearest(scope, 'proxy_pass_request_headers');
  if (found.kind === 'found' && found.entries.some((entry) => value(entry) === 'off')) return false;
  return own(scope, 'internal').length === 0 && own(scope, 'return').length === 0;
}

export function spoofableOf(
  project: NginxProject,
  sites: readonly Site[],
  sourceOf: (route: Route) => RouteSource | undefined,
): SpoofableIdentity[] {
  // Cheap, and true of most projects: nobody is told of client certificates.
  if (![...project.files.values()].some(({ file }) => file.text.includes('$ssl_client_'))) return [];
  const identity = dependenceOn(project, isIdentity);
  const out: SpoofableIdentity[] = [];
  for (const group of hostsOf(sites)) {
    const hops = group.flatMap((site) =>
      site.unreached !== undefined
        ? []
        : site.routes.flatMap((route) => {
            const source = sourceOf(route);
            return source?.pass.directive.wording.name === 'proxy_pass' ? [hopOf(route, source)] : [];
          }),
    );
    for (const hop of hops) {
      const found = gapOf(hop, hops, identity);
      if (found !== undefined) out.push(found);
    }
  }
  return out;
}

function gapOf(hop: Hop, hops: readonly Hop[], identity: (text: string) => Dependence): SpoofableIdentity | undefined {
  const { headers, pass, scope, route } = hop;
  if (headers === undefined || !isOpen(hop)) return undefined;
  const set = new Set(headers.map((entry) => value(entry)?.toLowerCase()));
  const missing = new Map<string, { entry: Entry; other: Hop }>();
  for (const other of hops) {
    if (other === hop || backEndOf(other.pass) !== backEndOf(pass)) continue;
    for (const entry of other.headers ?? []) {
      const name = value(entry) ?? '';
      const key = name.toLowerCase();
      if (set.has(key) || missing.has(key) || identity(value(entry, 1) ?? '') !== 'yes') continue;
      if (mayBeSent(name, hop)) missing.set(key, { entry, other });
    }
  }
  const [first] = missing.values();
  if (first === undefined) return undefined;
  const found = [...missing.values()];
  const names = found.map(({ entry }) => value(entry) ?? '');
  const quoted = names.map((name) => `\`${name}\``);
  const lines = found.map(({ entry }) => {
    const words = entry.directive.args.slice(0, 2);
    return words.map((word) => entry.file.text.slice(word.span.start, word.span.end)).join(' ');
  });
  return {
    place: route.place,
    headers: names,
    message: `A client that sends ${quoted.join(' or ')} itself is believed: \`${first.other.route.label}\` tells the same back end by ${names.length === 1 ? 'this header' : 'these headers'} who the client is, and here nothing overwrites ${names.length === 1 ? 'it' : 'them'}`,
    related: found.map(({ entry }) => ({ place: placeOfWords(entry), message: 'set here from the certificate' })),
    offers: [
      {
        title: `Set ${quoted.join(', ')} here, too`,
        safety: 'safe',
        remedy: { kind: 'edit', edits: () => addHeaders(scope, lines) },
      },
    ],
  };
}
