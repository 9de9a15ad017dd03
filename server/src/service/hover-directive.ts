/** Owns what is shown about a directive itself: nginx's own documentation of it. */
import type { FileId } from '../files/host.ts';
import type { Hover, HoverSource } from './hover.ts';
import { directiveText } from './nginx-reference.ts';

/** The documentation of the directive whose name is at an offset; undefined where it is not known. */
export async function directiveHover(source: HoverSource, file: FileId, offset: number): Promise<Hover | undefined> {
  for (const { project } of source.engine.projectsOf(file)) {
    const standing = project.standingAt?.(file, offset);
    if (standing?.name === undefined) continue;
    const reference = await source.reference?.();
    const markdown = reference && directiveText(reference, standing.name.value, standing.places);
    return markdown === undefined ? undefined : { span: standing.name.span, markdown };
  }
  return undefined;
}
