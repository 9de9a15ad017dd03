/** Owns the proof that a workspace is searched once, within its bounds, and in steps. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../server/src/files/host.ts';
import { nodeHost } from '../../server/src/node/host.ts';
import { isSkipped, workspaceFiles } from '../../server/src/service/workspace-files.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { memoryHost } from '../kit/memory-host.ts';

function found(host: Host, folders: readonly string[], mayRead = (_: string) => true): string[] {
  const wanted = (file: string) => file.endsWith('.conf');
  return [...workspaceFiles(host, folders, wanted, mayRead)].flatMap((step) =>
    step.kind === 'file' ? [step.file] : [],
  );
}

const texts = (...paths: string[]) => new Map(paths.map((path) => [path, '']));

describe('the search for files', () => {
  it('leaves other people’s files and version control alone', () => {
    const host = memoryHost(
      texts('/w/a.conf', '/w/b.txt', '/w/node_modules/x/c.conf', '/w/.git/d.conf', '/w/x/e.conf', '/w/.config/f.conf'),
    );
    expect(found(host, ['/w']).sort()).toEqual(['/w/.config/f.conf', '/w/a.conf', '/w/x/e.conf']);
    expect(isSkipped('/w', '/w/x/node_modules/y.conf')).toBe(true);
    expect(isSkipped('/w/node_modules', '/w/node_modules/y.conf')).toBe(false);
  });

  it('reads a folder once, also one in another, and only where it may', () => {
    const host = memoryHost(texts('/w/a.conf', '/w/x/b.conf', '/w/y/c.conf'));
    expect(found(host, ['/w', '/w/x'], (path) => !path.startsWith('/w/y')).sort()).toEqual([
      '/w/a.conf',
      '/w/x/b.conf',
    ]);
  });

  it('follows links, and ends where they go in a circle or lead out', () => {
    const folder = temporaryFolder();
    const outside = temporaryFolder();
    outside.write('secret.conf', '');
    folder.write('a/one.conf', '');
    mkdirSync(join(folder.path, 'b'));
    symlinkSync(folder.path, join(folder.path, 'b/around'));
    symlinkSync(outside.path, join(folder.path, 'b/out'));
    symlinkSync(join(folder.path, 'a/one.conf'), join(folder.path, 'b/two.conf'));
    const inside = (path: string) => path.startsWith(folder.path);
    expect(
      found(nodeHost(), [folder.path], inside)
        .map((file) => file.slice(folder.path.length))
        .sort(),
    ).toEqual(['/a/one.conf', '/b/two.conf']);
    expect(found(nodeHost(), [folder.path])).toHaveLength(3);
    folder.remove();
    outside.remove();
  });

  it('gives up on a folder without end, and says where', () => {
    const endless: Host = {
      ...memoryHost(new Map()),
      realPath: (path) => path,
      list: () => Array.from({ length: 1000 }, (_, index) => ({ name: `d${index}`, kind: 'directory' as const })),
    };
    const steps = [
      ...workspaceFiles(
        endless,
        ['/w'],
        () => true,
        () => true,
      ),
    ];
    expect(steps.at(-1)?.kind).toBe('limit');
    expect(steps.filter(({ kind }) => kind === 'folder').length).toBeGreaterThan(100);
  });
});
