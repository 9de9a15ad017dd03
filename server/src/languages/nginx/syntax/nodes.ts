/**
 * Owns the nodes of a tree while and after they are read. Large files have a hundred thousand of them, so they hold numbers,
 * and make spans for those who ask.
 */
import { type Span, span } from '../../../text/span.ts';
import type { Block, Directive, Word, Wording } from './tree.ts';
import { type PlainWording, placeIn, placesIn } from './wording.ts';

export class TextWord implements Word {
  constructor(
    readonly start: number,
    readonly end: number,
    readonly value: string,
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

/** The words of a directive, each with its place. */
interface Words {
  readonly name: Word;
  readonly args: readonly Word[];
}

/** A directive, whose words are objects only where they are known to be more than their wording, or when somebody asks. */
export class TextDirective implements Directive {
  constructor(
    readonly wording: Wording,
    readonly start: number,
    private read: Words | undefined,
    readonly block: Block | undefined,
    readonly terminator: ';' | '{' | undefined,
    /** Behind the `;` or the `}`. */
    public end: number,
  ) {}

  get kind(): 'directive' {
    return 'directive';
  }

  get name(): Word {
    return this.wordObjects().name;
  }

  get args(): readonly Word[] {
    return this.wordObjects().args;
  }

  get words(): Span {
    if (this.read !== undefined) return span(this.start, (this.read.args.at(-1) ?? this.read.name).span.end);
    return span(this.start, this.start + this.plain.text.trimEnd().length);
  }

  get span(): Span {
    return span(this.start, this.end);
  }

  get terminatorSpan(): Span {
    if (this.block !== undefined) return this.block.open;
    return span(this.terminator === ';' ? this.end - 1 : this.end, this.end);
  }

  argumentSpan(index: number): Span | undefined {
    if (this.read !== undefined) return this.read.args[index]?.span;
    const place = placeIn(this.plain, index + 1);
    return place === undefined ? undefined : span(this.start + place.start, this.start + place.end);
  }

  /** What was not read word by word is plain. */
  private get plain(): PlainWording {
    return this.wording as PlainWording;
  }

  private wordObjects(): Words {
    this.read ??= wordsOf(this.plain, this.start);
    return this.read;
  }
}

function wordsOf(wording: PlainWording, start: number): Words {
  const places = placesIn(wording);
  const [name = new TextWord(start, start, wording.name, undefined), ...args] = places.map(
    (place, index) =>
      new TextWord(
        start + place.start,
        start + place.end,
        index === 0 ? wording.name : (wording.values[index - 1] ?? ''),
        undefined,
      ),
  );
  return { name, args };
}
