/** Owns the application of name constraints: which names of the certificates below an authority it allows. */
import type { Certificate } from '../certificate.ts';
import { attributesOf, type DistinguishedName } from '../distinguished-name.ts';
import type { Subtrees } from '../general-names.ts';
import { ipBytes, ipText } from '../ip.ts';
import { attributeSets } from '../name-key.ts';
import { isHostPattern, isMailbox } from './constraint-forms.ts';
import { type Reason, reasonsOf, shortName } from './reason.ts';

const EMAIL_ATTRIBUTE = '1.2.840.113549.1.9.1';

/** How many comparisons of a name with a subtree are still done; OpenSSL allows 2^20 for one certificate (NAME_CHECK_MAX). */
export interface Comparisons {
  left: number;
}
export const COMPARISONS = 1 << 20;

/** The names of a certificate that constraints are applied to, in a form that is fast to compare. */
interface Names {
  readonly dns: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
  readonly ips: readonly (readonly number[])[];
  readonly directoryNames: readonly (readonly string[])[];
  readonly others: readonly number[];
}

/** One kind of name: how it is written, and whether a subtree permits it or may exclude it. */
interface Kind<Name, Base> {
  readonly names: readonly Name[];
  readonly bases: (side: Subtrees) => readonly Base[];
  readonly written: (name: Name) => string;
  /** Undefined for a name that cannot be judged. */
  readonly within: (name: Name, base: Base) => boolean | undefined;
  /** Whether the name, or a name that it stands for, is in the subtree. */
  readonly meets: (name: Name, base: Base) => boolean | undefined;
}

/**
 * Applies the constraints of every authority on a path (leaf first) to the certificates below it. Certificates whose
 * subject and issuer are the same pass, except the leaf.
 */
export function judgeNames(path: readonly Certificate[], comparisons: Comparisons): readonly Reason[] {
  const names = new Map<Certificate, Names>();
  const reasons: Reason[] = [];
  for (const [at, authority] of path.entries()) {
    const { nameConstraints } = authority;
    if (nameConstraints === undefined) continue;
    for (const [below, certificate] of path.slice(0, at).entries()) {
      if (certificate.selfIssued && below !== 0) continue;
      const known = names.get(certificate) ?? namesOf(certificate);
      names.set(certificate, known);
      const { permitted, excluded } = nameConstraints;
      comparisons.left -= countOf(known) * (sizeOf(permitted) + sizeOf(excluded));
      reasons.push(
        ...reasonsOf(certificate, (complain) => {
          const who = shortName(authority.subject.text);
          if (comparisons.left < 0) {
            complain.refused('too-much-work', `Its names and the nameConstraints of ${who} are too many to compare.`);
            return;
          }
          const problem = problemOf(known, permitted, excluded);
          if (problem !== undefined)
            complain.refused('constraint-violated', `${problem} by the nameConstraints of ${who}.`);
        }),
      );
    }
  }
  return reasons;
}

function problemOf(names: Names, permitted: Subtrees | undefined, excluded: Subtrees | undefined): string | undefined {
  const hosts = { written: (name: string) => name, within: hostWithin, meets: hostMeets };
  const other = names.others.find((kind) => permitted?.others.includes(kind) || excluded?.others.includes(kind));
  if (other !== undefined) return 'It has a name of a kind that is restricted, in a way that is not understood,';
  return (
    firstProblem({ ...hosts, names: names.dns, bases: ({ dns }) => dns }, permitted, excluded) ??
    firstProblem(
      { names: names.emails, bases: ({ emails }) => emails, written: String, within: mailWithin, meets: mailWithin },
      permitted,
      excluded,
    ) ??
    firstProblem(
      { names: names.uris, bases: ({ uris }) => uris, written: String, within: uriWithin, meets: uriWithin },
      permitted,
      excluded,
    ) ??
    firstProblem(
      {
        names: names.ips,
        bases: ({ ips }) => ips,
        written: (bytes) => ipText(bytes) ?? '',
        within: addressWithin,
        meets: addressWithin,
      },
      permitted,
      excluded,
    ) ??
    firstProblem(
      {
        names: names.directoryNames,
        bases: ({ directoryNames }) => directoryNames.map(directoryKey),
        written: (sets) => `name of ${sets.length} parts`,
        within: directoryWithin,
        meets: directoryWithin,
      },
      permitted,
      excluded,
    )
  );
}

