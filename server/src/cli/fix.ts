/** Owns `--fix`: which fixes are applied, where they may write, and that a file is changed only as meant. */
import type { Engine } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { isInside } from '../files/paths.ts';
import { noDependencies, type SourceFile } from '../files/store.ts';
import type { Finding, Fix } from '../rules/rule.ts';
import { fixAll } from '../service/fix-all.ts';
import { applyEdits, type TextEdit } from '../text/edits.ts';
import type { FixLevel } from './arguments.ts';
import type { Writer } from './writer.ts';

/** A file with the edits that all its fixes come to. */
export interface FixedFile {
  readonly source: SourceFile;
  readonly edits: readonly TextEdit[];
  readonly newText: string;
}

export interface Fixes {
  readonly files: readonly FixedFile[];
  /** Files that have fixes and must not be written, and why. */
  readonly untouchable: ReadonlyMap<FileId, string>;
}

/** Works out all fixes of a level, without writing. A fix that would also change an untouchable file is left out whole. */
export function workOut(
  engine: Engine,
  files: readonly FileId[],
  workspaces: readonly FileId[],
  level: FixLevel,
): Fixes {
  const untouchable = new Map<FileId, string>();
  const verdicts = new Map<FileId, string | undefined>();
  const verdict = (file: FileId): string | undefined => {
    if (!verdicts.has(file)) verdicts.set(file, whyUntouchable(engine, file, workspaces));
    return verdicts.get(file);
  };
  const wanted = (finding: Finding): Fix | undefined => {
    const fix = finding.fixes.find(
      ({ safety }) => safety === 'safe' || (safety === 'behaviour' && level === 'behaviour'),
    );
    if (fix === undefined) return undefined;
    const reasons = fix.edits.flatMap(({ file }) => {
      const why = verdict(file);
      return why === undefined ? [] : [[file, why] as const];
    });
    for (const [file, why] of reasons) untouchable.set(file, why);
    return reasons.length === 0 ? fix : undefined;
  };
  const edited = fixAll(engine, files, wanted);
  return {
    untouchable,
    files: edited.flatMap(({ file, edits }) => {
      const source = open(engine, file);
      return source === undefined ? [] : [{ source, edits, newText: applyEdits(source.text, edits) }];
    }),
  };
}

function open(engine: Engine, file: FileId): SourceFile | undefined {
  const opened = engine.files.open(file, noDependencies());
  return opened.ok ? opened.file : undefined;
}

function whyUntouchable(engine: Engine, file: FileId, workspaces: readonly FileId[]): string | undefined {
  const inside = (path: FileId) =>
    workspaces.some((folder) => isInside(folder, path) || isInside(engine.files.real(folder), path));
  if (!inside(file)) return 'it lies outside the given folders';
  if (!inside(engine.files.real(file))) return 'it is a link to a file outside the given folders';
  const source = open(engine, file);
  if (source === undefined) return 'it cannot be read';
  // Characters that are not UTF-8 would be lost.
  return sameBytes(new TextEncoder().encode(source.text), source.bytes) ? undefined : 'it is not UTF-8';
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Why a fixed file must not be written: the judgement of a second reader, for nginx files. */
export async function objectionTo(engine: Engine, { source, edits }: FixedFile): Promise<string | undefined> {
  const isNginx = engine.projectsOf(source.id).some(({ project }) => project.language === 'nginx');
  return isNginx ? (await import('./guard.ts')).objection(source.text, edits) : undefined;
}

/** Writes the fixed files and tells the engine. Ends at the first file that cannot be written, and says why. */
export function writeAll(
  engine: Engine,
  files: readonly FixedFile[],
  writer: Writer,
): { readonly file: FileId; readonly detail: string } | undefined {
  const encoder = new TextEncoder();
  for (const { source, newText } of files) {
    const result = writer.replace(source.id, source.bytes, encoder.encode(newText));
    if (!result.ok) return { file: source.id, detail: result.detail };
    engine.changed(source.id);
  }
  return undefined;
}
