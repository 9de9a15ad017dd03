/** Owns `--fix`: which fixes are applied, the second opinion about them, and the diff or the writing. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { isInside } from '../files/paths.ts';
import { noDependencies, type SourceFile } from '../files/store.ts';
import type { Finding, Fix } from '../rules/rule.ts';
import { fixAll } from '../service/fix-all.ts';
import { applyEdits, type TextEdit } from '../text/edits.ts';
import type { FixLevel } from './arguments.ts';
import { EXIT, type ExitCode, type Surroundings } from './core.ts';
import { unifiedDiff } from './diff.ts';
import { displayPath, mayShow } from './located.ts';
import { plural } from './reporters/pretty.ts';
import type { Trouble } from './search.ts';
import { harmless } from './terminal.ts';

export interface FixTask {
  readonly engine: Engine;
  /** The engine's last run. */
  readonly run: Run;
  /** What the engine runs over. */
  readonly files: readonly FileId[];
  /** Nothing outside these folders is written. */
  readonly workspaces: readonly FileId[];
  readonly level: FixLevel;
  readonly dryRun: boolean;
}

export interface FixOutcome {
  readonly exit: ExitCode;
  readonly troubles: readonly Trouble[];
}

/** A file with what all its fixes come to. */
interface FixedFile {
  readonly source: SourceFile;
  readonly edits: readonly TextEdit[];
}

/** Fixes what can be fixed; or prints the diff of it. When one file's fix is doubted, none is applied: they may belong together. */
export async function fix(task: FixTask, surroundings: Surroundings): Promise<FixOutcome> {
  const { fixed, untouchable } = workOut(task);
  const doubted: Trouble[] = [];
  for (const file of fixed) {
    const doubt = await objection(task.engine, file);
    if (doubt !== undefined)
      doubted.push({ path: file.source.id, detail: `nothing was fixed: ${doubt}; please report this` });
  }
  if (doubted.length > 0) return { exit: EXIT.internal, troubles: [...untouchable, ...doubted] };
  if (task.dryRun) {
    const hidden = fixed.filter(({ source }) => !mayShow(task.run, source));
    for (const file of fixed) if (!hidden.includes(file)) printDiff(file, surroundings);
    const detail = 'it would be changed; how is not shown, because it may hold keys';
    return {
      exit: EXIT.clean,
      troubles: [...untouchable, ...hidden.map(({ source }) => ({ path: source.id, detail }))],
    };
  }
  const failed = writeAll(task.engine, fixed, surroundings);
  if (failed !== undefined) return { exit: EXIT.usage, troubles: [...untouchable, failed] };
  if (fixed.length > 0) surroundings.stderr.write(`wsslint: ${plural(fixed.length, 'file')} changed\n`);
  return { exit: EXIT.clean, troubles: untouchable };
}

/** All fixes of a level. A fix that would also change a file that must not be touched is left out whole. */
function workOut({ engine, files, workspaces, level }: FixTask) {
  const reasons = new Map<FileId, string | undefined>();
  const reason = (file: FileId): string | undefined => {
    if (!reasons.has(file)) reasons.set(file, whyUntouchable(engine, file, workspaces));
    return reasons.get(file);
  };
  const wanted = (finding: Finding): Fix | undefined => {
    const best = finding.fixes.find(({ safety }) => safety === 'safe' || safety === level);
    // Each file is asked for, so that each gets its message.
    return best?.edits.filter(({ file }) => reason(file) !== undefined).length === 0 ? best : undefined;
  };
  const fixed = fixAll(engine, files, wanted).flatMap(({ file, edits }): FixedFile[] => {
    const source = open(engine, file);
    return source === undefined ? [] : [{ source, edits }];
  });
  const untouchable = [...reasons].flatMap(([path, why]) =>
    why === undefined ? [] : [{ path, detail: `not fixed: ${why}` }],
  );
  return { fixed, untouchable };
}

function open(engine: Engine, file: FileId): SourceFile | undefined {
  const opened = engine.files.open(file, noDependencies());
  return opened.ok ? opened.file : undefined;
}

function whyUntouchable(engine: Engine, file: FileId, workspaces: readonly FileId[]): string | undefined {
  const inside = (path: FileId, folders: readonly FileId[]) => folders.some((folder) => isInside(folder, path));
  if (!inside(file, workspaces)) return 'it lies outside the given folders';
  const { real } = engine.files;
  if (!inside(real(file), workspaces.map(real))) return 'it is a link to a file outside the given folders';
  const source = open(engine, file);
  if (source === undefined) return 'it cannot be read';
  // Bytes that are not UTF-8 would be lost.
  return Buffer.from(source.text).equals(source.bytes) ? undefined : 'it is not UTF-8';
}

/** The second opinion on nginx files. */
async function objection(engine: Engine, { source, edits }: FixedFile): Promise<string | undefined> {
  const isNginx = engine.projectsOf(source.id).some(({ project }) => project.language === 'nginx');
  return isNginx ? (await import('./guard.ts')).objection(source.text, edits) : undefined;
}

function printDiff({ source, edits }: FixedFile, { cwd, stdout, isTTY }: Surroundings): void {
  const diff = unifiedDiff(displayPath(cwd, source.id), source.text, edits);
  // What goes into a file or to `patch` must stay as it is.
  stdout.write(isTTY ? diff.split('\n').map(harmless).join('\n') : diff);
}

/** Writes the files; ends at the first that cannot be written. */
function writeAll(engine: Engine, fixed: readonly FixedFile[], { writer }: Surroundings): Trouble | undefined {
  for (const { source, edits } of fixed) {
    const result = writer.replace(source.id, source.bytes, Buffer.from(applyEdits(source.text, edits)));
    if (!result.ok) return { path: source.id, detail: `it could not be written: ${result.detail}` };
    engine.changed(source.id);
  }
  return undefined;
}