function firstProblem<Name, Base>(
  { names, bases, written, within, meets }: Kind<Name, Base>,
  permitted: Subtrees | undefined,
  excluded: Subtrees | undefined,
): string | undefined {
  const allowed = permitted === undefined ? [] : bases(permitted);
  const forbidden = excluded === undefined ? [] : bases(excluded);
  for (const name of names) {
    if (forbidden.some((base) => meets(name, base) !== false))
      return `Its name ${shortName(written(name))} is excluded`;
    if (allowed.length > 0 && !allowed.some((base) => within(name, base) === true)) {
      return `Its name ${shortName(written(name))} is not among those permitted`;
    }
  }
  return undefined;
}

function namesOf({ san, subject }: Certificate): Names {
  const fromSubject = san === undefined ? emailsOf(subject) : [];
  return {
    dns: (san?.dns ?? []).map((name) => name.toLowerCase().replace(/\.$/, '')),
    emails: [...(san?.emails ?? []), ...fromSubject],
    uris: san?.uris ?? [],
    ips: (san?.ips ?? []).map((text) => ipBytes(text) ?? []),
    directoryNames: [subject, ...(san?.directoryNames ?? [])].map(attributeSets).filter((sets) => sets.length > 0),
    others: san?.others ?? [],
  };
}

/** RFC 5280: addresses in the subject count where there are no alternative names. */
function emailsOf(subject: DistinguishedName): readonly string[] {
  return attributesOf(subject).flatMap((set) =>
    set.flatMap(({ oid, value }) => (oid === EMAIL_ATTRIBUTE && value !== undefined ? [value] : [])),
  );
}

function countOf({ dns, emails, uris, ips, directoryNames }: Names): number {
  return dns.length + emails.length + uris.length + ips.length + directoryNames.length;
}

function sizeOf(side: Subtrees | undefined): number {
  if (side === undefined) return 0;
  return side.dns.length + side.emails.length + side.uris.length + side.ips.length + side.directoryNames.length;
}

const directoryKeys = new WeakMap<DistinguishedName, readonly string[]>();

function directoryKey(name: DistinguishedName): readonly string[] {
  const key = directoryKeys.get(name) ?? attributeSets(name);
  directoryKeys.set(name, key);
  return key;
}

/** A host is in the subtree of itself and of every domain above it; with a leading dot only of those above it. */
function hostWithin(name: string, base: string): boolean | undefined {
  if (!isHostPattern(name)) return undefined;
  const domain = base.toLowerCase().replace(/\.$/, '');
  if (domain === '') return true;
  const host = name.replace(/^\*\./, '');
  if (domain.startsWith('.')) return `.${host}`.endsWith(domain) && (host !== domain.slice(1) || host !== name);
  return host === domain || host.endsWith(`.${domain}`);
}

/** A wildcard also meets a subtree one label below it: it stands for that name too. */
function hostMeets(name: string, base: string): boolean | undefined {
  const within = hostWithin(name, base);
  if (within !== false || !name.startsWith('*.')) return within;
  const domain = base.toLowerCase().replace(/\.$/, '');
  return domain.endsWith(name.slice(1)) && !domain.slice(0, 1 - name.length).includes('.');
}

function mailWithin(name: string, base: string): boolean | undefined {
  if (!isMailbox(name)) return undefined;
  const at = name.lastIndexOf('@');
  const host = name.slice(at + 1).toLowerCase();
  if (base.includes('@')) return name.slice(0, at) === base.slice(0, base.lastIndexOf('@')) && host === hostOf(base);
  return hostMatches(host, base);
}

function hostOf(mailbox: string): string {
  return mailbox.slice(mailbox.lastIndexOf('@') + 1).toLowerCase();
}

function uriWithin(name: string, base: string): boolean | undefined {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([a-z0-9._-]+)(?::\d*)?(?:[/?#]|$)/i.exec(name)?.[1];
  if (host === undefined || ipBytes(host) !== undefined) return undefined;
  return hostMatches(host.toLowerCase(), base);
}

/** For mailboxes and URIs, a host stands for itself alone, and one with a leading dot for all below it. */
function hostMatches(host: string, base: string): boolean {
  const domain = base.toLowerCase();
  return domain === '' || (domain.startsWith('.') ? host.endsWith(domain) : host === domain);
}

function addressWithin(name: readonly number[], base: Subtrees['ips'][number]): boolean {
  const { address, mask } = base;
  if (name.length !== address.length) return false;
  return name.every((byte, i) => ((byte ^ (address[i] ?? 0)) & (mask[i] ?? 0)) === 0);
}

function directoryWithin(name: readonly string[], base: readonly string[]): boolean {
  return base.length <= name.length && base.every((set, i) => set === name[i]);
}
