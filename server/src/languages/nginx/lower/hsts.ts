/** Owns `Strict-Transport-Security`: the answers of a server that go without it, by how nginx inherits `add_header`. */
import { HSTS_LEAST, HSTS_USUAL, type HstsGap } from '../../../model/hsts.ts';
import type { TlsHandshake } from '../../../model/listening.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { Target } from '../../../model/target.ts';
import { rememberedTest } from '../../../text/names.ts';
import { isMasked } from '../mask.ts';
import { addAlways, addToLevels, replaceWord, writtenLine } from '../realize/hsts.ts';
import {
  type Entry,
  holeFor,
  nearest,
  oncePerScope,
  openerPlace,
  own,
  placeOfWord,
  placeOfWords,
  type Scope,
  scopesBelow,
  scopeWord,
  value,
} from '../scope.ts';
import { addedHeaders, inheritLine, inheritMode } from './added-headers.ts';
import type { Server } from './servers.ts';
import { trafficOf } from './sockets.ts';

const NAME = 'strict-transport-security';
const USUAL = `add_header Strict-Transport-Security "max-age=${HSTS_USUAL}" always;`;
/** Whoever has one of these may send the header by other means. */
const isOtherMeans = rememberedTest(
  /_pass$|^more_(set|add)|^security_headers|_by_lua|^js_|^perl|^modsecurity|^app_protect/,
);

const isHsts = (entry: Entry): boolean => value(entry)?.toLowerCase() === NAME;

