/** Owns what an nginx configuration is once it was read with all its includes. */
import type { FileId } from '../../files/host.ts';
import type { Dependencies, SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import type { IncludeResult as BlockResult } from '../blocks/scope.ts';
import type { PathContext } from './paths.ts';
import type { Scope, Vocabulary } from './scope.ts';
import type { Directive, SyntaxTree } from './syntax/tree.ts';
import type { Surroundings, Unit } from './units.ts';

export interface ReadFile {
  readonly file: SourceFile;
  readonly trees: readonly SyntaxTree[];
  readonly template: boolean;
}

/** What an `include` brought in. */
export type IncludeResult = BlockResult<Directive>;

export interface NginxProject extends Reading {
  readonly surroundings: Surroundings;
}

/** A project as its files say it. */
export interface Reading {
  readonly root: SourceFile;
  readonly role: 'root' | 'fragment';
  readonly main: Scope;
  readonly vocabulary: GrowingVocabulary;
  /** All blocks in the order of the text, `main` first. */
  readonly scopes: readonly Scope[];
  /** The blocks in `http`, `stream` and `mail`; none where the project is read once. */
  readonly units: readonly Unit[];
  /** The blocks that are in no unit. */
  readonly outer: readonly Scope[];
  readonly files: ReadonlyMap<FileId, ReadFile>;
  readonly includes: readonly IncludeResult[];
  readonly problems: readonly ConfigProblem[];
  readonly unseen: readonly Unseen[];
  readonly dependencies: Dependencies;
  readonly paths: PathContext;
}

/** Names are added while files are read. */
export interface GrowingVocabulary extends Vocabulary {
  readonly names: Set<string>;
  hides: boolean;
}
