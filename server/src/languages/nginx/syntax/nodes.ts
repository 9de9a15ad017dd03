/**
 * Owns the nodes of a tree while and after they are read. Large files have a hundred thousand of them, so they hold numbers,
 * and make spans for those who ask.
 */
import { type Span, span } from '../../../text/span.ts';
import type { Block, Directive, Word } from './tree.ts';

export class TextWord implements Word {
  constructor(
    readonly start: number,
    readonly end: number,
    public value: string,
    readonly quote: '"' | "'" | undefined,
  ) {}

  get span(): Span {
    return span(this.start, this.end);
  }
}

export class TextDirective implements Directive {
  constructor(
    readonly name: TextWord,
    readonly args: readonly TextWord[],
    readonly block: Block | undefined,
    readonly terminator: ';' | '{' | undefined,
    /** Behind the `;` or the `}`. */
    public end: number,
  ) {}

  get kind(): 'directive' {
    return 'directive';
  }

  get span(): Span {
    return span(this.name.start, this.end);
  }

  get terminatorSpan(): Span {
    if (this.block !== undefined) return this.block.open;
    return span(this.terminator === ';' ? this.end - 1 : this.end, this.end);
  }
}