/** Seconds; undefined where it cannot be known. */
function maxAge(entry: Entry): number | undefined {
  const text = value(entry, 1) ?? '';
  if (text.includes('$') || isMasked(text)) return undefined;
  const match = /(?:^|;)\s*max-age\s*=\s*"?(\d+)"?\s*(?:;|$)/i.exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** A line that is meant: `max-age=0` takes the policy back (RFC 6797, 6.1.1). */
const isMeant = (entry: Entry): boolean => isHsts(entry) && maxAge(entry) !== 0;

function weakness(entry: Entry): HstsGap[] {
  const seconds = maxAge(entry);
  const word = entry.directive.args[1];
  if (seconds === undefined || seconds === 0 || word === undefined) return [];
  const out: HstsGap[] = [];
  if (seconds < HSTS_LEAST) {
    const days = Math.floor(seconds / 86_400);
    out.push({
      kind: 'short',
      place: placeOfWord(entry.file, word),
      message: `Browsers keep to https for ${days === 0 ? 'less than a day' : `${days} day${days === 1 ? '' : 's'}`} after a visit only; two years are usual, and half a year is the least`,
      related: [],
      offers: [
        {
          title: 'Set `max-age` to two years',
          safety: 'behaviour',
          remedy: { kind: 'edit', edits: () => replaceWord(entry, word, 'max-age', `${HSTS_USUAL}`) },
        },
      ],
    });
  }
  if (value(entry, 2) === undefined)
    out.push({
      kind: 'not-on-errors',
      place: placeOfWords(entry),
      message:
        'Without `always`, nginx sends this header with a few statuses such as 200 and 301 only, not with errors such as 401, 404 or 502',
      related: [],
      offers: [{ title: 'Add `always`', safety: 'safe', remedy: { kind: 'edit', edits: () => addAlways(entry) } }],
    });
  return out;
}

/** A level with lines of its own inherits none, the header that a level outside sends among them; nor does one told not to. */
function lostAt(scope: Scope, mayBeBare: boolean, target: Target): HstsGap[] {
  const mine = own(scope, 'add_header');
  if (mine.length === 0 && !mayBeBare && own(scope, 'add_header_inherit').length === 0) return [];
  if (mine.some(isHsts) || scope.parent === undefined || holeFor(scope, 'add_header') !== undefined) return [];
  const mode = inheritMode(scope, target);
  if (mode === undefined || mode === 'merge' || (mode === 'on' && mine.length === 0)) return [];
  if (scope.entries.some(({ directive }) => isOtherMeans(directive.wording.name))) return [];
  const outer = addedHeaders(scope.parent, target)?.find(({ entry }) => isMeant(entry));
  const at = mine[0] ?? inheritLine(scope);
  if (outer === undefined || at === undefined) return [];
  const where = `\`Strict-Transport-Security\` is set in \`${scopeWord(outer.level)}\``;
  return [
    {
      kind: 'lost',
      place: placeOfWords(at),
      message:
        mode === 'on'
          ? `${where}, but \`${scopeWord(scope)}\` has \`add_header\` lines of its own, so nginx inherits none from there`
          : `${where}, but \`add_header_inherit off\` keeps lines of outer levels away from \`${scopeWord(scope)}\``,
      related: [{ place: placeOfWords(outer.entry), message: 'this line does not reach here' }],
      offers: [
        {
          title: 'Repeat the header here',
          safety: 'safe',
          remedy: { kind: 'edit', edits: () => addToLevels([scope], writtenLine(outer.entry)) },
        },
      ],
    },
  ];
}

/** Of the levels that one `add_header_inherit off` outside keeps bare, the first speaks for all. */
function lostBelow(scopes: readonly Scope[], target: Target): HstsGap[] {
  const [server] = scopes;
  const isOff = server !== undefined && inheritMode(server, target) === 'off';
  const gaps = scopes.flatMap((scope) => lostAt(scope, isOff || scope === server, target));
  const isFirst = ({ place }: HstsGap, i: number): boolean =>
    gaps.findIndex((gap) => gap.place.file === place.file && gap.place.span.start === place.span.start) === i;
  return isOff ? gaps.filter(isFirst) : gaps;
}

/** Whether the header, should it be there, would be a line of `add_header` of this level. */
function isPlainLevel({ holes, entries }: Scope): boolean {
  if (holes.length > 0) return false;
  return !entries.some(({ name }) => isOtherMeans(name));
}

const isPlainAround = oncePerScope(isPlainLevel);
const sendsIt = oncePerScope((around) => own(around, 'add_header').some(isHsts));

/** A server that answers out of its own folders alone, and sends the header nowhere. */
function missingIn(server: Server): HstsGap[] {
  const around = server.scope.parent;
  if (around === undefined || !isPlainAround(around)) return [];
  const scopes = scopesBelow(server.scope);
  if (!scopes.every(isPlainLevel)) return [];
  // What an outer level sends is lost here, which is said at the line that loses it.
  if (sendsIt(around) || scopes.some((scope) => own(scope, 'add_header').some(isHsts))) return [];
  if (
    own(server.scope, 'return').length > 0 ||
    !['root', 'location'].some((name) => own(server.scope, name).length > 0)
  )
    return [];
  const setting = scopes.filter((scope) => scope !== server.scope && own(scope, 'add_header').length > 0);
  const cuts = own(server.scope, 'add_header').length === 0 && nearest(server.scope, 'add_header').kind !== 'absent';
  return [
    {
      kind: 'missing',
      place: openerPlace(server.scope),
      message: `${server.label} does not send \`Strict-Transport-Security\`, so browsers go on trying plain HTTP first, where whoever is on the way can keep them`,
      related: [],
      offers: cuts
        ? []
        : [
            {
              title: 'Send the header, for two years',
              safety: 'behaviour',
              remedy: { kind: 'edit', edits: () => addToLevels([server.scope, ...setting], USUAL) },
            },
          ],
    },
  ];
}

/** What of a server's answers over TLS lacks the header; `handshake` is what its clients get. */
export function hstsOf(server: Server, handshake: Fact<TlsHandshake>, target: Target): Fact<readonly HstsGap[]> {
  const { scope } = server;
  const traffic = trafficOf(scope);
  if (traffic.known && traffic.value !== 'http') return unknown('it carries no HTTP');
  if (!handshake.known || handshake.value !== 'certificate') return unknown('handshakes get no certificate');
  const effective = nearest(scope, 'add_header');
  if (effective.kind === 'hidden') return unknown(effective.hole.why);
  const { names, hides } = scope.vocabulary;
  if (!hides && !names.has('add_header') && !names.has('add_header_inherit'))
    return known(missingIn(server), { kind: 'written', place: openerPlace(scope) });
  const scopes = scopesBelow(scope);
  const counted = addedHeaders(scope, target)?.map(({ entry }) => entry);
  const lines = [
    ...(counted ?? (effective.kind === 'found' ? effective.entries : [])),
    ...scopes.flatMap((inner) => (inner === scope ? [] : own(inner, 'add_header'))),
  ].filter(isHsts);
  const gaps = [
    ...lines.flatMap(weakness),
    ...lostBelow(scopes, target),
    ...(lines.length === 0 ? missingIn(server) : []),
  ];
  return known(gaps, { kind: 'written', place: openerPlace(scope) });
}
