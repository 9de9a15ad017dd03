/** Owns what stands where in files of block languages, as far as the model says it: for hovers, links and outlines. */
import type { FileId } from '../../files/host.ts';
import type { Dependencies } from '../../files/store.ts';
import type { FileUse, Model } from '../../model/model.ts';
import { type Span, spanTouches } from '../../text/span.ts';
import type { Link, Subject } from '../language.ts';
import type { IncludeResult } from './scope.ts';
import type { Word } from './tree.ts';

interface Including<Directive> {
  readonly includes: readonly IncludeResult<Directive>[];
  readonly dependencies: Dependencies;
}

/** The subject with the smallest span at an offset, of those that the model and the includes have there. */
export function modelSubjectAt<Directive>(
  file: FileId,
  offset: number,
  { includes }: Including<Directive>,
  { sites }: Model,
  uses: readonly FileUse[],
  spanOf: (directive: Directive) => Span,
): Subject | undefined {
  const all: Subject[] = [];
  const add = (subject: Subject): void => {
    if (spanTouches(subject.span, offset)) all.push(subject);
  };
  for (const use of uses) if (use.place.file === file) add({ kind: 'file', span: use.place.span, use });
  for (const site of sites) {
    if (site.place.file === file) add({ kind: 'site', span: site.place.span, site });
    for (const route of site.routes)
      if (route.place.file === file) add({ kind: 'route', span: route.place.span, route });
    const { endpoint } = site;
    if (endpoint === undefined) continue;
    for (const { place } of endpoint.listed)
      if (place.file === file) add({ kind: 'endpoint', span: place.span, endpoint });
  }
  for (const { file: from, directive, pattern, files, why } of includes)
    if (from.id === file) add({ kind: 'include', span: spanOf(directive), pattern, files, why });
  return all.sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
}

/** Includes of one file, and files that are there. */
export function linksOf<Directive extends { readonly args: readonly Word[] }>(
  file: FileId,
  { includes, dependencies: { files, missing } }: Including<Directive>,
  uses: readonly FileUse[],
): Link[] {
  const out = new Map<number, Link>();
  for (const { file: from, directive, files: brought } of includes) {
    const word = directive.args[0];
    const [only, ...more] = brought;
    if (from.id === file && word !== undefined && only !== undefined && more.length === 0)
      out.set(word.span.start, { span: word.span, target: only });
  }
  for (const { place, file: target } of uses) {
    if (place.file === file && target.known && files.has(target.value) && !missing.has(target.value))
      out.set(place.span.start, { span: place.span, target: target.value });
  }
  return [...out.values()];
}
