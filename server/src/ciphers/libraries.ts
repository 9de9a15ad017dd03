/** Owns which OpenSSL a fact is about: the releases from which on cipher strings, groups or security levels differ. */
import { compareVersions, type Version } from '../model/target.ts';

/**
 * The releases at which something changed, oldest first; each stands for those after it, up to the next. 1.1.0 is not
 * among them: nothing supported has it. 3.6 differs from 3.5 in nothing that is modelled here (compared with 3.6.5);
 * 4.0 is as 3.5 but for what its release notes say of groups.
 */
export const LIBRARIES = ['1.0.2', '1.1.1', '3.0', '3.2', '3.3', '3.4', '3.5', '4.0'] as const;
export type Library = (typeof LIBRARIES)[number];

/**
 * How the library was built. `usual`: as Debian, Ubuntu and Alpine do, without `enable-weak-ssl-ciphers` and without
 * OpenSSL 3's legacy provider. `weak`: with both, so with all that the release still has code for.
 */
export type Build = 'usual' | 'weak';

/** The release whose facts hold for a version; undefined for 1.1.0 and for what is older than 1.0.2. */
export function libraryOf(version: Version): Library | undefined {
  if (compareVersions(version, [1, 1, 0]) >= 0 && compareVersions(version, [1, 1, 1]) < 0) return undefined;
  return LIBRARIES.findLast((library) => compareVersions(version, library.split('.').map(Number)) >= 0);
}

/** Whether `library` is `first` or newer. */
export function since(library: Library, first: Library): boolean {
  return LIBRARIES.indexOf(library) >= LIBRARIES.indexOf(first);
}
