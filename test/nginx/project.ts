/** Owns loading nginx configurations from memory for tests of the lowering. */
import { createFileStore } from '../../server/src/files/store.ts';
import type { Environment, LoadedProject } from '../../server/src/languages/language.ts';
import { nginx } from '../../server/src/languages/nginx/index.ts';
import type { Remedy } from '../../server/src/model/remedy.ts';
import { type Product, parseVersion, type Target } from '../../server/src/model/target.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { memoryHost } from '../kit/memory-host.ts';

export interface Options {
  readonly target?: Partial<Record<Product, string>>;
  readonly pathMap?: Environment['pathMap'];
  readonly webSocketPaths?: readonly string[];
  readonly root?: string;
}

export function targetOf(versions: Options['target'] = {}): Target {
  const target = new Map();
  for (const [product, text] of Object.entries(versions))
    target.set(product, { version: parseVersion(text), text, from: 'the test' });
  return target;
}

/** Loads `/w/nginx.conf` (or another root) out of these files, whose names are relative to `/w`. */
export function loadProject(files: Readonly<Record<string, string>>, options: Options = {}): LoadedProject {
  const all = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name.startsWith('/') ? name : `/w/${name}`, text]),
  );
  const project = nginx.load(options.root ?? '/w/nginx.conf', {
    files: createFileStore(memoryHost(all)),
    target: targetOf(options.target),
    pathMap: options.pathMap ?? [],
    webSocketPaths: options.webSocketPaths ?? [],
    workspaces: ['/w'],
  });
  if (project === undefined) throw new Error('the root cannot be read');
  return project;
}

/** A whole configuration around the inside of `http`. */
export function http(inside: string): Record<string, string> {
  return { 'nginx.conf': `events {}\nhttp {\n${inside}\n}\n` };
}

/** The files after a remedy; throws when it cannot be realized. */
export function afterRemedy(project: LoadedProject, remedy: Remedy): Record<string, string> {
  const edits = project.realize(remedy);
  if (edits === undefined) throw new Error('the remedy cannot be realized');
  const texts = Object.fromEntries(project.files.map((file) => [file.id, file.text]));
  for (const { file, edits: list } of edits) texts[file] = applyEdits(texts[file] ?? '', list);
  return texts;
}
