/** Owns `wsslint show FILE`: what a configuration does in effect, with origins. */
import { isSettingsFile } from '../config/find.ts';
import { dirname, join } from '../files/paths.ts';
import { FILE_LIMIT } from '../files/store.ts';
import { mainProject } from '../service/effective.ts';
import type { ShowCommand } from './arguments.ts';
import { type Core, EXIT, type ExitCode, type Surroundings } from './core.ts';
import { localVersions } from './local.ts';
import { type Trouble, unknownFiles } from './search.ts';
import { harmless } from './terminal.ts';

export async function show(
  { file: written, nginxBinary }: ShowCommand,
  core: Core,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { cwd, host, stdout, stderr, withSlashes } = surroundings;
  const path = join(cwd, withSlashes(written));
  const refuse = ({ detail }: Pick<Trouble, 'detail'>): ExitCode => {
    stderr.write(`wsslint: ${harmless(written)}: ${detail}\n`);
    return EXIT.usage;
  };
  const read = host.readFile(path, FILE_LIMIT);
  if (!read.ok) return refuse(read);
  const local = await localVersions(nginxBinary, surroundings);
  if (local === undefined) return EXIT.usage;
  const engine = core.createEngine(host, [dirname(path)], local);
  const [unknown] = await unknownFiles([path], core.claims, engine.files);
  if (unknown !== undefined) return refuse(unknown);
  engine.run([path]);
  const report = mainProject(engine.projectsOf(path), path);
  if (report === undefined || isSettingsFile(path)) return refuse({ detail: 'this is no configuration' });
  if (report.project.language === 'pem' && report.project.root === path)
    return refuse({ detail: 'this is no configuration; "wsslint certs" and "wsslint verify" tell what it holds' });
  const text = core.effective(report, path);
  stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return EXIT.clean;
}
