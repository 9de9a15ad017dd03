/** Owns the proposals of Apache's directives where one may begin, and of the words that they know. */
import { APACHE_DIRECTIVES, type ApachePlace } from '../facts/apache-directives.ts';
import type { SourceFile } from '../files/store.ts';
import type { LoadedProject } from '../languages/language.ts';
import type { Proposal } from './proposal.ts';

/** A line with nothing but the beginning of a name. */
const NAME = /^[ \t]*(<?)([A-Za-z]\w*)?$/;
/** A directive's name and the word behind it. */
const FIRST_WORD = /^[ \t]*([A-Za-z]\w*)[ \t]+([\w.+*/-]*)$/;

export function apacheProposals(project: LoadedProject, file: SourceFile, offset: number): Proposal[] {
  const before = file.text.slice(0, offset);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const span = (word: string) => ({ start: offset - word.length, end: offset });
  const [, name = '', typed = ''] = FIRST_WORD.exec(line) ?? [];
  const words = APACHE_DIRECTIVES.get(name.toLowerCase())?.words ?? [];
  if (words.length > 0) return words.map((text) => ({ kind: 'value', text, detail: undefined, span: span(typed) }));
  const [begins, bracket, word = ''] = NAME.exec(line) ?? [];
  const standing = project.apacheStandingAt?.(file.id, offset);
  if (begins === undefined || standing === undefined) return [];
  const fits = (places: ReadonlySet<ApachePlace>) => standing.places.some((place) => places.has(place));
  return [...APACHE_DIRECTIVES.values()]
    .filter(({ places, section }) => fits(places) && section === (bracket === '<'))
    .map(({ name: text, module }): Proposal => ({ kind: 'directive', text, detail: module, span: span(word) }))
    .sort((one, other) => (one.text < other.text ? -1 : 1));
}
