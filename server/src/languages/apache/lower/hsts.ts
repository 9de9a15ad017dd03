/** Owns `Header … Strict-Transport-Security`: on which answers it is sent, and for how long (docs, mod_headers). */
import { HSTS_LEAST, HSTS_USUAL, type HstsGap } from '../../../model/hsts.ts';
import type { TlsHandshake } from '../../../model/listening.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { ApacheProject } from '../project.ts';
import { byFile, linesAfter } from '../realize/layout.ts';
import { type Entry, isOpen, openerPlace, own, placeOf, placeOfArgs, scopesBelow } from '../scope.ts';
import { type HeaderLine, headerLine } from './header-lines.ts';
import { decidedByFile } from './htaccess.ts';
import { mayRequireTls } from './managed.ts';
import type { Server } from './servers.ts';

const USUAL = `Header always set Strict-Transport-Security "max-age=${HSTS_USUAL}"`;

function lineOf(entry: Entry): HeaderLine | undefined {
  const line = headerLine(entry);
  return line?.name === 'strict-transport-security' ? line : undefined;
}

function seconds(text: string): number | undefined {
  const found = /max-age\s*=\s*"?(\d+)/i.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function inWord({ entry, index }: HeaderLine, pattern: RegExp, by: string) {
  const word = entry.directive.args[index];
  const found = word === undefined ? null : pattern.exec(entry.file.text.slice(word.span.start, word.span.end));
  if (word === undefined || found === null) return undefined;
  const start = word.span.start + found.index;
  return byFile([{ file: entry.file, edit: { span: { start, end: start + found[0].length }, newText: by } }]);
}

function addAlways({ directive, file }: Entry) {
  const first = directive.args[0];
  if (first === undefined) return undefined;
  const replaced = first.value.toLowerCase() === 'onsuccess';
  const span = replaced ? first.span : { start: first.span.start, end: first.span.start };
  return byFile([{ file, edit: { span, newText: replaced ? 'always' : 'always ' } }]);
}

function weakness(line: HeaderLine): HstsGap[] {
  const out: HstsGap[] = [];
  const age = seconds(line.value);
  // `max-age=0` takes it back, which somebody meant.
  if (age !== undefined && age > 0 && age < HSTS_LEAST) {
    out.push({
      kind: 'short',
      place: placeOfArgs(line.entry, line.index, line.index),
      message: `Browsers stay with TLS for ${Math.round(age / 86_400)} days only; half a year is the least that counts, two years is usual`,
      related: [],
      offers: [
        {
          title: 'Set `max-age` to two years',
          safety: 'behaviour',
          remedy: { kind: 'edit', edits: () => inWord(line, /(?<=max-age\s*=\s*"?)\d+/i, `${HSTS_USUAL}`) },
        },
      ],
    });
  }
  if (!line.always) {
    out.push({
      kind: 'not-on-errors',
      place: placeOf(line.entry),
      message:
        'Without `always`, Apache leaves this header out of the errors that it answers by itself, such as 401, 404 or 502',
      related: [],
      offers: [{ title: 'Add `always`', safety: 'safe', remedy: { kind: 'edit', edits: () => addAlways(line.entry) } }],
    });
  }
  return out;
}

/** Lines at a level and in the sections of one host add up, so that none is lost; a server that hands all on may get it from there. */
export function hstsOf(
  server: Server,
  handshake: Fact<TlsHandshake>,
  project: ApacheProject,
): Fact<readonly HstsGap[]> {
  const { scope, levels } = server;
  if (mayRequireTls(levels)) return unknown('mod_md may send it (`MDRequireHttps`)');
  if (!handshake.known || handshake.value !== 'certificate') return unknown('handshakes get no certificate');
  const below = scopesBelow(scope);
  const seen = [...new Set([...levels, ...below])].filter((one) => one.key !== 'surroundings');
  const lines = seen.flatMap((one) => own(one, 'header').flatMap((entry) => lineOf(entry) ?? []));
  if (lines.some(({ value: text, conditional }) => isOpen(text) || conditional)) return unknown('a condition decides');
  const origin = { kind: 'written' as const, place: openerPlace(scope) };
  const always = lines.find((one) => one.always);
  const gaps = lines.flatMap(weakness).filter(({ kind }) => kind !== 'not-on-errors' || always === undefined);
  if (lines.length > 0) return known(gaps, origin);
  const hole = [...levels, ...below].find(({ holes }) => holes.some((one) => one.couldHold('header')));
  if (hole !== undefined) return unknown('the header may stand where it cannot be seen');
  const answersItself = own(scope, 'documentroot').length > 0;
  const handsOn = below.some((one) =>
    ['proxypass', 'proxypassmatch', 'rewriterule', 'redirect', 'redirectmatch', 'sethandler'].some(
      (key) => own(one, key).length > 0,
    ),
  );
  if (!answersItself || handsOn || server.scope.opener === undefined)
    return unknown('what answers for it may send the header');
  const decided = decidedByFile(server, project);
  if (decided !== undefined) return unknown(decided);
  const anchor = ['sslcertificatekeyfile', 'sslcertificatefile', 'documentroot']
    .map((key) => own(scope, key).at(-1))
    .find((entry) => entry !== undefined);
  return known(
    [
      {
        kind: 'missing',
        place: openerPlace(scope),
        message: `${server.label} does not send \`Strict-Transport-Security\`, so browsers go on trying plain HTTP first, where whoever is on the way can keep them`,
        related: [],
        offers:
          anchor === undefined
            ? []
            : [
                {
                  title: 'Send the header, for two years',
                  safety: 'behaviour',
                  remedy: { kind: 'edit', edits: () => byFile([linesAfter(anchor, [USUAL])]) },
                },
              ],
      },
    ],
    origin,
  );
}
