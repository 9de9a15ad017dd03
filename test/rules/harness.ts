/** Owns linting the examples of rule pages as the command line would: the real engine over files in memory. */

import { createEngine } from '../../server/src/analysis/engine.ts';
import type { Engine, Run } from '../../server/src/analysis/engine-types.ts';
import { claimOf } from '../../server/src/analysis/languages.ts';
import { createSettingsFinder, SETTINGS_FILE } from '../../server/src/config/find.ts';
import type { FileId } from '../../server/src/files/host.ts';
import { isAbsolute, join } from '../../server/src/files/paths.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import { holdsPem } from '../../server/src/languages/pem/index.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import type { Finding, Fix, Severity } from '../../server/src/rules/rule.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { lineIndex } from '../../server/src/text/lines.ts';
import type { Example } from '../kit/markdown.ts';
import { memoryHost, USUAL_NOW } from '../kit/memory-host.ts';

/** Texts by absolute path. */
export type Texts = ReadonlyMap<FileId, string>;

export interface LintOptions {
  /** The folder whose contents count as seen. */
  readonly folder: FileId;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Files that are no text. */
  readonly bytes?: ReadonlyMap<FileId, Uint8Array>;
  /** Permission bits of files, where they matter. */
  readonly modes?: ReadonlyMap<FileId, number>;
}

export interface Linted {
  readonly texts: Texts;
  readonly options: LintOptions;
  readonly engine: Engine;
  readonly run: Run;
  findingsOf(rule: string): readonly Finding[];
}

/** Where a language's relative file names count from, as in the kit's servers. */
const FOLDERS = new Map([
  ['nginx', '/etc/nginx'],
  ['haproxy', '/etc/haproxy'],
  ['apache', '/etc/apache2'],
  ['caddy', '/etc/caddy'],
  ['stunnel', '/etc/stunnel'],
]);

/** Lints all of the texts that a search would find; a wsslint.json among them counts. */
export function lintTexts(texts: Texts, options: LintOptions): Linted {
  const all = new Map<FileId, string | Uint8Array>([...texts, ...(options.bytes ?? [])]);
  const files = createFileStore(memoryHost(all, options.now, options.modes));
  const engine = createEngine({
    files,
    settings: createSettingsFinder(files, RULES),
    rules: RULES,
    workspaces: () => [options.folder],
  });
  const isFound = ([path, text]: [FileId, string]) => !holdsPem(text) || claimOf(path, () => text) !== undefined;
  const found = [...texts].filter(isFound).map(([path]) => path);
  const run = engine.run([...found, ...(options.bytes?.keys() ?? [])]);
  return { texts, options, engine, run, findingsOf: (rule) => run.findings.filter((finding) => finding.rule === rule) };
}

/** Lints the files of an example, for the target and on the day that it names. */
export function lintExample(example: Example): Linted {
  const now = example.now === undefined ? USUAL_NOW : Date.parse(example.now);
  if (Number.isNaN(now)) throw new Error(`line ${example.line}: now=${example.now} is no day`);
  const modes = example.files.flatMap(({ path, mode }) =>
    mode === undefined ? [] : [[pathOf(example, path), mode] as const],
  );
  return lintTexts(textsOf(example), { folder: folderOf(example), now, modes: new Map(modes) });
}

/** The files of an example where they would lie, with its target as a wsslint.json beside them. */
export function textsOf(example: Example): Map<FileId, string> {
  const texts = new Map(example.files.map(({ path, text }) => [pathOf(example, path), text]));
  if (example.target !== undefined) {
    const versions = example.target.split(',').map((one) => one.split(':'));
    const settings = JSON.stringify({ target: Object.fromEntries(versions) });
    const path = join(folderOf(example), SETTINGS_FILE);
    if (texts.has(path)) throw new Error(`line ${example.line}: target= beside a ${SETTINGS_FILE}`);
    texts.set(path, settings);
  }
  return texts;
}

/** The absolute path of a file as an example names it. */
export function pathOf(example: Example, path: string): FileId {
  return isAbsolute(path) ? path : join(folderOf(example), path);
}

function folderOf({ language }: Example): FileId {
  return FOLDERS.get(language) ?? '/project';
}

/** The texts after a fix. */
export function fixed(texts: Texts, fix: Pick<Fix, 'edits'>): Map<FileId, string> {
  const after = new Map(texts);
  for (const { file, edits } of fix.edits) {
    const text = after.get(file);
    if (text === undefined) throw new Error(`a fix edits ${file}, which is not there`);
    after.set(file, applyEdits(text, edits));
  }
  return after;
}

/** Where a finding is, in words: `nginx.conf:3:5-9 warning`; columns count from 1. */
export function placeOf({ at, severity }: Pick<Finding, 'at' | 'severity'>, texts: Texts, withSeverity = true): string {
  const lines = lineIndex(texts.get(at.file) ?? '');
  const start = lines.positionAt(at.span.start);
  const end = lines.positionAt(at.span.end);
  const last = end.line === start.line ? `${end.character + 1}` : `${end.line + 1}:${end.character + 1}`;
  const place = `${at.file}:${start.line + 1}:${start.character + 1}-${last}`;
  return withSeverity ? `${place} ${severity satisfies Severity}` : place;
}
