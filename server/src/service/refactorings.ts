/** Owns what can be rewritten on request where nothing is wrong. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { type Route, webSocketsOf } from '../model/model.ts';
import { writtenAt } from '../model/origin.ts';
import type { FileEdits } from '../model/remedy.ts';
import type { Span } from '../text/span.ts';
import { findingsAt } from './diagnostics.ts';

export interface Refactoring {
  readonly title: string;
  /** What it is about. */
  readonly span: Span;
  readonly edits: readonly FileEdits[];
}

/** The refactorings of what a span touches; none for what a finding there offers anyway. */
export function refactoringsAt(engine: Engine, run: Run, file: FileId, { start, end }: Span): Refactoring[] {
  if (findingsAt(run, file, start, end).some(({ rule }) => rule === 'websocket-any-upgrade')) return [];
  const found = new Map<string, Refactoring>();
  for (const { project } of engine.projectsOf(file)) {
    for (const route of webSocketsOf(project.model)) {
      const span = anyUpgradeAt(route, file);
      if (span === undefined || span.start > end || span.end < start) continue;
      const edits = project.realize({ kind: 'only-websocket', route });
      if (edits !== undefined) found.set(`${span.start}`, { title: TITLE, span, edits });
    }
  }
  return [...found.values()];
}

const TITLE = 'Let only `websocket` through, and no other protocol';

/** The line that passes on whatever protocol a client asks for. */
function anyUpgradeAt({ upgrade, handshake: { anyProtocol } }: Route, file: FileId): Span | undefined {
  if (!anyProtocol.known || !anyProtocol.value || !upgrade.known || !upgrade.value.passes) return undefined;
  const place = writtenAt(anyProtocol.origin);
  return place?.file === file ? place.span : undefined;
}
