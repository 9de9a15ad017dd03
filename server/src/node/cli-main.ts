/** Owns the process of the command line: its arguments, streams and exit code. */
import { join } from 'node:path';
import { EXIT, type ExitCode } from '../cli/core.ts';
import { runCli } from '../cli/run.ts';
import { nodeHost, withSlashes } from './host.ts';
import { version } from './version.ts';
import { nodeWriter } from './writer.ts';

/** Columns where no terminal says how many it has, as in the logs of build servers. */
const COLUMNS = 120;

/** What the report could not be written for. */
let unwritten: ExitCode | undefined;

// `wsslint … | head` closes the stream early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  if (unwritten === undefined)
    process.stderr.write(`wsslint: the output cannot be written (${error.code ?? 'unknown'})\n`);
  unwritten = EXIT.usage;
  process.exitCode = unwritten;
});

/** The working directory; undefined when somebody has removed it. */
function workingDirectory(): string | undefined {
  try {
    return withSlashes(process.cwd());
  } catch {
    return undefined;
  }
}

async function main(): Promise<ExitCode> {
  const cwd = workingDirectory();
  if (cwd === undefined) {
    process.stderr.write('wsslint: the folder that it was started in is gone\n');
    return EXIT.usage;
  }
  return runCli({
    argv: process.argv.slice(2),
    cwd,
    withSlashes,
    host: nodeHost(),
    readPasswordFile: async (path) => (await import('./password-file.ts')).readPasswordFile(path),
    writer: nodeWriter,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    isTTY: process.stdout.isTTY === true,
    columns: process.stdout.columns ?? COLUMNS,
    version,
    core: async () => (await import('./cli-core.ts')).core,
    // A bundle of its own beside this one, which starts when it is loaded and reads `--stdio` from the arguments.
    startServer: async () => require(join(__dirname, 'server.js')),
  });
}

main().then((code) => {
  // Not process.exit: what was written to a pipe may still be on its way, and the server goes on.
  process.exitCode = unwritten ?? code;
});
