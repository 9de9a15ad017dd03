/** Owns loading a stunnel configuration from texts, for tests. */
import type { FileId } from '../../server/src/files/host.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import type { LoadedProject } from '../../server/src/languages/language.ts';
import { stunnel } from '../../server/src/languages/stunnel/index.ts';
import { PRODUCTS, type Product, parseVersion, type Target } from '../../server/src/model/target.ts';
import { memoryHost } from '../kit/memory-host.ts';

export interface Settings {
  readonly root?: FileId;
  readonly target?: Partial<Record<Product, string>>;
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

/** Files by absolute path; the first is the root unless the settings name another. */
export function load(files: Readonly<Record<FileId, string>>, settings: Settings = {}): LoadedProject {
  const root = settings.root ?? Object.keys(files)[0] ?? '';
  const store = createFileStore(memoryHost(files));
  const project = stunnel.load(root, {
    files: store,
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
  return load({ '/project/stunnel/stunnel.conf': text }, settings);
}
