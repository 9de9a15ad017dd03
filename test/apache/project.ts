/** Owns loading Apache's configurations from texts, for tests. */
import type { FileId } from '../../server/src/files/host.ts';
import { noDependencies } from '../../server/src/files/store.ts';
import { apache } from '../../server/src/languages/apache/index.ts';
import { type ApacheProject, readProject } from '../../server/src/languages/apache/project.ts';
import type { LoadedProject } from '../../server/src/languages/language.ts';
import { environmentOf, loadTexts, type Settings } from '../kit/load.ts';

export type { Settings };

/** Files by absolute path; the first is the root unless the settings name another. */
export function load(files: Readonly<Record<FileId, string>>, settings: Settings = {}): LoadedProject {
  return loadTexts(apache, files, settings);
}

/** A whole configuration of one file. */
export function main(text: string, settings: Settings = {}): LoadedProject {
  return load({ '/project/apache2.conf': text }, settings);
}

export const host = (lines: string, before = 'Listen 443'): string =>
  `${before}\n<VirtualHost *:443>\nServerName shop.example\nSSLEngine on\n${lines}\n</VirtualHost>\n`;

/** A whole configuration of one file, before it is lowered. */
export function read(text: string): ApacheProject {
  const id = '/project/apache2.conf';
  const environment = environmentOf({ [id]: text });
  const opened = environment.files.open(id, noDependencies());
  if (!opened.ok) throw new Error(`${id} cannot be read`);
  return readProject(opened.file, environment);
}
