/** Owns what stands at an offset of an Apache file by itself: a directive's name, and where the offset is. */
import type { ApachePlace } from '../../facts/apache-directives.ts';
import type { FileId } from '../../files/host.ts';
import { basename } from '../../files/paths.ts';
import { spanTouches } from '../../text/span.ts';
import type { ApacheStanding } from '../language.ts';
import { isCondition } from './conditions.ts';
import type { ApacheProject } from './project.ts';
import { findAt } from './syntax/query.ts';
import type { Directive } from './syntax/tree.ts';

const PASSING = /^(requireall|requireany|requirenone|limit|limitexcept)$/;

function placesIn(file: FileId, sections: readonly Directive[], project: ApacheProject): ApachePlace[] {
  const inner = sections.filter(({ key }) => !isCondition(key) && !PASSING.test(key)).at(-1);
  if (inner?.key === 'virtualhost') return ['host'];
  // A macro is used somewhere else.
  if (inner?.key === 'macro') return ['main', 'host', 'section'];
  if (basename(file) === '.htaccess') return ['htaccess'];
  if (inner !== undefined) return ['section'];
  // A part is included where nobody knows.
  return file === project.root.id && project.role === 'root' ? ['main'] : ['main', 'host'];
}

export function apacheStandingAt(project: ApacheProject, file: FileId, offset: number): ApacheStanding {
  const tree = project.files.get(file)?.tree;
  const { path } = tree === undefined ? { path: [] } : findAt(tree, offset);
  const last = path.at(-1);
  const isOnName = last !== undefined && spanTouches(last.name.span, offset);
  const around = path.filter((one) => one.section !== undefined && !spanTouches(one.head, offset));
  return { name: isOnName ? last.name : undefined, places: placesIn(file, around, project) };
}
