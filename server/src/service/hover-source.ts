/** Owns what a hover is made from, and what it is. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import type { Place } from '../model/origin.ts';
import type { Span } from '../text/span.ts';
import type { NginxReference } from './nginx-reference.ts';

/** What a hover is made from. */
export interface HoverSource {
  readonly engine: Engine;
  readonly run: Run;
  /** Markdown that names a place and leads to it. */
  readonly placeLink: (place: Place) => string;
  /** What a rule is about, in one sentence; absent where the editor shows with a finding what leads to its rule. */
  readonly summaryOf?: (rule: string) => string | undefined;
  /** nginx's own documentation, read when it is first asked for; undefined where it was not built in. */
  readonly reference?: () => Promise<NginxReference | undefined>;
}

export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}
