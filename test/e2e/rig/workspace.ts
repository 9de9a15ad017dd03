/** Owns the copies of `examples/` that the tests open and change. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Workspace {
  readonly folder: string;
  remove(): Promise<void>;
}

export async function copyExamples(root: string): Promise<Workspace> {
  const parent = await mkdtemp(join(tmpdir(), 'wsslint-e2e-'));
  const folder = join(parent, 'examples');
  await cp(join(root, 'examples'), folder, { recursive: true });
  return { folder, remove: () => rm(parent, { recursive: true, force: true, maxRetries: 5 }) };
}
