/** Owns the outline of a file, its links, and its PEM blocks. */
import type { Engine } from '../analysis/engine-types.ts';
import type { PemItem } from '../certificates/file.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';
import type { Link, OutlineItem } from '../languages/language.ts';

/** What a file is made of: its blocks and sections, or its certificates and keys. */
export function outlineOf(engine: Engine, file: FileId): readonly OutlineItem[] {
  const items = engine.projectsOf(file).map(({ project }) => project.symbols(file));
  return items.find((list) => list.length > 0) ?? pemOutline(pemItems(engine, file) ?? []);
}

/** Where the paths in a file lead; a path that leads to different files in different projects has several. */
export function linksOf(engine: Engine, file: FileId): Link[] {
  const links = new Map<string, Link>();
  for (const { project } of engine.projectsOf(file)) {
    for (const link of project.links(file)) links.set(`${link.span.start}-${link.span.end} ${link.target}`, link);
  }
  return [...links.values()].sort((a, b) => a.span.start - b.span.start);
}

/** The PEM blocks of a file; undefined where it has none. */
export function pemItems({ files, certificates }: Engine, file: FileId): readonly PemItem[] | undefined {
  const opened = files.open(file, noDependencies());
  if (!opened.ok || !opened.file.text.includes('-----BEGIN ')) return undefined;
  const stored = certificates.read(file, noDependencies());
  return stored.ok ? stored.pem.items : undefined;
}

function pemOutline(items: readonly PemItem[]): OutlineItem[] {
  const outline: OutlineItem[] = [];
  for (const item of items) {
    const { span, label } = item;
    if (item.kind === 'certificate') {
      const name = item.certificate.subject.text;
      outline.push({ name, detail: label, kind: 'certificate', span, nameSpan: item.labelSpan, children: [] });
    }
    if (item.kind === 'key') {
      const name = item.key.algorithm ?? 'encrypted';
      outline.push({ name, detail: label, kind: 'key', span, nameSpan: item.labelSpan, children: [] });
    }
  }
  return outline;
}
