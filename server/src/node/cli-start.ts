/**
 * Owns the start of the command line: loads the program, with the code that was compiled when it was built if this Node can
 * use it. Compiling anew takes about as long as linting a small file.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, run, tuneForShortRuns } from './compiled.ts';

/** The name of the compiled code beside the program, which has the program's hash in it; undefined where there is none. */
declare const CODE_CACHE: string | undefined;

function compiledCode(): Buffer | undefined {
  if (CODE_CACHE === undefined) return undefined;
  try {
    return readFileSync(join(__dirname, CODE_CACHE));
  } catch {
    return undefined;
  }
}

// The language server runs for hours.
if (process.argv[2] !== 'lsp') tuneForShortRuns();
const program = join(__dirname, 'cli-main.js');
run(compile(program, compiledCode()), program, require);
