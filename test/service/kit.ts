/** Owns a bench for service tests: files in memory, marks in their text, the real engine over all rules. */
import { createEngine } from '../../server/src/analysis/engine.ts';
import type { Engine, Run } from '../../server/src/analysis/engine-types.ts';
import { createSettingsFinder } from '../../server/src/config/find.ts';
import type { FileId } from '../../server/src/files/host.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import type { FileEdits } from '../../server/src/model/remedy.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import type { HoverSource } from '../../server/src/service/hover-source.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { memoryHost } from '../kit/memory-host.ts';

/** Where the cursor is. */
export const MARK = '│';

export interface Bench {
  readonly engine: Engine;
  readonly files: readonly FileId[];
  /** The file that had a mark, and the offset of the mark, which is gone from its text. */
  readonly file: FileId;
  readonly offset: number;
  readonly run: Run;
  readonly hoverSource: HoverSource;
  /** The file's text after the edits of it. */
  after(edits: readonly FileEdits[], file?: FileId): string;
}

export const NOW = Date.UTC(2026, 0, 31);

/** A bench over files by path; at most one of them has a mark. */
export function bench(marked: Readonly<Record<FileId, string | Uint8Array>>, now = NOW): Bench {
  const given = Object.entries(marked);
  const written = given.flatMap(([path, content]) => (typeof content === 'string' ? [[path, content] as const] : []));
  const texts = new Map(written.map(([path, text]) => [path, text.replace(MARK, '')]));
  const cursor = written.find(([, text]) => text.includes(MARK)) ?? written[0];
  if (cursor === undefined) throw new Error('a bench needs a text');
  const [file, text] = cursor;
  const store = createFileStore(memoryHost({ ...marked, ...Object.fromEntries(texts) }, now));
  const files = given.map(([path]) => path);
  const engine = createEngine({
    files: store,
    settings: createSettingsFinder(store, RULES),
    rules: RULES,
    workspaces: () => ['/w'],
  });
  const run = engine.run(files);
  return {
    engine,
    files,
    file,
    offset: Math.max(0, text.indexOf(MARK)),
    run,
    hoverSource: {
      engine,
      run,
      placeLink: (place) => {
        const source = texts.get(place.file) ?? '';
        return `${place.file}:${source.slice(0, place.span.start).split('\n').length}`;
      },
      summaryOf: (rule) => RULES.find(({ id }) => id === rule)?.summary,
    },
    after(edits, wanted = file) {
      const own = edits.filter((one) => one.file === wanted).flatMap((one) => [...one.edits]);
      return applyEdits(texts.get(wanted) ?? '', own);
    },
  };
}
