/** Owns stapling that HAProxy asks responders for by itself: `ocsp-update` of a `crt-list` line, `ocsp-update.mode` of `global`. */
import type { CertificateUse } from '../../../model/model.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import type { Stapling } from '../../../model/stapling.ts';
import { type Span, span } from '../../../text/span.ts';
import { removeLine, removeWords } from '../edits.ts';
import { globalStatements, isThere, type PathContext } from '../paths.ts';
import { placeOf } from '../proxies.ts';
import type { ListEntry } from '../syntax/crt-list.ts';
import { alwaysIn } from '../syntax/query.ts';
import { type ReadList, settingsOfEntry } from './crt-lists.ts';
import { type Load, loadValue } from './stores.ts';

/** `tune.ssl.ocsp-update.mode` in 2.9, where it came from. */
const MODES = ['ocsp-update.mode', 'tune.ssl.ocsp-update.mode'];

/** What holds for every certificate of HAProxy's. */
const USUAL = {
  ignored: 'HAProxy staples nothing, and says nothing of it',
  asksAnyScheme: true,
  verified: undefined,
  trustSetting: 'ssl-load-extra-files issuer',
  trusted: unknown('not looked at in HAProxy yet'),
  hindrances: [],
  shared: false,
} as const;

/** The setting of a line in a list goes before that of a `load` line, and that before the one of `global`. */
export function staplingOf(
  certificates: readonly CertificateUse[],
  context: PathContext,
  part: boolean,
  listed?: { readonly entry: ListEntry; readonly list: ReadList },
  loads: readonly Load[] = [],
): Fact<Stapling | undefined> {
  const own = listed === undefined ? undefined : ofEntry(certificates, listed.entry, listed.list, context);
  return own ?? ofLoads(certificates, loads, context) ?? ofGlobal(certificates, context, part);
}

/** An answer in a file beside the certificate is stapled, whoever the certificate names. */
function sourceOf(certificates: readonly CertificateUse[], { environment, dependencies }: PathContext) {
  const hasAnswer = certificates.some(
    ({ certificate: { file } }) => file.known && isThere(`${file.value}.ocsp`, environment, dependencies),
  );
  return hasAnswer ? 'file' : 'certificate';
}

function ofEntry(
  certificates: readonly CertificateUse[],
  entry: ListEntry,
  { file }: ReadList,
  context: PathContext,
): Fact<Stapling | undefined> | undefined {
  const setting = settingsOfEntry(entry).findLast(({ name }) => name.value === 'ocsp-update');
  if (setting?.value === undefined) return undefined;
  const place = { file: file.id, span: span(setting.name.span.start, setting.value.span.end) };
  const origin: Origin = { kind: 'written', place };
  if (setting.value.value !== 'on') return known(undefined, origin);
  const remove = () => [{ file: file.id, edits: [{ span: withBrackets(file.text, place.span), newText: '' }] }];
  const source = sourceOf(certificates, context);
  return known({ ...USUAL, place, written: 'ocsp-update on', source, remove }, origin);
}

/** `ocsp-update` of a `load` line, where the listener has just this certificate. */
function ofLoads(
  certificates: readonly CertificateUse[],
  loads: readonly Load[],
  context: PathContext,
): Fact<Stapling | undefined> | undefined {
  const [load] = loads.filter((one) => loadValue(one, 'ocsp-update') !== undefined);
  const setting = load?.parameters.find(({ name }) => name.value === 'ocsp-update');
  if (load === undefined || setting?.value === undefined) return undefined;
  if (certificates.length > 1) return unknown('`ocsp-update` is set for each certificate');
  const { statement } = load;
  const place = placeOf(statement, span(setting.name.span.start, setting.value.span.end));
  const origin: Origin = { kind: 'written', place };
  if (setting.value.value !== 'on') return known(undefined, origin);
  const at = statement.words.indexOf(setting.name);
  const edit = removeWords(statement, at, at + 2);
  const remove = () => (edit === undefined ? undefined : [{ file: place.file, edits: [edit] }]);
  const answer = loadValue(load, 'ocsp') === undefined ? sourceOf(certificates, context) : 'file';
  return known({ ...USUAL, place, written: 'ocsp-update on', source: answer, remove }, origin);
}

/** The words with the white space before them, and with their brackets where nothing else is in these. */
function withBrackets(text: string, { start, end }: Span): Span {
  const isBlank = (at: number) => text[at] === ' ' || text[at] === '\t';
  let [from, to] = [start, end];
  while (isBlank(from - 1)) from--;
  while (isBlank(to)) to++;
  if (text[from - 1] !== '[' || text[to] !== ']') return text[from - 1] === '[' ? span(from, to) : span(from, end);
  from--;
  while (isBlank(from - 1)) from--;
  return span(from, to + 1);
}

function ofGlobal(
  certificates: readonly CertificateUse[],
  context: PathContext,
  part: boolean,
): Fact<Stapling | undefined> {
  const last = MODES.flatMap((keyword) => globalStatements(context.whole, keyword)).at(-1);
  if (last === undefined) {
    const place = { file: context.root, span: span(0, 0) };
    return part ? unknown('`global` may stand in another file') : known(undefined, { kind: 'written', place });
  }
  const { section, statement } = last;
  const [keyword, value] = statement.words;
  if (!alwaysIn(section, statement) || section.header.branch !== '' || value === undefined || value.variable)
    return unknown(`what \`${keyword?.value}\` says is not known`);
  const place = placeOf(statement);
  const origin: Origin = { kind: 'written', place };
  if (value.value !== 'on') return known(undefined, origin);
  const remove = () => [{ file: statement.source.file, edits: [removeLine(statement)] }];
  const source = sourceOf(certificates, context);
  return known({ ...USUAL, place, written: `${keyword?.value} on`, source, remove }, origin);
}
