/** Owns `wsslint check`: from paths to a report, to fixes where they are asked for, and to an exit code. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import type { FileId, Host } from '../files/host.ts';
import { join } from '../files/paths.ts';
import { createFileStore } from '../files/store.ts';
import type { CheckCommand, FailOn, Format } from './arguments.ts';
import { type Core, EXIT, type ExitCode, type Surroundings } from './core.ts';
import { unifiedDiff } from './diff.ts';
import { type Fixes, objectionTo, workOut, writeAll } from './fix.ts';
import { displayPath, locate, type Report } from './located.ts';
import { plural, prettyReport } from './reporters/pretty.ts';
import { search } from './search.ts';
import { harmless, painter, wantsColours } from './terminal.ts';

export async function check(command: CheckCommand, core: Core, surroundings: Surroundings): Promise<ExitCode> {
  const { cwd, withSlashes, stdout } = surroundings;
  const host = atMoment(surroundings.host, command.now);
  const say = (text: string) => surroundings.stderr.write(`wsslint: ${harmless(text)}\n`);
  const name = (file: FileId) => displayPath(cwd, file);

  const paths = command.paths.map((path) => join(cwd, withSlashes(path)));
  const searched = search(paths, host, core.languages, createFileStore(host));
  for (const folder of searched.cut) say(`${name(folder)}: the search ends here: there are too many files`);
  for (const { path, detail } of searched.unreadable) say(`${name(path)}: ${detail}`);
  if (searched.unreadable.some(({ path }) => paths.includes(path))) return EXIT.usage;

  const engine = core.createEngine(host, searched.workspaces);
  let run = engine.run(searched.files);
  const strangers = searched.named.filter((file) => !run.files.has(file));
  for (const file of strangers) say(`${name(file)}: this is no file that wsslint knows`);

  let outcome: ExitCode = strangers.length + searched.unreadable.length > 0 ? EXIT.usage : EXIT.clean;
  if (command.fix !== undefined) {
    const fixes = workOut(engine, searched.files, searched.workspaces, command.fix);
    for (const [file, why] of fixes.untouchable) say(`${name(file)}: not fixed, because ${why}`);
    const refused = await refusals(engine, fixes);
    for (const [file, why] of refused) say(`${name(file)}: nothing was fixed, because ${why}; please report this`);
    if (refused.length > 0) outcome = EXIT.internal;
    else if (command.dryRun) {
      for (const { source, edits } of fixes.files) {
        const diff = unifiedDiff(name(source.id), source.text, edits);
        stdout.write(surroundings.isTTY ? diff.split('\n').map(harmless).join('\n') : diff);
      }
      say(`${plural(fixes.files.length, 'file')} would be changed`);
    } else {
      const failure = writeAll(engine, fixes.files, surroundings.writer);
      if (failure !== undefined) {
        say(`${name(failure.file)}: could not be written: ${failure.detail}`);
        outcome = EXIT.usage;
      }
      run = engine.run(searched.files);
    }
  }
  if (!command.dryRun) {
    const report = locate(run.findings, run.files.size, cwd, engine.files);
    stdout.write(await written(report, command.format, core, surroundings));
  }
  if (outcome !== EXIT.clean) return outcome;
  return fails(run, command.failOn) ? EXIT.findings : EXIT.clean;
}

function atMoment(host: Host, now: number | undefined): Host {
  return now === undefined ? host : { ...host, now: () => now };
}

async function refusals(engine: Engine, { files }: Fixes): Promise<readonly (readonly [FileId, string])[]> {
  const refused: (readonly [FileId, string])[] = [];
  for (const file of files) {
    const why = await objectionTo(engine, file);
    if (why !== undefined) refused.push([file.source.id, why]);
  }
  return refused;
}

const RANK = { info: 0, warning: 1, error: 2, never: 3 } as const;

function fails({ findings }: Run, failOn: FailOn): boolean {
  return findings.some(({ severity }) => RANK[severity] >= RANK[failOn]);
}

async function written(report: Report, format: Format, core: Core, surroundings: Surroundings): Promise<string> {
  switch (format) {
    case 'pretty': {
      const { isTTY, environment, columns } = surroundings;
      return prettyReport(report, columns, painter(wantsColours(isTTY, environment)));
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
