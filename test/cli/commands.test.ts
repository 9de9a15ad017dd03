import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readable } from '../../server/src/cli/explain.ts';
import { painter } from '../../server/src/cli/terminal.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { run } from './kit.ts';

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('explain', () => {
  it('prints the page of a rule', async () => {
    const ran = await run(folder.path, ['explain', 'tls-legacy-protocol']);
    expect(ran).toEqual({
      code: 0,
      out: 'tls-legacy-protocol\n\nOld versions, see RFC 8996 (https://www.rfc-editor.org/rfc/rfc8996).\n\n  bad (nginx):\n\n    server {\n\n    }\n',
      err: '',
    });
  });

  it('asks whether another rule was meant', async () => {
    const ran = await run(folder.path, ['explain', 'tls-legacy-protocoll']);
    expect(ran).toEqual({
      code: 2,
      out: '',
      err: 'wsslint: there is no rule "tls-legacy-protocoll"; did you mean "tls-legacy-protocol"?\n"wsslint rules" lists them all.\n',
    });
  });

  it('reads fences of every length, with and without tags', () => {
    const page = '## A\n\n````\n```\n# no heading\n````\n<https://a.example> [https://b.example](https://b.example)\n';
    expect(readable(page, painter(false))).toBe(
      'A\n\n    ```\n    # no heading\nhttps://a.example https://b.example\n',
    );
  });
});

describe('rules', () => {
  it('lists them', async () => {
    expect((await run(folder.path, ['rules'])).out).toBe(
      'tls-legacy-protocol  warning  An old version is offered\nconfig-syntax        error    The product does not accept the file\n',
    );
  });

  it('lists them for programs', async () => {
    const { out } = await run(folder.path, ['rules', '--format', 'json']);
    expect(JSON.parse(out)).toEqual({
      version: 1,
      rules: [
        {
          id: 'tls-legacy-protocol',
          severity: 'warning',
          summary: 'An old version is offered',
          page: 'https://example.com/tls-legacy-protocol.md',
        },
        {
          id: 'config-syntax',
          severity: 'error',
          summary: 'The product does not accept the file',
          page: 'https://example.com/config-syntax.md',
        },
      ],
    });
  });
});

describe('show', () => {
  it('prints the project of a file', async () => {
    const file = folder.write('a.conf', '');
    expect(await run(folder.path, ['show', 'a.conf'])).toEqual({
      code: 0,
      out: `${file} seen from ${file}\n`,
      err: '',
    });
  });

  it('says what cannot be shown', async () => {
    expect(await run(folder.path, ['show', 'none.conf'])).toEqual({
      code: 2,
      out: '',
      err: 'wsslint: none.conf: no such file\n',
    });
    folder.write('notes', 'some words');
    expect((await run(folder.path, ['show', 'notes'])).err).toBe(
      'wsslint: notes: this is no file that wsslint knows\n',
    );
    expect((await run(folder.path, ['show', '.'])).err).toBe('wsslint: .: is a folder\n');
  });
});

describe('the rest', () => {
  it('prints help and version, and starts the server', async () => {
    expect((await run(folder.path, ['--help'])).out).toMatch(/^wsslint says what/);
    expect((await run(folder.path, ['--version'])).out).toBe('1.2.3\n');
    expect(await run(folder.path, ['lsp', '--stdio'])).toEqual({ code: 0, out: 'server', err: '' });
  });
});
