/** Owns temporary folders, which are removed when their test is done and at the latest when the process ends. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of one test. */
export interface Folder {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Writes a file below the folder, with the folders on its way; an absolute name counts from the folder too. */
  write(name: string, content: string | Uint8Array): string;
  remove(): void;
}

const present = new Set<string>();
process.once('exit', () => {
  for (const path of present) removeFolder(path);
});

/** Makes an empty folder, by default where the system keeps temporary ones. */
export function temporaryFolder(parent: string = tmpdir()): Folder {
  const path = realpathSync(mkdtempSync(join(parent, 'wsslint-')));
  present.add(path);
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    remove: () => removeFolder(path),
  };
}

function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  present.delete(path);
}
