/** Owns what the certificate at the end of a path must be: for this usage, with these names, and no authority. */
import type { Certificate } from '../certificate.ts';
import type { AlternativeNames } from '../general-names.ts';
import { ipBytes } from '../ip.ts';
import { coversName } from '../names.ts';
import { EXTENSION } from '../oids.ts';
import { extensionName } from './any-certificate.ts';
import { isHostPattern, isMailbox } from './constraint-forms.ts';
import { type Complain, shortName } from './reason.ts';

/** Which end of a connection shows the certificate. */
export type Usage = 'server' | 'client';

/** The extended key usage that each end needs. */
export const PURPOSE: Readonly<Record<Usage, string>> = { server: 'serverAuth', client: 'clientAuth' };
const ANY = 'anyExtendedKeyUsage';

/** `names`: host names, IP addresses and, for clients, mailboxes that the certificate must have; all of them. */
export function judgeLeaf(certificate: Certificate, usage: Usage, names: readonly string[], complain: Complain): void {
  judgeUsage(certificate, usage, complain);
  judgePlace(certificate, complain);
  judgeAlternativeNames(certificate, usage === 'server' || names.length > 0, complain);
  judgeCommonNames(certificate, usage, complain);
  if (certificate.san === undefined) return;
  for (const name of names) {
    if (!hasName(certificate, name)) {
      complain.refused('name-mismatch', `It is not for ${name}, but for ${namesOf(certificate.san)}.`);
    }
  }
}

function judgeUsage({ extendedKeyUsage, extensions, keyUsage }: Certificate, usage: Usage, complain: Complain): void {
  const purpose = PURPOSE[usage];
  if (extendedKeyUsage === undefined) {
    if (usage === 'server') complain.profile('usage', `It does not say what it is for (extendedKeyUsage ${purpose}).`);
  } else if (extendedKeyUsage.length === 0) {
    complain.refused('usage', 'Its extendedKeyUsage is empty.');
  } else if (extendedKeyUsage.includes(ANY)) {
    complain.profile('usage', `Its extendedKeyUsage allows everything (${ANY}).`);
  } else if (!extendedKeyUsage.includes(purpose)) {
    complain.refused(
      'usage',
      `It is not for TLS ${usage}s: its extendedKeyUsage is ${extendedKeyUsage.join(', ')}, without ${purpose}.`,
    );
  }
  if (extensions.some(({ oid, critical }) => oid === EXTENSION.extendedKeyUsage && critical)) {
    complain.profile('criticality', 'Its extendedKeyUsage is critical, and must not be.');
  }
  const wanted = ['digitalSignature', 'keyAgreement', ...(usage === 'server' ? ['keyEncipherment'] : [])];
  if (keyUsage !== undefined && !keyUsage.some((each) => wanted.includes(each))) {
    complain.refused('key-usage', `Its keyUsage allows none of ${wanted.join(', ')}, which a TLS ${usage} needs.`);
  }
}

function judgePlace({ extensions, isCA, keyUsage, authorityKeyId, selfIssued }: Certificate, complain: Complain): void {
  if (isCA) complain.profile('extension-misplaced', 'It is an authority (CA:TRUE), and stands at the end of a path.');
  else if (keyUsage?.includes('keyCertSign')) {
    complain.profile('key-usage', 'Its keyUsage has keyCertSign, and it is no authority.');
  }
  for (const oid of [EXTENSION.nameConstraints, EXTENSION.policyConstraints]) {
    if (!isCA && extensions.some((entry) => entry.oid === oid)) {
      complain.profile('extension-misplaced', `It has ${extensionName(oid)}, which only authorities may have.`);
    }
  }
  if (authorityKeyId === undefined && !selfIssued) {
    complain.profile('authority-key-id', 'It has no authorityKeyIdentifier with a key identifier.');
  }
}

function judgeAlternativeNames({ extensions, san, subject }: Certificate, needed: boolean, complain: Complain): void {
  const entry = extensions.find(({ oid }) => oid === EXTENSION.subjectAltName);
  if (entry === undefined) {
    if (needed) complain.refused('no-names', 'It has no subjectAltName, and names in its subject do not count.');
    return;
  }
  if (entry.critical && subject.text !== '') {
    complain.profile('criticality', 'Its subjectAltName is critical although it has a subject.');
  }
  if (!entry.critical && subject.text === '') {
    complain.profile('criticality', 'Its subjectAltName is not critical although it has no subject.');
  }
  for (const name of san?.dns ?? []) {
    const host = name.replace(/^\*\./, '');
    if (!isHostPattern(name) || name.includes('_')) {
      complain.profile('name-form', `Its name "${shortName(name)}" is not written as a host name.`);
    } else if (ipBytes(name) !== undefined) {
      complain.profile('name-form', `Its name ${name} is an IP address among the host names.`);
    } else if (host !== name && !host.includes('.')) {
      complain.profile('name-form', `Its name ${shortName(name)} stands for all of a top-level domain.`);
    }
  }
  for (const email of san?.emails ?? []) {
    if (!isMailbox(email)) complain.profile('name-form', `Its mailbox "${shortName(email)}" is none.`);
  }
}

/** The CA/Browser Forum's 7.1.4.3: a common name repeats an alternative name, letter for letter. */
function judgeCommonNames({ san, subject }: Certificate, usage: Usage, complain: Complain): void {
  if (usage !== 'server' || san === undefined) return;
  const names = [...san.dns, ...san.ips];
  for (const name of subject.commonNames) {
    const isServerName = /^\S+[.:]\S+$|^0x[0-9a-f]+$/i.test(name);
    if (isServerName && !names.includes(name)) {
      complain.profile(
        'common-name',
        `Its common name ${shortName(name)} is not among its alternative names, letter for letter.`,
      );
    }
  }
}

function hasName(certificate: Certificate, name: string): boolean {
  if (!name.includes('@')) return coversName(certificate, name) === 'covered';
  const folded = (mailbox: string) => mailbox.replace(/@[^@]*$/, (host) => host.toLowerCase());
  return certificate.san?.emails.some((email) => folded(email) === folded(name)) === true;
}

const SHOWN = 4;

function namesOf({ dns, emails, ips }: AlternativeNames): string {
  const names = [...dns, ...ips, ...emails];
  if (names.length === 0) return 'no name';
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return names.slice(0, SHOWN).map(shortName).join(', ') + more;
}
