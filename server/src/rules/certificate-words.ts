/** Owns the words in which the certificate rules speak of certificates, of who presents them, and of products. */
import type { Certificate } from '../certificates/certificate.ts';
import { basename } from '../files/paths.ts';
import type { FileUse } from '../model/model.ts';
import type { Offer, Related, RuleContext, Severity } from './rule.ts';
import { type Presented, placeKey, severityOf, together } from './subjects.ts';

/** More names than these are counted, not listed. */
const NAMES_SHOWN = 4;
const PRESENTERS_SHOWN = 2;
const NAME_LENGTH = 64;

/**
 * Which certificate it is, for `The certificate …`: by its common name where its alternative names have it too, because
 * only those count; then by an alternative name, and by the common name of what has none.
 */
export function whose({ subject, san, serial }: Certificate): string {
  const names = [...(san?.dns ?? []), ...(san?.ips ?? [])];
  const common = subject.commonNames.at(-1);
  const isCommon = names.some((name) => name.toLowerCase() === common?.toLowerCase());
  const name = (isCommon ? common : names[0]) ?? common ?? subject.text;
  return name === '' ? `with the serial number ${plain(serial)}` : `of \`${plain(name)}\``;
}

/** Text out of a certificate, which may hold anything, on one line of a message. */
function plain(text: string): string {
  const harmless = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}`]/gu, '\ufffd');
  return harmless.length > NAME_LENGTH ? `${harmless.slice(0, NAME_LENGTH)}…` : harmless;
}

/** `` `a`, `b` and 3 more ``. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `\`${plain(name)}\``);
  return withMore(shown, names.length);
}

/** `server a.example.com, server b.example.com and 3 more`. */
export function presenters(labels: Iterable<string | undefined>): string {
  const all = [...new Set(labels)].filter((label) => label !== undefined);
  return withMore(all.slice(0, PRESENTERS_SHOWN), all.length);
}

function withMore(shown: readonly string[], count: number): string {
  const more = count - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ').replace(/, (?=[^,]*$)/, ' and ');
}

/** The file that a setting names; in a folder that it names, the one in question. */
export function fileWord({ written, file }: FileUse): string {
  const name = file.known ? basename(file.value) : basename(written);
  const isFolder = file.known && basename(written) !== name && !name.startsWith(`${basename(written)}.`);
  return `\`${isFolder ? `${written.replace(/\/$/, '')}/${name}` : written}\``;
}

/** A day for messages: `2026-11-23`, in UTC, as certificates count. */
export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Which certificate it is: the server's own, or one that it sends along. */
export function subjectOf({ certificate, role, read }: Presented): string {
  const isAlong = read !== undefined && role !== 'leaf';
  return `${isAlong ? "The chain's certificate" : 'The certificate'} ${whose(certificate)}`;
}

interface Judgement {
  /** Where it does not depend on the certificate's role. */
  readonly severity?: Severity;
  /** What is wrong with one certificate, from its subject on: ` expired on …`. */
  readonly says: (one: Presented) => string;
  /** What it means for clients, where somebody presents it: `so clients …`. */
  readonly means?: string | ((one: Presented) => string);
  readonly offers?: (group: readonly Presented[]) => readonly Offer[];
}

/** Reports certificates that share a fault, each once in a configuration file, with their blocks and all who present them. */
export function reportTogether(context: RuleContext, faulty: readonly Presented[], judgement: Judgement): void {
  for (const group of together(faulty)) {
    const [first] = group;
    const blocks = new Map(group.map((one) => [placeKey(one.block), one]));
    const others = blocks.size - 1;
    const who = presenters(group.map(({ read }) => read?.presenter));
    const isPresented = first.read !== undefined && first.role !== 'further';
    const meaning = typeof judgement.means === 'function' ? judgement.means(first) : judgement.means;
    const means = isPresented && meaning !== undefined ? `, ${meaning}` : '';
    const parts = [
      `${subjectOf(first)} ${judgement.says(first)}${means}`,
      ...(others > 0 ? [`so it is with ${others} more ${others === 1 ? 'certificate' : 'certificates'}`] : []),
      ...(who === '' ? [] : [`presented by ${who}`]),
    ];
    context.report({
      severity: judgement.severity ?? severityOf(first),
      at: first.at,
      message: parts.join('; '),
      related: [...blockNotes([...blocks.values()]), ...mentions(group)],
      offers: judgement.offers?.(group) ?? [],
    });
  }
}

function blockNotes(all: readonly Presented[]): Related[] {
  return all
    .filter(({ read }) => read !== undefined)
    .map((one) => {
      const { notBefore, notAfter } = one.certificate;
      const subject = subjectOf(one);
      const message = `${subject.charAt(0).toLowerCase()}${subject.slice(1)}, valid from ${day(notBefore)} to ${day(notAfter)}`;
      return { place: one.block, message };
    });
}

/** The other paths that name the same file. */
function mentions(group: readonly [Presented, ...Presented[]]): Related[] {
  const places = new Map(group.map(({ at, read }) => [placeKey(at), { at, who: read?.presenter }]));
  places.delete(placeKey(group[0].at));
  return [...places.values()].map(({ at, who }) => ({
    place: at,
    message: who === undefined ? 'named here, too' : `presented by ${who}, too`,
  }));
}
