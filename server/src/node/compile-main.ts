/** Owns what the build runs once: the command line over a sample, so that what it compiles on the way can be kept. */
import { writeFileSync } from 'node:fs';
import { compile, run, tuneForShortRuns } from './compiled.ts';

tuneForShortRuns();
const [program = '', target = ''] = process.argv.splice(2, 2);
const script = compile(program, undefined);
// All functions that were called by then are in it.
process.on('exit', () => writeFileSync(target, script.createCachedData()));
run(script, program, require);
