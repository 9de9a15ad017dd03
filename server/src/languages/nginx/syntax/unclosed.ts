/** Owns the guess which block was meant to be closed when a file ends too early, from the indentation of the closing braces. */
import type { Block, Directive } from './tree.ts';

interface Candidate {
  readonly directive: Directive;
  readonly block: Block;
}

/**
 * The first innermost block whose `}` is indented less than its own line: that `}` was meant for an outer block.
 * `open` are the blocks that the file leaves open. Undefined where the indentation tells nothing.
 */
export function likelyUnclosed(text: string, open: readonly Candidate[]): Candidate | undefined {
  for (const { block } of open) {
    const found = firstMismatch(text, block.items);
    if (found) return found;
  }
  return undefined;
}

function firstMismatch(text: string, items: readonly Directive[]): Candidate | undefined {
  for (const directive of items) {
    const { block } = directive;
    if (!block?.close || block.body === 'lua') continue;
    const opening = indentation(text, directive.span.start);
    const closing = indentation(text, block.close.start);
    // A block without its own `}` takes that of the block around it, which then shows the same; so the innermost is the one.
    const inner = firstMismatch(text, block.items);
    if (inner) return inner;
    if (opening !== undefined && closing !== undefined && closing < opening) return { directive, block };
  }
  return undefined;
}

/** The number of blanks before the first word of a line; undefined where `at` is not that word. */
function indentation(text: string, at: number): number | undefined {
  let start = at;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start--;
  return start === 0 || text[start - 1] === '\n' ? at - start : undefined;
}
