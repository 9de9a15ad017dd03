/** Owns finding a directive or variable in nginx's own documentation, and how that is shown. */
import { code } from './markdown.ts';

export interface ReferenceDirective {
  readonly name: string;
  /** `ngx_http_proxy_module`, or `Core functionality`. */
  readonly module: string;
  /** Markdown, without the name. */
  readonly syntax: readonly string[];
  /** Empty where there is none. */
  readonly usual: string;
  readonly contexts: readonly string[];
  /** Markdown. */
  readonly description: string;
}

export interface ReferenceVariable {
  /** Without the `$`; families end in a word in capitals (`http_NAME`). */
  readonly name: string;
  readonly module: string;
  readonly description: string;
}

export interface NginxReference {
  readonly directives: readonly ReferenceDirective[];
  readonly variables: readonly ReferenceVariable[];
}

type Family = 'http' | 'stream' | 'mail' | 'other';

/** What a module, or a place such as `stream server`, belongs to. */
function familyOf(word: string): Family {
  if (/(?:^|_)stream(?:_|\b)/.test(word)) return 'stream';
  if (/(?:^|_)mail(?:_|\b)/.test(word)) return 'mail';
  return /(?:^|_)http(?:_|\b)|location|limit_except|if in server/.test(word) ? 'http' : 'other';
}

/** A place in the reference's word for it: `server` for `http server`. */
const placeWord = (place: string): string => (place.startsWith('if ') ? place : (place.split(' ').at(-1) ?? place));

/**
 * The documentation of a directive. Where modules share a name, that of the module whose family and places fit best to `near`,
 * which are places or modules. Of long descriptions the beginning, about `most` characters of Markdown.
 */
export function directiveText(
  { directives }: NginxReference,
  name: string,
  near: readonly string[],
  most: number = MOST_TEXT,
): string | undefined {
  const families = new Set(near.map(familyOf));
  const words = new Set(near.map(placeWord));
  const score = ({ module, contexts }: ReferenceDirective): number =>
    (near.includes(module) ? 8 : 0) +
    (families.has(familyOf(module)) ? 4 : 0) +
    (contexts.some((context) => words.has(context)) ? 2 : 0) +
    (module === 'Core functionality' ? 1 : 0);
  const found = directives.filter((directive) => directive.name === name);
  const best = found.reduce<ReferenceDirective | undefined>(
    (a, b) => (a === undefined || score(b) > score(a) ? b : a),
    undefined,
  );
  if (best === undefined) return undefined;
  const [first = '', ...others] = best.syntax.map((syntax) => `Syntax: ${code(name)} ${syntax}`.trim());
  const forms = others.join('').length + first.length > most ? [`${first}, and in other forms`] : [first, ...others];
  const contexts = best.contexts.map((context) => (context === '' ? 'any' : code(context)));
  const rows = [
    ...forms.filter((form) => form !== ''),
    ...(best.usual === '' ? [] : [`Default: ${code(best.usual)}`]),
    ...(contexts.length === 0 ? [] : [`Context: ${contexts.join(', ')}`]),
  ];
  const { text, isWhole } = beginning(best.description, most);
  const source = `[${isWhole ? best.module : `More in ${best.module}`}](${addressOf(best)})`;
  return [...(rows.length === 0 ? [] : [rows.map((row) => `- ${row}`).join('\n')]), text, source].join('\n\n');
}

/** Some directives have pages of their own; a hover is read at a glance. */
const MOST_TEXT = 700;

/** The first paragraphs of a description, at least one; the rest is behind the link. */
function beginning(description: string, most: number): { readonly text: string; readonly isWhole: boolean } {
  const paragraphs = description.split(/\n{2,}/);
  let text = '';
  for (const [index, paragraph] of paragraphs.entries()) {
    const longer = index === 0 ? paragraph : `${text}\n\n${paragraph}`;
    if (index > 0 && longer.length > most && !isInFence(text)) return { text, isWhole: false };
    text = longer;
  }
  return { text, isWhole: true };
}

function isInFence(text: string): boolean {
  return (text.match(/^```/gm)?.length ?? 0) % 2 === 1;
}

function addressOf({ module, name }: ReferenceDirective): string {
  const family = familyOf(module);
  const folder = family === 'other' ? '' : `${family}/`;
  const page = module === 'Core functionality' ? 'ngx_core_module' : module;
  return `https://nginx.org/en/docs/${folder}${page}.html#${name}`;
}

/** The documentation of a variable, also of one of a family: `http_user_agent`. */
export function variableText({ variables }: NginxReference, name: string): string | undefined {
  const found =
    variables.find((variable) => variable.name === name) ??
    variables.find((variable) => {
      const family = /^(.*_)[A-Z]+$/.exec(variable.name)?.[1]?.toLowerCase();
      return family !== undefined && name.startsWith(family) && name.length > family.length;
    });
  return found && `${code(`$${name}`)}: ${found.description}`;
}
