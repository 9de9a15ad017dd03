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

/** A block while and after it is read. */
export class TextBlock implements Block {
  items: readonly Directive[] = NOTHING;
  /** Of the `}`; negative where the text ends first. */
  closeStart = -1;

  constructor(
    readonly openStart: number,
    readonly body: Block['body'],
    /** Where the range ends that is read. */
    private readonly end: number,
  ) {}

  get open(): Span {
    return span(this.openStart, this.openStart + 1);
  }

  get close(): Span | undefined {
    return this.closeStart < 0 ? undefined : span(this.closeStart, this.closeStart + 1);
  }

  get raw(): Span {
    return span(this.openStart + 1, this.closeStart < 0 ? this.end : this.closeStart);
  }
}

const NOTHING: readonly Directive[] = [];

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
