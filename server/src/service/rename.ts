/** Owns renaming: whether the thing under the cursor can have another name, and the edits that give it one everywhere. */
import type { Engine } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';
import type { FileEdits } from '../model/remedy.ts';
import type { TextEdit } from '../text/edits.ts';
import type { Span } from '../text/span.ts';
import { type SharedName, sharedNameAt } from './names.ts';

/** `why` is a sentence for people. */
export type Refused = { readonly ok: false; readonly why: string };
export type Renamable = { readonly ok: true; readonly span: Span; readonly name: string };
export type Renamed = { readonly ok: true; readonly files: readonly FileEdits[] };

const NOTHING: Refused = { ok: false, why: 'Nothing here has a name that wsslint can change' };

/** The name at an offset that can be changed. */
export function renamableAt(engine: Engine, file: FileId, offset: number): Renamable | Refused {
  const name = sharedNameAt(engine, file, offset);
  return name === undefined ? NOTHING : (refusal(engine, name) ?? { ok: true, span: name.span, name: name.name });
}

/** The edits of all files that give what stands at an offset another name. */
export function rename(engine: Engine, file: FileId, offset: number, newName: string): Renamed | Refused {
  const shared = sharedNameAt(engine, file, offset);
  const refused = shared === undefined ? NOTHING : refusal(engine, shared);
  if (shared === undefined || refused !== undefined) return refused ?? NOTHING;
  let newText = newName;
  for (const renaming of shared.renamings) {
    const accepted = renaming.possible ? renaming.accept(newName) : { ok: false as const, why: renaming.why };
    if (!accepted.ok) return accepted;
    newText = accepted.name;
  }
  const byFile = new Map<FileId, TextEdit[]>();
  for (const place of [...shared.definitions, ...shared.uses]) {
    const edits = byFile.get(place.file) ?? [];
    byFile.set(place.file, edits);
    edits.push({ span: place.span, newText });
  }
  return { ok: true, files: [...byFile].map(([id, edits]) => ({ file: id, edits })) };
}

function refusal(engine: Engine, { what, name, renamings, definitions, uses }: SharedName): Refused | undefined {
  if (renamings.length === 0) return { ok: false, why: `wsslint cannot rename a ${what}` };
  for (const renaming of renamings) if (!renaming.possible) return { ok: false, why: renaming.why };
  for (const { file, span } of [...definitions, ...uses]) {
    const opened = engine.files.open(file, noDependencies());
    const written = opened.ok ? opened.file.text.slice(span.start, span.end) : undefined;
    if (written?.toLowerCase() !== name.toLowerCase())
      return { ok: false, why: `One of the places of \`${name}\` is written with escapes, so it is not changed` };
  }
  return undefined;
}
