/** Owns what the command line asks of its surroundings and of the analysis; both are handed in, so that tests need no process. */
import type { Engine, ProjectReport } from '../analysis/engine-types.ts';
import type { FileId, Host, ReadResult } from '../files/host.ts';
import type { Target } from '../model/target.ts';
import type { Severity } from '../rules/rule.ts';
import type { Writer } from './writer.ts';

/** A rule and its documentation. */
export interface RulePage {
  readonly id: string;
  readonly severity: Severity;
  readonly summary: string;
  /** rule.md. */
  readonly page: string;
  /** Where the page is on the web. */
  readonly address: string;
}

/** The analysis, loaded when a command needs it. */
export interface Core {
  readonly rules: readonly RulePage[];
  /** Whether a language knows a file, by its name, its folders and, where these leave it open, its text. */
  claims(file: FileId, text: () => string): boolean;
  /** An engine for the files of these folders; `local` are the versions of this machine's nginx, where they are to count. */
  createEngine(host: Host, workspaces: readonly FileId[], local?: Target): Engine;
  /** The text of what a project does in effect, seen from one of its files. */
  effective(report: ProjectReport, file: FileId): string;
}

/** Somewhere to write text to. */
export interface Output {
  write(text: string): unknown;
}

export interface Surroundings {
  /** The arguments behind the program's name. */
  readonly argv: readonly string[];
  readonly cwd: FileId;
  /** A path as the user wrote it, with `/` between its parts. */
  readonly withSlashes: (path: string) => string;
  readonly host: Host;
  /** Reads a file that the user named for its passwords; it may be a pipe. */
  readonly readPasswordFile: (path: FileId) => Promise<ReadResult>;
  readonly writer: Writer;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether stdout is a terminal. */
  readonly isTTY: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
  /** The version of wsslint. */
  readonly version: () => string;
  readonly core: () => Promise<Core>;
  /** Starts the language server on stdin and stdout; ends when its client is gone. */
  readonly startServer: () => Promise<void>;
}

/** The exit codes of the program. */
export const EXIT = { clean: 0, findings: 1, usage: 2, internal: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
