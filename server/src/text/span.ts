/** Owns the span: a half-open range of a file's text, in UTF-16 code units (what VS Code counts). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span from `start` up to, not including, `end`. */
export function span(start: number, end: number): Span {
  return { start, end };
}

/** Whether `offset` lies in `outer`; the end counts as inside, so that a cursor behind a word still finds it. */
export function spanTouches(outer: Span, offset: number): boolean {
  return outer.start <= offset && offset <= outer.end;
}

/** Whether `inner` lies completely in `outer`. */
export function spanContains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
