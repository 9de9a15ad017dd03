/** Owns `wsslint check`: from paths to a report, to fixes where they are asked for, and to an exit code. */
import type { ProjectReport, Run } from '../analysis/engine-types.ts';
import { closedContainers } from '../service/closed-containers.ts';
import type { CheckCommand, FailOn, Format } from './arguments.ts';
import { type Core, EXIT, type ExitCode, type Surroundings } from './core.ts';
import { localVersions } from './local.ts';
import { displayPath, locate, type Report } from './located.ts';
import { passwordsIn, tellClosed } from './passwords.ts';
import { prettyReport } from './reporters/pretty.ts';
import { atMoment, findFiles, type Trouble } from './search.ts';
import { harmless, painter, wantsColours } from './terminal.ts';

export async function check(command: CheckCommand, core: Core, surroundings: Surroundings): Promise<ExitCode> {
  const { cwd, stdout, stderr } = surroundings;
  const host = atMoment(surroundings.host, command.now);
  const say = ({ path, detail }: Trouble) => {
    stderr.write(`wsslint: ${harmless(displayPath(cwd, path))}: ${harmless(detail)}\n`);
  };

  const local = await localVersions(command.nginxBinary, surroundings);
  if (local === undefined) return EXIT.usage;
  const passwords = await passwordsIn(command.passwordFile, surroundings);
  if (passwords === undefined) return EXIT.usage;
  const found = await findFiles(command.paths, core, { ...surroundings, host }, local);
  found.troubles.forEach(say);
  if (found.kind === 'unusable') return EXIT.usage;
  const { engine, files, workspaces } = found;
  engine.unlock(passwords);
  if (files.length === 0) stderr.write('wsslint: no file here is one that wsslint knows\n');
  let run = engine.run(files);
  if (passwords.length > 0) tellClosed(closedContainers(engine, run), true, surroundings);
  let outcome: ExitCode = found.troubles.length > 0 || run.projects.some(isUnread) ? EXIT.usage : EXIT.clean;
  if (command.fix !== undefined) {
    const { fix } = await import('./fix.ts');
    const fixed = await fix(
      { engine, run, files, workspaces, level: command.fix, dryRun: command.dryRun },
      surroundings,
    );
    fixed.troubles.forEach(say);
    outcome = fixed.exit === EXIT.clean ? outcome : fixed.exit;
    run = engine.run(files);
  }
  if (!command.dryRun) {
    const report = locate(run, cwd, engine.files);
    stdout.write(await written(report, command.format, core, surroundings));
  }
  if (outcome !== EXIT.clean) return outcome;
  return fails(run, command.failOn) ? EXIT.findings : EXIT.clean;
}

/** A configuration that could not be read, which its finding tells. Keys may be for others to read. */
function isUnread({ project }: ProjectReport): boolean {
  return project.files.length === 0 && project.language !== 'pem';
}

const RANK = { info: 0, warning: 1, error: 2, never: 3 } as const;

function fails({ findings }: Run, failOn: FailOn): boolean {
  return findings.some(({ severity }) => RANK[severity] >= RANK[failOn]);
}

async function written(report: Report, format: Format, core: Core, surroundings: Surroundings): Promise<string> {
  switch (format) {
    case 'pretty': {
      const { isTTY, environment, columns: width } = surroundings;
      return prettyReport(report, { width, wraps: isTTY, paint: painter(wantsColours(isTTY, environment)) });
    }
    case 'json':
      return (await import('./reporters/json.ts')).jsonReport(report);
    case 'sarif':
      return (await import('./reporters/sarif.ts')).sarifReport(report, core.rules, surroundings.version());
    case 'github':
      return (await import('./reporters/github.ts')).githubReport(report);
    case 'checkstyle':
      return (await import('./reporters/checkstyle.ts')).checkstyleReport(report);
  }
}
