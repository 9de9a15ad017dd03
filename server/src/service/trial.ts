/** Owns trying out texts: a run over changed files that leaves the engine as it was. */
import type { Engine } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';

/** Calls `attempt` with a function that gives a file another text; afterwards all is as it was, and run over `files`. */
export function tryOut<T>(
  engine: Engine,
  files: readonly FileId[],
  attempt: (set: (file: FileId, text: string) => void) => T,
): T {
  const before = new Map<FileId, string | undefined>();
  try {
    return attempt((file, text) => {
      if (!before.has(file)) before.set(file, openText(engine, file));
      engine.edited(file, text);
    });
  } finally {
    for (const [file, text] of before) engine.edited(file, text);
    // The engine answers about its last run, which must not be one over texts that nobody has.
    engine.run(files);
  }
}

function openText(engine: Engine, file: FileId): string | undefined {
  if (!engine.files.isOpen(file)) return undefined;
  const opened = engine.files.open(file, noDependencies());
  return opened.ok ? opened.file.text : undefined;
}
