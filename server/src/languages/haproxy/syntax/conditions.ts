/** Owns the nesting of `.if` blocks: which branch a line stands in, and what is wrong with the block lines themselves. */
import type { Arm, Statement, SyntaxProblem } from './tree.ts';

interface Block {
  readonly id: number;
  readonly opener: Statement;
  arm: number;
  closedByElse: boolean;
}

/** HAProxy's MAXNESTEDCONDS (include/haproxy/cfgcond-t.h) is 100 with the level outside of all blocks. */
const MAX_NESTED = 99;

/** What `.if`, `.elif`, `.else` and `.endif` have opened so far. */
export class Conditions {
  private readonly blocks: Block[] = [];
  private count = 0;
  /** Blocks beyond the limit, which HAProxy does not read any more. */
  private beyond = 0;

  readonly arms: Arm[] = [];

  /** The branch of the next line. */
  branch = '';

  /** Takes a line that starts with `.` and is no message; what HAProxy refuses about it is returned. */
  take(statement: Statement): SyntaxProblem | undefined {
    const beyond = this.beyond;
    const problem = this.apply(statement);
    if (beyond === 0 && this.beyond === 0) this.branch = this.blocks.map(({ id, arm }) => `${id}.${arm}/`).join('');
    return problem;
  }

  private apply(statement: Statement): SyntaxProblem | undefined {
    const [keyword, argument] = statement.words;
    const block = this.blocks[this.blocks.length - 1];
    const problem = (message: string): SyntaxProblem => ({ span: keyword?.span ?? statement.span, message });
    switch (keyword?.value) {
      case '.if':
        if (this.blocks.length === MAX_NESTED) {
          this.beyond++;
          return this.beyond === 1 ? problem(`\`.if\` blocks are nested at most ${MAX_NESTED} deep`) : undefined;
        }
        this.arms.push({ block: this.count, arm: 0, line: statement });
        this.blocks.push({ id: this.count++, opener: statement, arm: 0, closedByElse: false });
        return undefined;
      case '.elif':
      case '.else':
        if (block === undefined) return problem(`This \`${keyword.value}\` has no \`.if\` before it`);
        block.arm++;
        if (this.beyond === 0) this.arms.push({ block: block.id, arm: block.arm, line: statement });
        if (block.closedByElse) return problem(`\`${keyword.value}\` cannot follow \`.else\``);
        if (keyword.value === '.else') block.closedByElse = true;
        break;
      case '.endif':
        if (block === undefined) return problem('This `.endif` has no `.if` before it');
        if (this.beyond > 0) this.beyond--;
        else this.blocks.pop();
        break;
      default:
        return problem(
          `HAProxy knows no directive \`${keyword?.value ?? ''}\`; there are \`.if\`, \`.elif\`, \`.else\`, \`.endif\`, \`.diag\`, \`.notice\`, \`.warning\` and \`.alert\``,
        );
    }
    return argument !== undefined && keyword.value !== '.elif'
      ? { span: argument.span, message: `Nothing may follow \`${keyword.value}\`` }
      : undefined;
  }

  /** The blocks that are still open at the end of the file. */
  open(): SyntaxProblem[] {
    return this.blocks.map(({ opener }) => ({
      span: opener.words[0]?.span ?? opener.span,
      message: 'This `.if` has no `.endif`',
    }));
  }
}
