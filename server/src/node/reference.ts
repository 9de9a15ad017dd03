/** Owns reading nginx's own documentation, which the build puts beside the bundles. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NginxReference } from '../service/nginx-reference.ts';

let read: Promise<NginxReference | undefined> | undefined;

/** Reads it once, when it is first asked for; undefined where the file is not there. */
export function reference(): Promise<NginxReference | undefined> {
  read ??= readFile(join(__dirname, 'nginx-reference.json'), 'utf8').then(
    (text) => JSON.parse(text) as NginxReference,
    () => undefined,
  );
  return read;
}
