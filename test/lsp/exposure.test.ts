/** Owns the proof that an editor hears of keys that git comes to track, or that others come to read, without an edit. */
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { toUri } from '../../server/src/lsp/uri.ts';
import { createAuthority } from '../kit/authority.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { endEditors, startEditor } from './client.ts';

describeWith('git', 'keys that others get at', () => {
  const folder = temporaryFolder();
  afterEach(endEditors);
  afterAll(() => folder.remove());
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', folder.path, ...args], { stdio: 'ignore' });

  it('are told when the index or the mode has changed', async () => {
    const { key } = await (await createAuthority()).issue({ names: ['shop.example.com'] });
    chmodSync(folder.path, 0o755);
    const path = folder.write('shop.key', key);
    chmodSync(path, 0o600);
    git('init', '-q');
    // Without an entry there is no index.
    folder.write('README', '');
    git('add', 'README');
    const editor = await startEditor({ folders: [folder.path], options: { trusted: true } });
    const changed = (file: string) =>
      editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
        changes: [{ uri: toUri(file), type: 2 }],
      });
    await editor.connection.sendRequest('wsslint/certificates', {});
    expect(editor.rules(path)).toEqual([]);
    git('add', 'shop.key');
    await changed(join(folder.path, '.git/index'));
    await editor.until(() => editor.rules(path).includes('key-unprotected'));
    git('rm', '-q', '--cached', 'shop.key');
    await changed(join(folder.path, '.git/index'));
    await editor.until(() => editor.rules(path).length === 0);
    chmodSync(path, 0o644);
    await changed(path);
    await editor.until(() => editor.rules(path).includes('key-unprotected'));
  });
});
