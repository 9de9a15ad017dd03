/** Owns loading a Caddy configuration from texts, for tests. */
import type { FileId } from '../../server/src/files/host.ts';
import { caddy } from '../../server/src/languages/caddy/index.ts';
import type { LoadedProject } from '../../server/src/languages/language.ts';
import { loadTexts } from '../kit/load.ts';

export interface Settings {
  readonly root?: FileId;
  /** The version of Caddy. */
  readonly target?: string;
}

/** Files by absolute path; the first is the root unless the settings name another. */
export function load(files: Readonly<Record<FileId, string>>, { target, ...settings }: Settings = {}): LoadedProject {
  return loadTexts(caddy, files, { ...settings, ...(target === undefined ? {} : { target: { caddy: target } }) });
}

/** A whole configuration of one file. */
export function main(text: string, settings: Settings = {}): LoadedProject {
  return load({ '/project/Caddyfile': text }, settings);
}

export const messages = ({ model }: LoadedProject): string[] => model.problems.map(({ message }) => message);
