/** Owns the certificates of servers with their keys, and all files that a configuration names. */

import { byDefault, MOD_SSL } from '../../../facts/apache.ts';
import type { CertificateUse, FileUse } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { locate } from '../paths.ts';
import type { ApacheProject } from '../project.ts';
import { type Entry, holeFor, isOpen, nearest, originOf, own, placeOfWord, type Scope, value } from '../scope.ts';
import type { Server } from './servers.ts';

/** Directives that name a certificate, a key or another PEM file. */
const FILE_DIRECTIVES: ReadonlySet<string> = new Set([
  'sslcertificatefile',
  'sslcertificatekeyfile',
  'sslcertificatechainfile',
  'sslcacertificatefile',
  'sslcarevocationfile',
  'sslcadnrequestfile',
  'sslproxycacertificatefile',
  'sslproxycarevocationfile',
  'sslproxymachinecertificatefile',
  'sslproxymachinecertificatechainfile',
  'mdcertificatefile',
  'mdcertificatekeyfile',
]);

/** The file that an argument of a directive names; undefined when it names none, such as a key in a token. */
export function fileUse(entry: Entry, project: ApacheProject, argument = 0): FileUse | undefined {
  const word = entry.directive.args[argument];
  const written = value(entry, argument);
  if (word === undefined || written === undefined || written === '' || isOpen(written)) return undefined;
  if (/^(pkcs11|store|engine):/i.test(written)) return undefined;
  return {
    place: placeOfWord(entry.file, word),
    setting: entry.directive.name.value,
    written,
    file: locate(written, project.paths),
  };
}

/** The lines of a directive that may be given several times, from the nearest level that has any. */
export function linesOf(levels: readonly Scope[], key: string): readonly Entry[] {
  for (const level of levels) {
    const lines = own(level, key);
    if (lines.length > 0) return lines;
    if (holeFor(level, key) !== undefined) return [];
  }
  return [];
}

const sameFile = ({ file: a }: FileUse, { file: b }: FileUse): boolean => a.known && b.known && a.value === b.value;

const mayHold = (levels: readonly Scope[], key: string): boolean =>
  linesOf(levels, key).length > 0 || levels.some((level) => holeFor(level, key) !== undefined);

/** The file that `SSLCertificateChainFile` names, which takes the place of what is in the certificate's own (seen with 2.4.71). */
function chainOf(levels: readonly Scope[], project: ApacheProject): FileUse | undefined {
  const found = nearest(levels, 'sslcertificatechainfile');
  const use = found.kind === 'found' ? fileUse(found.entry, project) : undefined;
  return use?.file.known === true ? use : undefined;
}

/** The n-th key belongs to the n-th certificate; without a key file the certificate's holds the key (docs, SSLCertificateFile). */
export function certificatesOf({ levels, names, label }: Server, project: ApacheProject): CertificateUse[] {
  const chain = chainOf(levels, project);
  // OpenSSL completes a lone certificate with what the server trusts for clients (SSL_CTX_set_mode; seen with 2.4.71).
  const elsewhere = ['sslcacertificatefile', 'sslcacertificatepath', 'sslcertificatechainfile'];
  const chainElsewhere = chain === undefined && elsewhere.some((key) => mayHold(levels, key));
  const passwords = passwordsOf(project);
  const keys = linesOf(levels, 'sslcertificatekeyfile');
  const keysHidden = keys.length === 0 && mayHold(levels, 'sslcertificatekeyfile');
  return linesOf(levels, 'sslcertificatefile').flatMap((entry, i) => {
    const certificate = fileUse(entry, project);
    if (certificate === undefined) return [];
    const keyEntry = keys[i];
    const key = keyEntry === undefined ? (keysHidden ? undefined : certificate) : fileUse(keyEntry, project);
    const use: CertificateUse = { certificate, key, names, label, chainElsewhere, passwords };
    // A file that holds its chain itself may be named for it again.
    const isApart = chain !== undefined && !sameFile(chain, certificate);
    return [isApart ? { ...use, chain } : use];
  });
}

/**
 * Whether a program tells the passwords of keys; without one Apache asks at a terminal (docs, SSLPassPhraseDialog, which
 * counts for the whole server).
 */
function passwordsOf({ main, role }: ApacheProject): Fact<boolean> {
  const found = nearest([main], 'sslpassphrasedialog');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'absent')
    return role === 'root'
      ? known(false, byDefault(`${MOD_SSL}#sslpassphrasedialog`))
      : unknown('the main server is not known');
  const told = value(found.entry)?.toLowerCase() !== 'builtin';
  return known(told, originOf(main, main, found.entry));
}

/** Every file that the configuration names, each line once. */
export function fileUsesOf(project: ApacheProject): FileUse[] {
  const seen = new Set<Entry['directive']>();
  const out: FileUse[] = [];
  for (const scope of project.scopes) {
    for (const entry of scope.entries) {
      if (!FILE_DIRECTIVES.has(entry.directive.key) || seen.has(entry.directive)) continue;
      seen.add(entry.directive);
      const use = fileUse(entry, project);
      if (use !== undefined) out.push(use);
    }
  }
  return out;
}
