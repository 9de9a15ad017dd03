/** Owns the outline of a file, its links, and what of it can be folded. */
import type { Engine } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';
import type { Link, OutlineItem } from '../languages/language.ts';
import type { Span } from '../text/span.ts';

/** What a file is made of. Of a file in several projects, each sees the same. */
export function outlineOf(engine: Engine, file: FileId): readonly OutlineItem[] {
  return engine.projectsOf(file)[0]?.project.symbols(file) ?? [];
}

/** Where the paths in a file lead; a path that leads to different files in different projects has several. */
export function linksOf(engine: Engine, file: FileId): Link[] {
  const links = new Map<string, Link>();
  for (const { project } of engine.projectsOf(file)) {
    for (const link of project.links(file)) links.set(`${link.span.start}-${link.span.end} ${link.target}`, link);
  }
  return [...links.values()].sort((a, b) => a.span.start - b.span.start);
}

/** The PEM blocks of a file; undefined where it has none, so that the editor folds by its own rules. */
export function foldsOf({ files, certificates }: Engine, file: FileId): Span[] | undefined {
  const opened = files.open(file, noDependencies());
  if (!opened.ok || !opened.file.text.includes('-----BEGIN ')) return undefined;
  const stored = certificates.read(file, noDependencies());
  return stored.ok ? stored.pem.items.map(({ span }) => span) : undefined;
}
