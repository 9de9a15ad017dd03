/** Owns what a proposal is. */
import type { Span } from '../text/span.ts';

export interface Proposal {
  readonly kind: 'file' | 'folder' | 'value' | 'rule' | 'directive' | 'variable';
  readonly text: string;
  readonly detail: string | undefined;
  /** What it replaces: the part of the word before the cursor. */
  readonly span: Span;
}
