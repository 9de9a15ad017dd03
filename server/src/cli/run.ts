/** Owns the program: from arguments to one command and its exit code. */
import { parseArguments } from './arguments.ts';
import { EXIT, type ExitCode, type Surroundings } from './core.ts';
import { HELP, HINT } from './help.ts';
import { harmless } from './terminal.ts';

/**
 * Runs the command line. Never throws: what goes wrong inside is printed and becomes exit code 3.
 * The commands are loaded when they are called for, so that each starts as fast as it can.
 */
export async function runCli(surroundings: Surroundings): Promise<ExitCode> {
  try {
    return await run(surroundings);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const lines = detail.split('\n').map(harmless).join('\n');
    surroundings.stderr.write(`wsslint: internal error, please report it: ${lines}\n`);
    return EXIT.internal;
  }
}

async function run(surroundings: Surroundings): Promise<ExitCode> {
  const { argv, stdout, stderr } = surroundings;
  const parsed = parseArguments(argv);
  if (!parsed.ok) {
    stderr.write(`wsslint: ${harmless(parsed.message)}\n${HINT}\n`);
    return EXIT.usage;
  }
  const { command } = parsed;
  switch (command.kind) {
    case 'help':
      stdout.write(HELP);
      return EXIT.clean;
    case 'version':
      stdout.write(`${surroundings.version()}\n`);
      return EXIT.clean;
    case 'lsp':
      await surroundings.startServer();
      return EXIT.clean;
    case 'check':
      return (await import('./check.ts')).check(command, await surroundings.core(), surroundings);
    case 'certs':
      return (await import('./certs.ts')).listCertificates(command, await surroundings.core(), surroundings);
    case 'explain':
      return (await import('./explain.ts')).explain(command.rule, await surroundings.core(), surroundings);
    case 'rules':
      return (await import('./rules.ts')).listRules(command.format, await surroundings.core(), surroundings);
    case 'show':
      return (await import('./show.ts')).show(command, await surroundings.core(), surroundings);
    case 'verify':
      return (await import('./verify.ts')).verify(command, surroundings);
  }
}
