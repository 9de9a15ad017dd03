/** Owns loading stunnel's configurations from texts, for tests. */
import type { FileId } from '../../server/src/files/host.ts';
import type { LoadedProject } from '../../server/src/languages/language.ts';
import { stunnel } from '../../server/src/languages/stunnel/index.ts';
import { loadTexts, type Settings } from '../kit/load.ts';

/** Files by absolute path; the first is the root unless the settings name another. */
export function load(files: Readonly<Record<FileId, string>>, settings: Settings = {}): LoadedProject {
  return loadTexts(stunnel, files, settings);
}

/** A whole configuration of one file. */
export function main(text: string, settings: Settings = {}): LoadedProject {
  return load({ '/project/stunnel/stunnel.conf': text }, settings);
}
