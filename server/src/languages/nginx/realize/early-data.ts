/** Owns telling back ends of early data: the header at each level whose lines reach the routes. */
import type { Route } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { enclosing, nearest, type Scope } from '../scope.ts';
import { isHeader } from './headers.ts';
import type { RealizeContext } from './index.ts';
import { byFile, lastOf, linesAfter, linesAtStart, replaceArgs } from './layout.ts';

const LINE = 'proxy_set_header Early-Data $ssl_early_data;';

/**
 * A level with lines of its own inherits none, so the line goes to where the routes' lines are; where nothing sets any
 * header, to the server. A line that sends the header empty is put right instead.
 */
export function tellEarlyData(routes: readonly Route[], context: RealizeContext): FileEdits[] | undefined {
  const levels = new Set<Scope>();
  for (const route of routes) {
    const source = context.routeSource(route);
    if (source === undefined) return undefined;
    const found = nearest(source.scope, 'proxy_set_header');
    const level = found.kind === 'found' ? found.scope : enclosing(source.scope, 'server');
    if (found.kind === 'hidden' || level === undefined) return undefined;
    levels.add(level);
  }
  const edits = [...levels].map((level) => {
    const headers = level.entries.filter(
      ({ directive, via }) => directive.name.value === 'proxy_set_header' && via.length === 0,
    );
    const empty = headers.find((entry) => isHeader(entry, 'Early-Data'));
    if (empty !== undefined) return { file: empty.file, edit: replaceArgs(empty.directive, 1, '$ssl_early_data') };
    const anchor =
      lastOf(headers) ?? lastOf(level.entries.filter(({ scope, via }) => scope === undefined && via.length === 0));
    if (anchor === undefined) return linesAtStart(level, [LINE]);
    return { file: anchor.file, edit: linesAfter(anchor.file, anchor.directive, [LINE]) };
  });
  return edits.every((edit) => edit !== undefined) ? byFile(edits) : undefined;
}
