/** Owns what is shown about a directive itself: nginx's own documentation of it, or where Apache's is. */
import { APACHE_DIRECTIVES, type ApacheDirective, type ApachePlace } from '../facts/apache-directives.ts';
import type { FileId } from '../files/host.ts';
import type { Hover, HoverSource } from './hover-source.ts';
import { code } from './markdown.ts';
import { directiveText } from './nginx-reference.ts';

/** Characters of the documentation below what is told of the directive's effect. */
const LITTLE = 200;

/** The documentation of the directive whose name is at an offset; undefined where it is not known. `isMore`: it is not all there is. */
export async function directiveHover(
  source: HoverSource,
  file: FileId,
  offset: number,
  isMore: boolean,
): Promise<Hover | undefined> {
  for (const { project } of source.engine.projectsOf(file)) {
    const apache = project.apacheStandingAt?.(file, offset).name;
    const known = apache && APACHE_DIRECTIVES.get(apache.value.toLowerCase());
    if (apache !== undefined && known !== undefined) return { span: apache.span, markdown: apacheText(known) };
    const standing = project.standingAt?.(file, offset);
    if (standing?.name === undefined) continue;
    const reference = await source.reference?.();
    const markdown =
      reference && directiveText(reference, standing.name.value, standing.places, isMore ? LITTLE : undefined);
    return markdown === undefined ? undefined : { span: standing.name.span, markdown };
  }
  return undefined;
}

const PLACE_WORDS: Readonly<Record<ApachePlace, string>> = {
  main: 'main server',
  host: 'virtual host',
  section: 'sections such as `<Location>`',
  htaccess: '`.htaccess`',
};

/** Where a directive of Apache may stand, the words that it knows, and the link to its documentation. */
function apacheText({ name, module, section, places, words, url }: ApacheDirective): string {
  const lines = [
    `**${code(section ? `<${name}>` : name)}** (${module})`,
    '',
    `- **In:** ${[...places].map((place) => PLACE_WORDS[place]).join(', ')}`,
    ...(words.length === 0 ? [] : [`- **Words:** ${words.map(code).join(', ')}`]),
    '',
    `[Documentation](${url})`,
  ];
  return lines.join('\n');
}
