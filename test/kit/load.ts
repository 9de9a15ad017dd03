/** Owns loading a configuration from texts, by the language itself, for tests of its lowering. */
import type { FileId } from '../../server/src/files/host.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import type { Environment, Language, LoadedProject } from '../../server/src/languages/language.ts';
import { PRODUCTS, type Product, parseVersion, type Target } from '../../server/src/model/target.ts';
import { memoryHost } from './memory-host.ts';

export interface Settings {
  readonly root?: FileId;
  /** Versions by product: `{ haproxy: '2.6.12' }`. */
  readonly target?: Partial<Record<Product, string>>;
  readonly pathMap?: Environment['pathMap'];
  readonly webSocketPaths?: readonly string[];
  readonly workspaces?: readonly FileId[];
  readonly together?: Environment['together'];
}

function targetOf(versions: Settings['target'] = {}): Target {
  return new Map(
    PRODUCTS.flatMap((product) => {
      const text = versions[product];
      const version = text === undefined ? undefined : parseVersion(text);
      return text === undefined || version === undefined
        ? []
        : [[product, { version, text, from: 'the test' }] as const];
    }),
  );
}

/** What a project of files by absolute path is read with. */
export function environmentOf(files: Readonly<Record<FileId, string>>, settings: Settings = {}): Environment {
  return {
    files: createFileStore(memoryHost(files)),
    target: targetOf(settings.target),
    pathMap: settings.pathMap ?? [],
    webSocketPaths: settings.webSocketPaths ?? [],
    workspaces: settings.workspaces ?? ['/project'],
    together: settings.together,
  };
}

/** Loads files by absolute path; the first is the root unless the settings name another. */
export function loadTexts(
  language: Language,
  files: Readonly<Record<FileId, string>>,
  settings: Settings = {},
): LoadedProject {
  const root = settings.root ?? Object.keys(files)[0] ?? '';
  const project = language.load(root, environmentOf(files, settings));
  if (project === undefined) throw new Error(`${root} cannot be read`);
  return project;
}
