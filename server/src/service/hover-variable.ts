/** Owns what is shown about a variable: the lines that define it, or nginx's own documentation of it. */
import type { FileId } from '../files/host.ts';
import type { LoadedProject } from '../languages/language.ts';
import type { Place } from '../model/origin.ts';
import type { Hover, HoverSource } from './hover-source.ts';
import { variableText } from './nginx-reference.ts';
import { withoutKeys } from './secrets.ts';

/** Of several definitions, and of a long one, this much is shown. */
const MOST_DEFINITIONS = 3;
const MOST_LINES = 12;

/** Undefined where no variable stands, and where nothing is known of it. */
export async function variableHover(source: HoverSource, file: FileId, offset: number): Promise<Hover | undefined> {
  for (const { project } of source.engine.projectsOf(file)) {
    const thing = project.language === 'nginx' ? project.nameAt?.(file, offset) : undefined;
    if (thing?.what !== 'variable') continue;
    const { name, span, definitions } = thing;
    const parts = definitions.slice(0, MOST_DEFINITIONS).flatMap((place) => definitionText(project, place, source));
    const reference = parts.length > 0 ? undefined : await source.reference?.();
    const text = reference === undefined ? undefined : variableText(reference, name);
    if (text !== undefined) return { span, markdown: text };
    if (parts.length === 0) continue;
    const more = definitions.length - MOST_DEFINITIONS;
    return { span, markdown: [...parts, ...(more > 0 ? [`and ${more} more`] : [])].join('\n\n') };
  }
  return undefined;
}

/** The statement that a definition stands in, as it is written. */
function definitionText(project: LoadedProject, place: Place, { placeLink }: HoverSource): string[] {
  const text = project.files.find(({ id }) => id === place.file)?.text;
  const statement = project
    .spansAround?.(place.file, place.span.start)
    .map(({ start, end }) => text?.slice(start, end) ?? '')
    .find((one) => /[;}]$/.test(one));
  if (statement === undefined || statement.includes('```')) return [];
  const lines = withoutKeys(statement).split('\n');
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '# …'] : lines;
  return [`Defined in ${placeLink(place)}:\n\n\`\`\`nginx\n${shown.join('\n')}\n\`\`\``];
}
