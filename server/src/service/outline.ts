/** Owns the outline of a file, its links, and its PEM blocks. */
import type { Engine } from '../analysis/engine-types.ts';
import type { PemItem } from '../certificates/file.ts';
import { summaryOf } from '../certificates/summary.ts';
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
  return items.map((item) => ({
    name: summaryOf(item) || item.label,
    detail: item.label,
    kind: OUTLINE_KINDS[item.kind] ?? 'section',
    span: item.span,
    nameSpan: item.kind === 'damaged' ? item.damage.span : item.labelSpan,
    children: [],
  }));
}

const OUTLINE_KINDS: Partial<Record<PemItem['kind'], OutlineItem['kind']>> = {
  certificate: 'certificate',
  request: 'certificate',
  bundle: 'certificate',
  key: 'key',
  'public-key': 'key',
  'openssh-key': 'key',
};
