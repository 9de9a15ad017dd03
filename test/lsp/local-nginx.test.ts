/** Owns the proof that an nginx binary is run only when the user has named it, and never in an untrusted workspace. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { endEditors, startEditor } from './client.ts';

const folders: Folder[] = [];
afterEach(endEditors);
afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** An editor on a workspace, and a program that says it is nginx and leaves a trace of each run beside it. */
async function edit(trusted: boolean, settingsFor: (folder: string | undefined, program: string) => unknown) {
  const folder = temporaryFolder();
  folders.push(folder);
  const elsewhere = temporaryFolder();
  folders.push(elsewhere);
  const root = folder.write('nginx.conf', 'http {}\n');
  const program = join(elsewhere.path, 'nginx');
  const trace = join(elsewhere.path, 'trace');
  writeFileSync(
    program,
    `#!/bin/sh\necho run >> ${trace}\nprintf 'nginx version: nginx/1.23.4\\nbuilt with OpenSSL 3.0.2\\n' >&2\n`,
  );
  chmodSync(program, 0o755);
  const editor = await startEditor({
    folders: [folder.path],
    options: { trusted },
    settings: (scope) => settingsFor(scope, program),
  });
  await editor.open(root, 'http {}\n');
  await editor.until(() => editor.statuses.length > 0);
  return { editor, program, ran: () => existsSync(trace), target: () => editor.statuses.at(-1)?.target };
}

it('the one that the user names tells its versions, and the status where they come from', async () => {
  const { program, ran, target } = await edit(true, (_, nginxBinary) => ({ nginxBinary }));
  expect(target()).toBe(`nginx 1.23.4 (\`${program} -V\`), openssl 3.0.2 (\`${program} -V\`)`);
  expect(ran()).toBe(true);
});

it('none is run where none is named', async () => {
  const { ran, target } = await edit(true, () => ({}));
  expect([target(), ran()]).toEqual([undefined, false]);
});

it('none is run that only a folder’s settings name', async () => {
  const { ran, target } = await edit(true, (folder, nginxBinary) => (folder === undefined ? {} : { nginxBinary }));
  expect([target(), ran()]).toEqual([undefined, false]);
});

it('none is run in an untrusted workspace, until it is trusted', async () => {
  const { editor, ran, target } = await edit(false, (_, nginxBinary) => ({ nginxBinary }));
  expect([target(), ran()]).toEqual([undefined, false]);
  await editor.connection.sendNotification('wsslint/trust', { trusted: true });
  await editor.until(() => target()?.startsWith('nginx 1.23.4') === true);
  expect(ran()).toBe(true);
});

it('one that cannot be run is told of in the log, and the rest works', async () => {
  const { editor, target } = await edit(true, () => ({ nginxBinary: '/nowhere/nginx' }));
  expect(target()).toBeUndefined();
  expect(editor.log.join('\n')).toContain('wsslint.nginxBinary: /nowhere/nginx: no such file');
});
