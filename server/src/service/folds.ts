/** Owns what can be folded: blocks, sections, comments, and the blocks of certificate files. */
import type { Engine } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import type { Fold } from '../languages/language.ts';
import { pemItems } from './outline.ts';

/** Undefined where there is nothing that wsslint knows better than the editor. */
export function foldsOf(engine: Engine, file: FileId): readonly Fold[] | undefined {
  for (const { project } of engine.projectsOf(file)) {
    if (project.files.some(({ id }) => id === file) && project.foldsOf !== undefined) return project.foldsOf(file);
  }
  return pemItems(engine, file)?.map(({ span }) => ({ span, kind: 'block' }));
}
