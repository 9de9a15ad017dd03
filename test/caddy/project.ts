/** Owns loading a Caddy configuration from texts, for tests. */
import type { FileId } from '../../server/src/files/host.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import { caddy } from '../../server/src/languages/caddy/index.ts';
import type { LoadedProject } from '../../server/src/languages/language.ts';
import { parseVersion, type Target } from '../../server/src/model/target.ts';
import { memoryHost } from '../kit/memory-host.ts';

export interface Settings {
  readonly root?: FileId;
  /** The version of Caddy. */
  readonly target?: string;
}

function targetOf(text: string | undefined): Target {
  const version = text === undefined ? undefined : parseVersion(text);
  return text === undefined || version === undefined
    ? new Map()
    : new Map([['caddy', { version, text, from: 'the test' }]]);
}

/** Files by absolute path; the first is the root unless the settings name another. */
export function load(files: Readonly<Record<FileId, string>>, settings: Settings = {}): LoadedProject {
  const root = settings.root ?? Object.keys(files)[0] ?? '';
  const project = caddy.load(root, {
    files: createFileStore(memoryHost(files)),
    target: targetOf(settings.target),
    pathMap: [],
    webSocketPaths: [],
    workspaces: ['/project'],
  });
  if (project === undefined) throw new Error(`${root} cannot be read`);
  return project;
}

/** A whole configuration of one file. */
export function main(text: string, settings: Settings = {}): LoadedProject {
  return load({ '/project/Caddyfile': text }, settings);
}

export const messages = ({ model }: LoadedProject): string[] => model.problems.map(({ message }) => message);
