/** Owns the proposals of nginx's directives where one may begin, of their values, and of variables behind a `$`. */
import { NGINX_VARIABLES } from '../facts/nginx-variables.ts';
import type { SourceFile } from '../files/store.ts';
import type { LoadedProject } from '../languages/language.ts';
import { valueProposals } from './completion-values.ts';
import type { Proposal } from './proposal.ts';

export function directiveProposals(project: LoadedProject, file: SourceFile, offset: number): Proposal[] {
  if (project.standingAt === undefined) return [];
  const before = file.text.slice(0, offset);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (/(?:^|[\s;{}])#/.test(line)) return [];

  const variable = /\$\{?(\w*)$/.exec(line)?.[1];
  if (variable !== undefined) {
    const standing = project.standingAt(file.id, offset);
    // The built-in ones are those of `http`.
    const builtIn = standing.places.every((place) => /^(?:stream|mail|main|events)/.test(place)) ? [] : NGINX_VARIABLES;
    const span = { start: offset - variable.length, end: offset };
    return [...new Set([...standing.variables(), ...builtIn])]
      .sort()
      .map((name) => ({ kind: 'variable', text: name, detail: undefined, span }));
  }

  const values = valueProposals(project, file.id, line, offset);
  if (values !== undefined) return values;

  const word = /(?:^|[\s;{}])([a-z]\w*)$/.exec(line)?.[1] ?? '';
  // Without a letter only on a line of its own: behind a `;` most people are done.
  if ((word === '' && line.trim() !== '') || !beginsDirective(before.slice(0, offset - word.length))) return [];
  const span = { start: offset - word.length, end: offset };
  return project
    .standingAt(file.id, offset)
    .allowed()
    .map(({ name, module }) => ({ kind: 'directive', text: name, detail: module, span }));
}

/** Whether the words that follow a text are a directive's first: nothing but white space and comments since the last `;`, `{` or `}`. */
function beginsDirective(before: string): boolean {
  for (let rest = before; ; ) {
    const words = rest.trimEnd();
    if (words === '') return true;
    const lineStart = words.lastIndexOf('\n') + 1;
    const comment = words.slice(lineStart).search(/(?<=^|[\s;{}])#/);
    if (comment < 0) return /[;{}]$/.test(words);
    rest = words.slice(0, lineStart + comment);
  }
}
