/** Owns asking the installed nginx about a raw text, with nothing in it rewritten. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Folder } from '../kit/folder.ts';
import { programPath } from '../kit/required.ts';

/** What `nginx -t` says of a main configuration: undefined when it accepts it, otherwise its message without the place. */
export function nginxSays(folder: Folder, text: string | Uint8Array): string | undefined {
  const file = join(folder.path, 'nginx.conf');
  writeFileSync(file, text);
  const program = programPath('nginx') ?? 'nginx';
  const result = spawnSync(program, ['-t', '-p', folder.path, '-c', file, '-e', 'stderr'], { encoding: 'utf8' });
  if (result.error) throw result.error;
  if (result.status === 0) return undefined;
  const message = / \[emerg\] \d+#\d+: (.*)\nnginx: configuration file /s.exec(result.stderr)?.[1];
  if (message === undefined) throw new Error(`nginx ended with ${result.status}: ${result.stderr}`);
  const place = message.lastIndexOf(` in ${file}:`);
  return place < 0 ? message : message.slice(0, place);
}
