/** Owns what is read of a Caddyfile with all that it imports. */
import type { FileId } from '../../files/host.ts';
import type { Dependencies, SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import type { IncludeResult } from '../blocks/scope.ts';
import type { PathContext } from './paths.ts';
import type { Scope } from './scope.ts';
import type { Directive, SyntaxTree } from './syntax/tree.ts';

export interface ReadFile {
  readonly file: SourceFile;
  readonly tree: SyntaxTree;
}

/** Lines with a name, `(name) { … }`, that others import. */
export interface Snippet {
  readonly name: string;
  readonly directive: Directive;
  readonly file: SourceFile;
}

/** A line that imports a snippet. */
export interface SnippetUse {
  readonly file: SourceFile;
  readonly directive: Directive;
  readonly snippet: Snippet;
}

export interface CaddyProject {
  readonly root: SourceFile;
  readonly role: 'root' | 'fragment';
  /** Whether the file holds lines of a site, not sites. */
  readonly inner: boolean;
  /** The top level: options, sites and named routes. */
  readonly main: Scope;
  readonly files: ReadonlyMap<FileId, ReadFile>;
  readonly snippets: ReadonlyMap<string, Snippet>;
  /** The imports of files. */
  readonly includes: readonly IncludeResult<Directive>[];
  readonly snippetUses: readonly SnippetUse[];
  readonly problems: readonly ConfigProblem[];
  readonly unseen: readonly Unseen[];
  readonly dependencies: Dependencies;
  readonly paths: PathContext;
}
