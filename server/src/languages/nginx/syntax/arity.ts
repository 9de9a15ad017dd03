/** Owns how many arguments nginx's own directives take at most, over all modules, contexts and versions. */
import { type DirectiveForm, directiveTable } from '../../../facts/nginx-directives.ts';

function mostOf({ counts, least }: DirectiveForm): number {
  return least === undefined ? Math.max(...counts) : Number.POSITIVE_INFINITY;
}

let limits: ReadonlyMap<string, number> | undefined;

/** Every directive without a block; asked for with each directive that is parsed. */
function limitsByName(): ReadonlyMap<string, number> {
  limits ??= new Map(
    [...directiveTable()].flatMap(([name, forms]) => {
      const plain = forms.filter(({ block }) => !block);
      return plain.length === 0 ? [] : [[name, Math.max(...plain.map(mostOf))] as const];
    }),
  );
  return limits;
}

/** The most arguments that nginx accepts in a directive without a block; undefined for other names. */
export function mostArguments(name: string): number | undefined {
  return limitsByName().get(name);
}

/** The directives with a limit to their arguments, each with the most that nginx accepts. */
export function limitedDirectives(): readonly (readonly [name: string, most: number])[] {
  return [...limitsByName()].filter(([, most]) => Number.isFinite(most));
}

/** Whether nginx's own directive of this name opens a block, in some context at least. */
export function opensBlock(name: string): boolean {
  return (
    directiveTable()
      .get(name)
      ?.some(({ block }) => block) === true
  );
}

/** Whether a directive of nginx's own has this name. */
export function isDirectiveName(name: string): boolean {
  return directiveTable().has(name);
}
