/** Owns where the thing under the cursor is defined: a name, or the file that a path leads to. */
import type { Engine } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import type { Place } from '../model/origin.ts';
import { type Span, spanTouches } from '../text/span.ts';
import { sharedNameAt } from './names.ts';
import { linksOf } from './outline.ts';

export interface Definitions {
  /** What was asked for. */
  readonly span: Span;
  readonly places: readonly Place[];
}

/** The definitions of what stands at an offset; undefined where nothing is defined anywhere that can be seen. */
export function definitionsAt(engine: Engine, file: FileId, offset: number): Definitions | undefined {
  const name = sharedNameAt(engine, file, offset);
  if (name !== undefined && name.definitions.length > 0) return { span: name.span, places: name.definitions };
  const path = pathAt(engine, file, offset);
  return (
    path && { span: path.span, places: path.files.map((target) => ({ file: target, span: { start: 0, end: 0 } })) }
  );
}

/** The files that a path at an offset leads to; an `include` with a pattern leads to several. */
export function pathAt(
  engine: Engine,
  file: FileId,
  offset: number,
): { readonly span: Span; readonly files: readonly FileId[] } | undefined {
  const links = linksOf(engine, file).filter(({ span }) => spanTouches(span, offset));
  const [link] = links;
  if (link !== undefined) return { span: link.span, files: links.map(({ target }) => target) };
  for (const { project } of engine.projectsOf(file)) {
    const subject = project.subjectAt(file, offset);
    if (subject?.kind === 'include' && subject.files.length > 0) return { span: subject.span, files: subject.files };
  }
  return undefined;
}
