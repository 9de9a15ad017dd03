/** Owns what each file of a run is: in which language it is read, and whether a configuration starts there. */
import type { FileId } from '../files/host.ts';
import { type FileStore, noDependencies, type SourceFile } from '../files/store.ts';
import { nginx } from '../languages/nginx/index.ts';
import { holdsPem, pem } from '../languages/pem/index.ts';
import type { LanguageId } from '../model/model.ts';
import { type Claimed, claimOf, LANGUAGES } from './languages.ts';

export interface Claims {
  /** What a file is that somebody asked for; where nothing makes it known, what it is read as. */
  of(path: FileId): Claimed;
}

/** `languageOf` is what the user says a file is, which counts before its name and text. */
export function createClaims(
  files: FileStore,
  languageOf: (path: FileId) => LanguageId | undefined = () => undefined,
): Claims {
  const known = new WeakMap<SourceFile, { readonly claimed: Claimed | undefined }>();

  /** Files are only asked for what they are, and nobody depends on that. */
  const open = (path: FileId): SourceFile | undefined => {
    const opened = files.open(path, noDependencies());
    return opened.ok ? opened.file : undefined;
  };

  const byUser = (path: FileId): Claimed | undefined => {
    const named = languageOf(path);
    const language = named === undefined ? undefined : LANGUAGES.find(({ id }) => id === named);
    return language && { language, claim: language.claim(path, () => open(path)?.text ?? '') ?? 'fragment' };
  };

  const byItself = (path: FileId): Claimed | undefined => {
    const file = open(path);
    if (file === undefined) return claimOf(path, () => '');
    let found = known.get(file);
    if (found === undefined) {
      found = { claimed: claimOf(path, () => file.text) };
      known.set(file, found);
    }
    return found.claimed;
  };

  const asWritten = (path: FileId): Claimed => {
    const file = open(path);
    return file !== undefined && holdsPem(file.text)
      ? { language: pem, claim: 'root' }
      : { language: nginx, claim: 'fragment' };
  };

  return { of: (path) => byUser(path) ?? byItself(path) ?? asWritten(path) };
}
