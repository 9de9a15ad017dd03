/** Owns where the thing under the cursor is used: a name, a file that paths lead to, a certificate file that is open. */
import type { Engine, ProjectReport } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import type { Place } from '../model/origin.ts';
import { sameFile, usesOf } from './certificate-uses.ts';
import { pathAt } from './definitions.ts';
import { once, sharedNameAt } from './names.ts';
import { pemItems } from './outline.ts';

/** All uses of what stands at an offset, with its definitions if they are asked for. */
export function referencesAt(
  engine: Engine,
  projects: readonly ProjectReport[],
  file: FileId,
  offset: number,
  withDefinitions: boolean,
): readonly Place[] {
  const name = sharedNameAt(engine, file, offset);
  if (name !== undefined) return withDefinitions ? once([...name.definitions, ...name.uses]) : name.uses;
  const path = pathAt(engine, file, offset);
  const files = path?.files ?? (pemItems(engine, file) === undefined ? [] : [file]);
  return once(files.flatMap((target) => pathsTo(engine, projects, target)));
}

function pathsTo(engine: Engine, projects: readonly ProjectReport[], target: FileId): Place[] {
  const links = projects.flatMap(({ project }) =>
    project.files.flatMap(({ id }) =>
      project
        .links(id)
        .flatMap((link) => (sameFile(engine, link.target, target) ? [{ file: id, span: link.span }] : [])),
    ),
  );
  return [
    ...links,
    ...usesOf(engine, projects)
      .mentionsOf(target)
      .map(({ place }) => place),
  ];
}
