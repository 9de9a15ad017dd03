/** Owns how many arguments nginx's own directives take at most, over all modules, contexts and versions. */
import { type DirectiveForm, directiveTable } from '../../../facts/nginx-directives.ts';

function mostOf({ counts, least }: DirectiveForm): number {
  return least === undefined ? Math.max(...counts) : Number.POSITIVE_INFINITY;
}

/** The most arguments that nginx accepts in a directive without a block; undefined for other names. */
export function mostArguments(name: string): number | undefined {
  const plain = directiveTable()
    .get(name)
    ?.filter(({ block }) => !block);
  return plain === undefined || plain.length === 0 ? undefined : Math.max(...plain.map(mostOf));
}

/** The directives with a limit to their arguments, each with the most that nginx accepts. */
export function limitedDirectives(): readonly (readonly [name: string, most: number])[] {
  return [...directiveTable().keys()].flatMap((name) => {
    const most = mostArguments(name);
    return most === undefined || most === Number.POSITIVE_INFINITY ? [] : [[name, most] as const];
  });
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
