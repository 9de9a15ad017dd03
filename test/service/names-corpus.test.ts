/** Owns the laws of names over published configurations: every place holds its name, and a rename can be taken back. */
import { expect, it } from 'vitest';
import { createEngine } from '../../server/src/analysis/engine.ts';
import { claimOf } from '../../server/src/analysis/languages.ts';
import { searchFolders } from '../../server/src/cli/search.ts';
import { createSettingsFinder } from '../../server/src/config/find.ts';
import { createFileStore, noDependencies } from '../../server/src/files/store.ts';
import { nodeHost } from '../../server/src/node/host.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import { foldsOf } from '../../server/src/service/folds.ts';
import { sharedNameAt } from '../../server/src/service/names.ts';
import { rename } from '../../server/src/service/rename.ts';
import { selectionsAt } from '../../server/src/service/selections.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { corpusRoot, describeWith } from '../kit/required.ts';

/** Where a name may stand: behind each `$`, and where a word begins. */
const STARTS = /(?<=\$\{?)\w|(?<=[\s@/"'])[\w$]/g;
const MOST_OF_A_FILE = 100;
const MOST_RENAMES = 25;

describeWith('corpus', 'published nginx configurations', () => {
  const folder = `${corpusRoot() ?? ''}/nginx`;
  const host = nodeHost();
  const store = createFileStore(host);
  const files = searchFolders(
    [folder],
    host,
    (file, text) => claimOf(file, text)?.language.id === 'nginx',
    store,
  ).files;
  const engine = createEngine({
    files: store,
    settings: createSettingsFinder(store, RULES),
    rules: [],
    workspaces: () => [folder],
  });
  const textOf = (file: string): string => {
    const opened = store.open(file, noDependencies());
    return opened.ok ? opened.file.text : '';
  };

  it('every place of a name holds the name, folds and selections lie in the text, and a rename can be taken back', () => {
    engine.run(files);
    const tried = new Set<string>();
    let renamed = 0;
    let names = 0;
    for (const file of files) {
      const text = textOf(file);
      for (const { span } of foldsOf(engine, file) ?? []) expect(span.end, file).toBeLessThanOrEqual(text.length);
      let asked = 0;
      for (const { index } of text.matchAll(STARTS)) {
        if (++asked > MOST_OF_A_FILE) break;
        const spans = selectionsAt(engine, file, index);
        expect(spans.at(-1)?.end, `${file}:${index}`).toBeLessThanOrEqual(text.length);
        const name = sharedNameAt(engine, file, index);
        if (name === undefined) continue;
        names++;
        for (const place of [...name.definitions, ...name.uses]) {
          const written = textOf(place.file).slice(place.span.start, place.span.end);
          expect(written.toLowerCase(), `${place.file}:${place.span.start}`).toBe(name.name.toLowerCase());
        }
        const key = `${name.what} ${name.definitions.map((one) => `${one.file}:${one.span.start}`).join(' ')}`;
        if (tried.has(key) || renamed >= MOST_RENAMES) continue;
        tried.add(key);
        if (comesBack(file, index, name.name)) renamed++;
      }
    }
    expect(names).toBeGreaterThan(1000);
    expect(renamed).toBe(MOST_RENAMES);
  }, 120_000);

  /** Renames in open documents and back, where it can be renamed; names that are written in several cases become one. */
  function comesBack(file: string, offset: number, name: string): boolean {
    const there = rename(engine, file, offset, 'wsslint_fresh_name');
    if (!there.ok) return false;
    const before = new Map(there.files.map((one) => [one.file, textOf(one.file)]));
    for (const one of there.files) {
      store.overlay(one.file, applyEdits(before.get(one.file) ?? '', one.edits));
      engine.changed(one.file);
    }
    engine.run(files);
    const own = there.files.find((one) => one.file === file);
    const shift =
      (own?.edits ?? []).filter(({ span }) => span.end <= offset).length * ('wsslint_fresh_name'.length - name.length);
    const back = rename(engine, file, offset + shift, name);
    expect(back.ok, `${file}:${offset} ${name}`).toBe(true);
    if (back.ok) {
      expect(back.files.length, `${file}:${offset} ${name}`).toBe(there.files.length);
      for (const one of back.files)
        expect(applyEdits(textOf(one.file), one.edits).toLowerCase()).toBe(before.get(one.file)?.toLowerCase());
    }
    for (const path of before.keys()) {
      store.overlay(path, undefined);
      engine.changed(path);
    }
    engine.run(files);
    return true;
  }
});
