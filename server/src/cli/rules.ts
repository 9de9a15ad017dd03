/** Owns `wsslint rules`: the table of all rules. */
import { type Core, EXIT, type ExitCode, type Surroundings } from './core.ts';
import { toJson } from './reporters/json.ts';
import { painter, wantsColours } from './terminal.ts';

export function listRules(format: 'pretty' | 'json', { rules }: Core, surroundings: Surroundings): ExitCode {
  const { stdout, isTTY, environment } = surroundings;
  if (format === 'json') {
    const list = rules.map(({ id, severity, summary, address }) => ({ id, severity, summary, page: address }));
    stdout.write(`${toJson({ version: 1, rules: list })}\n`);
    return EXIT.clean;
  }
  const paint = painter(wantsColours(isTTY, environment));
  const width = Math.max(...rules.map(({ id }) => id.length));
  for (const { id, severity, summary } of rules) {
    stdout.write(`${paint('cyan', id.padEnd(width))}  ${severity.padEnd('warning'.length)}  ${summary}\n`);
  }
  return EXIT.clean;
}
