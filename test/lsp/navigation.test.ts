/** Owns the proof that the built server leads from names to their places, renames them, folds and selects. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type {
  CodeAction,
  FoldingRange,
  Location,
  LocationLink,
  SelectionRange,
  TextDocumentEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { toUri } from '../../server/src/lsp/uri.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { CAPABILITIES, type EditorOptions, endEditors, startEditor } from './client.ts';

const ROOT = `events {}
http {
    upstream app { server 127.0.0.1:1; }
    map $http_upgrade $connection_upgrade { default upgrade; '' close; }
    include conf.d/*.conf;
}
`;
const SITE = `server {
    # one
    # two
    location /ws/ {
        proxy_pass http://app;
        proxy_set_header Connection $connection_upgrade;
    }
}
`;

const folders: Folder[] = [];
afterEach(endEditors);
afterAll(() => {
  for (const folder of folders) folder.remove();
});

async function edit(options: Partial<EditorOptions> = {}) {
  const folder = temporaryFolder();
  folders.push(folder);
  const root = folder.write('nginx.conf', ROOT);
  const site = folder.write('conf.d/site.conf', SITE);
  const editor = await startEditor({ folders: [folder.path], options: { trusted: true }, ...options });
  const ask = <T>(method: string, at: { line: number; character: number }, more: object = {}): Promise<T> =>
    editor.connection.sendRequest(method, { textDocument: { uri: toUri(site) }, position: at, ...more });
  return { editor, root, site, ask };
}

const APP = { line: 4, character: 27 };
const VARIABLE = { line: 5, character: 40 };
const inRoot = { start: { line: 2, character: 13 }, end: { line: 2, character: 16 } };
const inSite = { start: { line: 4, character: 26 }, end: { line: 4, character: 29 } };

describe('names', () => {
  it('lead to their definition, as locations or as links', async () => {
    const { ask, root } = await edit();
    expect(await ask<Location[]>('textDocument/definition', APP)).toEqual([{ uri: toUri(root), range: inRoot }]);
    expect(await ask('textDocument/definition', { line: 1, character: 0 })).toBeNull();
    const linked = await edit({
      capabilities: { ...CAPABILITIES, textDocument: { definition: { linkSupport: true } } },
    });
    expect(await linked.ask<LocationLink[]>('textDocument/definition', APP)).toEqual([
      {
        originSelectionRange: inSite,
        targetUri: toUri(linked.root),
        targetRange: inRoot,
        targetSelectionRange: inRoot,
      },
    ]);
  });

  it('have references', async () => {
    const { ask, root, site } = await edit();
    const references = (includeDeclaration: boolean) =>
      ask<Location[]>('textDocument/references', APP, { context: { includeDeclaration } });
    expect(await references(true)).toEqual([
      { uri: toUri(site), range: inSite },
      { uri: toUri(root), range: inRoot },
    ]);
    expect(await references(false)).toEqual([{ uri: toUri(site), range: inSite }]);
  });

  it('are renamed in all files, with the versions of open documents', async () => {
    const { editor, ask, root, site } = await edit();
    await editor.open(site, SITE);
    expect(await ask('textDocument/prepareRename', VARIABLE)).toEqual({
      range: { start: { line: 5, character: 37 }, end: { line: 5, character: 55 } },
      placeholder: 'connection_upgrade',
    });
    const { documentChanges } = await ask<WorkspaceEdit>('textDocument/rename', VARIABLE, { newName: '$ws' });
    expect((documentChanges as TextDocumentEdit[]).map(({ textDocument, edits }) => [textDocument, edits])).toEqual([
      [
        { uri: toUri(root), version: null },
        [{ range: { start: { line: 3, character: 23 }, end: { line: 3, character: 41 } }, newText: 'ws' }],
      ],
      [
        { uri: toUri(site), version: 1 },
        [{ range: { start: { line: 5, character: 37 }, end: { line: 5, character: 55 } }, newText: 'ws' }],
      ],
    ]);
  });

  it('that nginx would refuse, or that are nginx’s own, are refused with the reason', async () => {
    const { ask, editor } = await edit();
    await expect(ask('textDocument/rename', VARIABLE, { newName: 'host' })).rejects.toThrow(
      '"$host" is a variable of nginx itself',
    );
    await expect(ask('textDocument/rename', APP, { newName: 'a b' })).rejects.toThrow('cannot be the host');
    await expect(ask('textDocument/prepareRename', { line: 4, character: 10 })).rejects.toThrow('Nothing here');
    expect(editor.log.filter((line) => line.includes('failed'))).toEqual([]);
  });
});

it('a refactoring is offered where it is asked for, with its edit made when it is chosen', async () => {
  const { editor, site } = await edit();
  const plain = SITE.replace(
    '$connection_upgrade;',
    '$connection_upgrade;\n        proxy_set_header Upgrade $http_upgrade;',
  );
  await editor.open(site, plain);
  const actions = (only: string[]): Promise<CodeAction[]> =>
    editor.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: toUri(site) },
      range: { start: { line: 6, character: 10 }, end: { line: 6, character: 10 } },
      context: { diagnostics: [], only },
    });
  expect(await actions(['quickfix'])).toEqual([]);
  const [action] = await actions(['refactor']);
  expect(action).toMatchObject({ kind: 'refactor.rewrite', title: expect.stringContaining('only `websocket`') });
  const resolved: CodeAction = await editor.connection.sendRequest('codeAction/resolve', action);
  expect(resolved.edit?.documentChanges?.length).toBe(2);
});

it('blocks and comments fold, and selections grow', async () => {
  const { editor, site } = await edit();
  const textDocument = { uri: toUri(site) };
  const folds: FoldingRange[] = await editor.connection.sendRequest('textDocument/foldingRange', { textDocument });
  expect(folds).toEqual([
    { startLine: 0, endLine: 6 },
    { startLine: 3, endLine: 5 },
    { startLine: 1, endLine: 2, kind: 'comment' },
  ]);
  const [first]: SelectionRange[] = await editor.connection.sendRequest('textDocument/selectionRange', {
    textDocument,
    positions: [VARIABLE],
  });
  const sizes: string[] = [];
  for (let at = first; at !== undefined; at = at.parent) {
    const { start, end } = at.range;
    sizes.push(`${start.line}:${start.character}-${end.line}:${end.character}`);
  }
  expect(sizes).toEqual([
    '5:36-5:55',
    '5:8-5:55',
    '5:8-5:56',
    '4:8-5:56',
    '3:18-6:5',
    '3:4-6:5',
    '1:4-6:5',
    '0:7-7:1',
    '0:0-7:1',
    '0:0-8:0',
  ]);
});
