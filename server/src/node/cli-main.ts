/** Owns the process of the command line: its arguments, streams and exit code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../cli/run.ts';
import { nodeHost, withSlashes } from './host.ts';
import { nodeWriter } from './writer.ts';

/** Columns where no terminal says how many it has, as in the logs of build servers. */
const COLUMNS = 120;

// `wsslint … | head` closes the stream early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}

runCli({
  argv: process.argv.slice(2),
  cwd: withSlashes(process.cwd()),
  withSlashes,
  host: nodeHost(),
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
}).then((code) => {
  // Not process.exit: what was written to a pipe may still be on its way, and the server goes on.
  process.exitCode = code;
});
