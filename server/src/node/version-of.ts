/** Owns starting the one program that wsslint ever starts: the nginx binary that the user has named, with `-V`. */
import { execFile } from 'node:child_process';
import type { FileId, VersionOutput } from '../files/host.ts';
import { codeOf } from './error-code.ts';

/** `nginx -V` prints and ends at once; something else that was named by mistake must not hold anybody up. */
const PATIENCE_MS = 5_000;
const MOST_BYTES = 256 * 1024;

export function versionOf(program: FileId): Promise<VersionOutput> {
  return new Promise((resolve) => {
    const options = { timeout: PATIENCE_MS, killSignal: 'SIGKILL', maxBuffer: MOST_BYTES, windowsHide: true } as const;
    const child = execFile(program, ['-V'], options, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, text: `${stderr}\n${stdout}` });
      else resolve({ ok: false, detail: detailOf(error) });
    });
    child.stdin?.end();
  });
}

function detailOf(error: Error & { readonly killed?: boolean; readonly code?: unknown }): string {
  if (error.killed === true) return `it did not end within ${PATIENCE_MS / 1000} seconds`;
  if (typeof error.code === 'number') return `it ended with ${error.code}`;
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'no such file';
    case 'EACCES':
      return 'it may not be run';
    default:
      return `it cannot be run (${codeOf(error)})`;
  }
}
