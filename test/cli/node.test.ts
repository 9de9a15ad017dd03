import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHost, withSlashes } from '../../server/src/node/host.ts';
import { nodeWriter } from '../../server/src/node/writer.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';

const host = nodeHost();
const isRoot = process.getuid?.() === 0;
let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const reason = (path: string, limit = 1000) => {
  const read = host.readFile(path, limit);
  return read.ok ? 'ok' : `${read.reason}: ${read.detail}`;
};

describe('the Host over the file system', () => {
  it('reads files, through links too', () => {
    const file = folder.write('a.conf', 'text');
    symlinkSync(file, join(folder.path, 'link'));
    const read = host.readFile(join(folder.path, 'link'), 1000);
    expect(read.ok && Buffer.from(read.bytes).toString()).toBe('text');
    expect(host.realPath(join(folder.path, 'link'))).toBe(file);
  });

  it('says why a file cannot be read, and never throws', () => {
    const at = (name: string) => join(folder.path, name);
    folder.write('large', 'x'.repeat(1001));
    mkdirSync(at('dir'));
    symlinkSync(at('b'), at('a'));
    symlinkSync(at('a'), at('b'));
    symlinkSync(at('nowhere'), at('broken'));
    expect(reason(at('none'))).toBe('missing: no such file');
    expect(reason(at('large/below'))).toBe('missing: no such file');
    expect(reason(at('broken'))).toBe('missing: no such file');
    expect(reason(at('dir'))).toBe('directory: is a folder');
    expect(reason(at('a'))).toBe('unreadable: its symbolic links go in a circle');
    expect(reason(at('large'))).toBe('too-large: is too large: 1 MB, where 1 MB is the limit');
    expect(reason(at('n\u0000ul'))).toBe('missing: no file can have such a name');
    expect(reason(at('x'.repeat(5000)))).toBe('missing: no file can have so long a name');
    expect([host.list(at('none')), host.list(at('large')), host.list(at('a'))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([host.realPath(at('a')), host.realPath(at('none'))]).toEqual([undefined, undefined]);
  });

  it('does not wait for a pipe', () => {
    const pipe = join(folder.path, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    expect(reason(pipe)).toBe('unreadable: is no regular file');
  });

  it('says that permission is missing', ({ skip }) => {
    if (isRoot) skip('root may read everything');
    const file = folder.write('secret', 'x');
    chmodSync(file, 0);
    expect(reason(file)).toBe('unreadable: permission denied');
  });

  it('lists folders sorted, with what links lead to', () => {
    folder.write('b.conf', '');
    folder.write('a/x', '');
    symlinkSync(join(folder.path, 'a'), join(folder.path, 'c'));
    symlinkSync(join(folder.path, 'nowhere'), join(folder.path, 'd'));
    expect(host.list(folder.path)).toEqual([
      { name: 'a', kind: 'directory' },
      { name: 'b.conf', kind: 'file' },
      { name: 'c', kind: 'directory' },
      { name: 'd', kind: 'other' },
    ]);
  });

  it('turns the separators of Windows, and leaves backslashes in names elsewhere', () => {
    expect(withSlashes('C:\\nginx\\conf', '\\')).toBe('C:/nginx/conf');
    expect(withSlashes('/etc/odd\\name', '/')).toBe('/etc/odd\\name');
  });
});

describe('replacing a file', () => {
  const bytes = (text: string) => Buffer.from(text);

  it('keeps the mode, and leaves nothing behind', () => {
    const file = folder.write('a.conf', 'old');
    chmodSync(file, 0o640);
    expect(nodeWriter.replace(file, bytes('old'), bytes('new'))).toEqual({ ok: true });
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder.path)).toEqual(['a.conf']);
  });

  it('keeps the owner', ({ skip }) => {
    if (!isRoot) skip('only root can give files away');
    const file = folder.write('a.conf', 'old');
    chownSync(file, 12_345, 23_456);
    expect(nodeWriter.replace(file, bytes('old'), bytes('new'))).toEqual({ ok: true });
    expect([statSync(file).uid, statSync(file).gid]).toEqual([12_345, 23_456]);
  });

  it('replaces the target of a link, and keeps the link', () => {
    const file = folder.write('available/a', 'old');
    const link = join(folder.path, 'link');
    symlinkSync(file, link);
    expect(nodeWriter.replace(link, bytes('old'), bytes('new'))).toEqual({ ok: true });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readdirSync(join(folder.path, 'available'))).toEqual(['a']);
  });

  it('leaves a file alone that was changed in the meantime', () => {
    const file = folder.write('a.conf', 'changed');
    const result = nodeWriter.replace(file, bytes('old'), bytes('new'));
    expect(result).toEqual({ ok: false, detail: 'it was changed by someone else in the meantime' });
    expect(readFileSync(file, 'utf8')).toBe('changed');
    expect(readdirSync(folder.path)).toEqual(['a.conf']);
  });

  it('makes no file that was not there, and says what the system says', () => {
    const file = join(folder.path, 'none');
    expect(nodeWriter.replace(file, bytes(''), bytes('new'))).toEqual({
      ok: false,
      detail: 'the system refuses (ENOENT)',
    });
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, '');
    expect(nodeWriter.replace(join(file, 'below'), bytes(''), bytes(''))).toMatchObject({ ok: false });
  });
});
