/** Owns the lowering of OpenSSL's configuration: which extensions a section puts into certificates. */
import type { FileId } from '../../files/host.ts';
import type { ExtensionSection, WrittenName } from '../../model/issuing.ts';
import { type Fact, known, type Place, unknown } from '../../model/origin.ts';
import type { Span } from '../../text/span.ts';
import { type Assignment, type ConfigurationText, lastOf, type Section } from './syntax.ts';

export const EXTENSIONS: readonly string[] = ['subjectAltName', 'basicConstraints', 'extendedKeyUsage', 'keyUsage'];

/** The word before a value that whoever does not know the extension must not pass over. */
export const CRITICAL = /^critical\s*(,\s*|$)/;

/** Names of usages as OpenSSL knows them besides the short ones. */
const USAGES: ReadonlyMap<string, string> = new Map([
  ['TLS Web Server Authentication', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['TLS Web Client Authentication', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['Any Extended Key Usage', 'anyExtendedKeyUsage'],
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
]);
const KEY_USAGES: ReadonlyMap<string, string> = new Map([
  ['Digital Signature', 'digitalSignature'],
  ['Key Encipherment', 'keyEncipherment'],
  ['Key Agreement', 'keyAgreement'],
  ['Certificate Sign', 'keyCertSign'],
  ['CRL Sign', 'cRLSign'],
]);

/** The sections that have extensions, in the order of the file. */
export function extensionSections(text: ConfigurationText, file: FileId): ExtensionSection[] {
  const all = [...text.sections.values()];
  const named = (setting: string) => new Set(all.flatMap((section) => lastOf(section, setting)?.value ?? []));
  const selfSigned = new Set([lastOf(text.sections.get('req'), 'x509_extensions')?.value]);
  const copies = [...named('copy_extensions')].some((value) => value !== 'none');
  return all.flatMap((section): ExtensionSection[] => {
    const first = section.assignments.find(({ name }) => EXTENSIONS.includes(name));
    if (first === undefined) return [];
    const place = { file, span: section.header ?? first.span };
    const origin = { kind: 'written', place } as const;
    /** What is written, or that other files may have it. */
    const read = <T>(name: string, of: (value: string, line: Assignment) => T | undefined): Fact<T | undefined> => {
      const line = lastOf(section, name);
      if (line === undefined) return text.includes ? unknown('another file is included') : known(undefined, origin);
      const value = line.value === undefined ? undefined : of(line.value.replace(CRITICAL, ''), line);
      return value === undefined ? unknown(`the value of ${name} is not plain`) : known(value, origin);
    };
    const authority = read('basicConstraints', authorityIn);
    return [
      {
        name: section.name,
        place,
        selfSigned: section.name !== undefined && selfSigned.has(section.name),
        copiesRequest: copies,
        authority: authority.known ? known(authority.value ?? false, origin) : authority,
        usages: read('extendedKeyUsage', (value) => listIn(value, USAGES)),
        keyUsages: read('keyUsage', (value) => listIn(value, KEY_USAGES)),
        names: read('subjectAltName', (value, line) => namesIn(value, line, section, text, file)),
      },
    ];
  });
}

/** Values that OpenSSL computes itself (`DER:`, `ASN1:`) are not plain. */
function authorityIn(value: string): boolean | undefined {
  const ca = /(?:^|,)\s*CA\s*:\s*(\w+)\s*(?:,|$)/.exec(value)?.[1];
  if (ca === undefined) return /^\s*pathlen\s*:/.test(value) ? false : undefined;
  if (/^(true|y|yes)$/i.test(ca)) return true;
  return /^(false|n|no)$/i.test(ca) ? false : undefined;
}

function listIn(value: string, words: ReadonlyMap<string, string>): string[] | undefined {
  if (/^\s*(@|DER:|ASN1:)/.test(value)) return undefined;
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => words.get(word) ?? word);
}

/** Names on the line itself, or in the section that `@` names; undefined where they are copied or computed. */
function namesIn(
  value: string,
  line: Assignment,
  section: Section,
  text: ConfigurationText,
  file: FileId,
): WrittenName[] | undefined {
  if (/^\s*(DER:|ASN1:)/.test(value)) return undefined;
  const at = (span: Span): Place => ({ file, span });
  const reference = /^\s*@\s*(\S+)\s*$/.exec(value)?.[1];
  if (reference === undefined) {
    const names = value.split(',').flatMap((part): WrittenName[] => {
      const [, type, name] = /^\s*(\w+)\s*:\s*(.*?)\s*$/.exec(part) ?? [];
      return type === undefined || name === undefined ? [] : [{ type, value: name, place: at(line.span) }];
    });
    // Each `subjectAltName` line takes the place of those before it.
    const earlier = section.assignments.filter(({ name }) => name === 'subjectAltName').slice(0, -1);
    return [
      ...earlier.map((one) => ({
        type: 'subjectAltName',
        value: one.value ?? '',
        place: at(one.span),
        replacedBy: at(line.span),
      })),
      ...names,
    ];
  }
  const target = text.sections.get(reference);
  if (target === undefined || text.includes) return undefined;
  const last = new Map(target.assignments.map((one) => [one.name, one]));
  const names: WrittenName[] = [];
  for (const one of target.assignments) {
    if (one.value === undefined) return undefined;
    const counts = last.get(one.name);
    const type = one.name.replace(/\..*$/, '');
    const name = { type, value: one.value.trim(), place: at(one.span) };
    names.push(counts === undefined || counts === one ? name : { ...name, replacedBy: at(counts.span) });
  }
  return names;
}
