/**
 * Owns folders of authorities: OpenSSL looks only into files that are named by the hash of a subject, `9d66eef0.0`, as
 * `openssl rehash` makes them (openssl-rehash; seen with httpd 2.4.69 and 2.4.71).
 */
import { isAbsolute, join } from '../../../files/paths.ts';
import type { FileUse } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { includeCandidates } from '../paths.ts';
import type { ApacheProject } from '../project.ts';
import { type Entry, isOpen, placeOf, placeOfWord, value } from '../scope.ts';

const HASHED = /^[0-9a-f]{8}\.\d+$/;
const CERTIFICATE = /\.(pem|crt|cer)$/i;
/** Folders with more come with operating systems, and are for other purposes. */
const MOST = 50;

interface Folder {
  readonly files: readonly FileUse[];
  /** Whether it holds certificates, and none under such a name, on the machine where it is written for. */
  readonly useless: boolean;
}

export function folderOf(entry: Entry, { paths }: ApacheProject): Fact<Folder> {
  const written = value(entry) ?? '';
  const word = entry.directive.args[0];
  const { environment, dependencies } = paths;
  if (word === undefined || isOpen(written)) return unknown(`\`${entry.directive.name.value}\` names no folder`);
  const setting = entry.directive.name.value;
  const origin = { kind: 'written' as const, place: placeOf(entry) };
  for (const { path } of includeCandidates(written.replace(/\/+$/, ''), paths)) {
    const entries = environment.files.list(path, dependencies);
    if (entries === undefined) continue;
    const names = entries.flatMap(({ name, kind }) => (kind === 'directory' ? [] : [name]));
    const hashed = names.filter((name) => HASHED.test(name)).sort();
    if (hashed.length > MOST) return unknown(`there are many authorities in \`${written}\``);
    const files = hashed.map(
      (name): FileUse => ({
        place: placeOfWord(entry.file, word),
        setting,
        written: `${written.replace(/\/+$/, '')}/${name}`,
        file: known(join(path, name), origin),
      }),
    );
    const isHere = isAbsolute(written) && path === written.replace(/\/+$/, '');
    // Elsewhere the names may be made when the files are brought there.
    if (hashed.length === 0 && !isHere) return unknown(`no file in \`${written}\` is named by a hash yet`);
    return known({ files, useless: hashed.length === 0 && names.some((name) => CERTIFICATE.test(name)) }, origin);
  }
  return unknown(`\`${written}\` cannot be seen`);
}
