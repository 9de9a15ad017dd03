/** Owns what the selection grows by: from the word under the cursor to the whole file. */
import type { Engine } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';
import { type Span, spanTouches } from '../text/span.ts';
import { pemItems } from './outline.ts';

/** The spans around an offset, each inside the next. */
export function selectionsAt(engine: Engine, file: FileId, offset: number): readonly Span[] {
  for (const { project } of engine.projectsOf(file)) {
    const spans = project.spansAround?.(file, offset) ?? [];
    if (spans.length > 0) return spans;
  }
  const opened = engine.files.open(file, noDependencies());
  const whole = opened.ok ? [{ start: 0, end: opened.file.text.length }] : [];
  const block = pemItems(engine, file)?.find(({ span }) => spanTouches(span, offset));
  return block === undefined ? whole : [block.span, ...whole];
}
