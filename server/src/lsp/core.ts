/** Owns what the server needs from the rest of wsslint and from the machine. */
import type { Engine } from '../analysis/engine-types.ts';
import type { BaseSettings } from '../config/find.ts';
import type { ReadSettings } from '../config/read.ts';
import type { FileId, Host } from '../files/host.ts';
import type { ReadPolicy } from '../files/store.ts';
import type { RuleWord } from '../service/completion.ts';

export interface EngineOptions {
  readonly mayRead: ReadPolicy;
  /** Folders whose contents count as seen. */
  readonly workspaces: readonly FileId[];
  /** The editor's settings for a root. */
  readonly base: (root: FileId) => BaseSettings;
  /** The language that the editor says an open document has. */
  readonly languageOf: (file: FileId) => string | undefined;
}

export interface Core {
  readonly host: Host;
  readonly version: string;
  createEngine(options: EngineOptions): Engine;
  /** Whether a file is one to lint, by its name, its folders and, where these leave it open, its text. */
  isWanted(file: FileId, text: () => string): boolean;
  /** Reads the editor's settings; never throws. */
  readSettings(value: unknown, folder: FileId): ReadSettings;
  readonly rules: readonly RuleWord[];
  /** The page of a rule, as Markdown. */
  page(rule: string): string | undefined;
}
