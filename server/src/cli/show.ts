/** Owns `wsslint show FILE`: what a configuration does in effect, with origins. */
import { dirname, join } from '../files/paths.ts';
import { FILE_LIMIT } from '../files/store.ts';
import { mainProject } from '../service/effective.ts';
import { type Core, EXIT, type ExitCode, type Surroundings } from './core.ts';
import { harmless } from './terminal.ts';

export function show(written: string, core: Core, surroundings: Surroundings): ExitCode {
  const { cwd, host, stdout, stderr, withSlashes } = surroundings;
  const path = join(cwd, withSlashes(written));
  const refuse = (detail: string): ExitCode => {
    stderr.write(`wsslint: ${harmless(written)}: ${detail}\n`);
    return EXIT.usage;
  };
  const read = host.readFile(path, FILE_LIMIT);
  if (!read.ok) return refuse(read.detail);
  const engine = core.createEngine(host, [dirname(path)]);
  engine.run([path]);
  const report = mainProject(engine.projectsOf(path));
  if (report === undefined) return refuse('this is no configuration that wsslint knows');
  const text = core.effective(report, path);
  stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return EXIT.clean;
}
