/** Owns what the server needs from the machine and from the rules, and the engines made of both. */
import { createEngine } from '../analysis/engine.ts';
import type { Engine } from '../analysis/engine-types.ts';
import { claimOf } from '../analysis/languages.ts';
import { type BaseSettings, createSettingsFinder, isSettingsFile } from '../config/find.ts';
import type { FileId, Host } from '../files/host.ts';
import { createFileStore, type ReadPolicy } from '../files/store.ts';
import type { LanguageId } from '../model/model.ts';
import type { Target } from '../model/target.ts';
import type { Rule } from '../rules/rule.ts';
import type { NginxReference } from '../service/nginx-reference.ts';

export interface Core {
  readonly host: Host;
  /** The version of wsslint. */
  readonly version: string;
  readonly rules: readonly Rule[];
  /** The page of a rule, as Markdown. */
  page(rule: string): string | undefined;
  /** nginx's own documentation; undefined where it was not built in. */
  reference?(): Promise<NginxReference | undefined>;
}

export interface EngineOptions {
  readonly mayRead: ReadPolicy;
  /** Folders whose contents count as seen. */
  readonly workspaces: readonly FileId[];
  /** The versions of this machine's nginx, where the user wants them to count. */
  readonly local?: Target | undefined;
  /** The editor's settings for a root. */
  readonly base: (root: FileId) => BaseSettings;
  /** The language that the editor says an open document has. */
  readonly languageOf: (path: FileId) => LanguageId | undefined;
  /** Is told of a rule that failed. */
  readonly failed: (what: string, error: unknown) => void;
}

export function engineFor(
  { host, rules }: Core,
  { mayRead, workspaces, local, base, languageOf, failed }: EngineOptions,
): Engine {
  const files = createFileStore(host, mayRead);
  return createEngine({
    files,
    settings: createSettingsFinder(files, rules, base),
    rules,
    isKept: true,
    workspaces: () => workspaces,
    local,
    languageOf,
    failed: (rule, error) => failed(`checking ${rule}`, error),
  });
}

/** Whether a file is one to lint, by its name, its folders and, where these leave it open, its text. */
export function isWanted(file: FileId, text: () => string): boolean {
  return isSettingsFile(file) || claimOf(file, text) !== undefined;
}
