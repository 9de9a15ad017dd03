/** Owns which directive stands, and which may stand, at an offset; also in files with faults, as they are while typing. */
import { type Context, directiveTable, formsFor } from '../../facts/nginx-directives.ts';
import type { FileId } from '../../files/host.ts';
import { spanTouches } from '../../text/span.ts';
import type { DirectiveWord, Standing } from '../language.ts';
import { outermost } from './directives.ts';
import { levelsOf } from './lower/levels.ts';
import { definedLocations, definedUpstreams, definedVariables } from './names/defined.ts';
import type { NginxProject } from './project.ts';
import { findAt } from './syntax/query.ts';

/** The places that an offset may be; none inside `map`, `types` and the like, or in blocks of modules that are not known. */
function contextsAt(project: NginxProject, file: FileId, offset: number): readonly Context[] {
  const tree = project.files.get(file)?.trees.find(({ span }) => spanTouches(span, offset));
  if (tree === undefined) return [];
  const opener = findAt(tree, offset).path.findLast(
    ({ block }) => block !== undefined && block.open.end <= offset && spanTouches(block.raw, offset),
  );
  const levels = levelsOf(project);
  if (opener !== undefined) {
    return unique(levels.flatMap(({ scope, contexts }) => (scope.opener?.directive === opener ? contexts : [])));
  }
  if (project.root.id === file) return outermost(project.role);
  const around = levels.flatMap(({ scope, contexts }) =>
    scope.entries.some((entry) => entry.file.id === file && tree.items.includes(entry.directive)) ? contexts : [],
  );
  // An included file that is still empty.
  return around.length > 0 ? unique(around) : outermost('fragment');
}

function unique(contexts: readonly Context[]): readonly Context[] {
  return [...new Set(contexts)];
}

export function standingAt(project: NginxProject, file: FileId, offset: number): Standing {
  const { target } = project.paths.environment;
  const tree = project.files.get(file)?.trees.find(({ span }) => spanTouches(span, offset));
  const found = tree && findAt(tree, offset);
  const innermost = found?.path.at(-1);
  const contexts = contextsAt(project, file, offset);
  // In `map` and the like, words are no directives.
  const isName = contexts.length > 0 && innermost !== undefined && found?.word === innermost.name;
  const name = isName ? innermost.name : undefined;
  return {
    name,
    places: contexts,
    allowed: () =>
      [...directiveTable().keys()].sort().flatMap((word): DirectiveWord[] => {
        const form = formsFor(word, target).find((one) => contexts.some((context) => one.contexts.has(context)));
        return form === undefined ? [] : [{ name: word, module: form.module }];
      }),
    variables: () => definedVariables(project),
    upstreams: () => definedUpstreams(project),
    locations: () => definedLocations(project),
  };
}
