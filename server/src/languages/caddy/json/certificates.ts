/** Owns the certificates that a JSON configuration loads, and which connection policies choose them (modules/caddytls). */
import type { Node } from 'jsonc-parser';
import type { Scope } from '../scope.ts';
import { elements, type Made, type Maker, member, named, path, word, words } from './made.ts';

/** A certificate of `load_files` with its key. */
export interface Loaded {
  readonly certificate: Made;
  readonly key: Made;
  readonly tags: readonly string[];
}

export function loadedIn(tls: Node | undefined): Loaded[] {
  return elements(path(tls, 'certificates', 'load_files')).flatMap((one): Loaded[] => {
    const [certificate, key] = ['certificate', 'key'].map((name) => word(member(one, name)));
    const format = word(member(one, 'format'))?.value ?? 'pem';
    if (certificate === undefined || key === undefined || format !== 'pem') return [];
    return [{ certificate, key, tags: words(member(one, 'tags')).map(({ value }) => value) }];
  });
}

/** Those that a policy chooses by their tags (modules/caddytls/certselection.go). */
export function loadedBy(policy: Node, loaded: readonly Loaded[]): readonly Loaded[] {
  const [any, all] = ['any_tag', 'all_tags'].map((name) =>
    words(path(policy, 'certificate_selection', name)).map(({ value }) => value),
  );
  if (any === undefined || all === undefined || any.length + all.length === 0) return [];
  return loaded.filter(
    ({ tags }) => (any.length === 0 || any.some((tag) => tags.includes(tag))) && all.every((tag) => tags.includes(tag)),
  );
}

/** All that is loaded, for whoever asks for one of its names: `load_files` and `load_folders` as lines of their own. */
export function loadLines(tls: Node | undefined, loaded: readonly Loaded[], into: Scope, maker: Maker): void {
  for (const { certificate, key } of loaded)
    maker.line(into, { ...certificate, value: 'load_files' }, [certificate, key]);
  for (const folder of words(path(tls, 'certificates', 'load_folders')))
    maker.line(into, { ...folder, value: 'load_folders' }, [folder]);
  for (const automatic of [path(tls, 'certificates', 'automate'), member(tls, 'automation')])
    if (automatic !== undefined) maker.line(into, named('automation', automatic), []);
}
