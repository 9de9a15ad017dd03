/** Owns the proof that the built server does, as a process, what editors ask of it. */
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type {
  CodeAction,
  CompletionItem,
  DocumentLink,
  DocumentSymbol,
  Hover,
  TextDocumentEdit,
  TextEdit,
} from 'vscode-languageserver-protocol/node';
import { applyChanges } from '../../server/src/lsp/documents.ts';
import type { EffectiveResult, ExplainResult } from '../../server/src/lsp/protocol.ts';
import { toUri } from '../../server/src/lsp/uri.ts';
import { createAuthority } from '../kit/authority.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { repositoryRoot } from '../kit/root.ts';
import { CAPABILITIES, type Editor, type EditorOptions, endEditors, startEditor } from './client.ts';

const DROPPED = 'websocket-upgrade-dropped';

const ROOT = `events {}
http {
    upstream app { server 127.0.0.1:1; }
    include conf.d/*.conf;
}
`;
const SITE = `server {
    listen 80;
    location /ws/ {
        include snippets/proxy.conf;
        proxy_pass http://app;
        proxy_read_timeout 1h;
        proxy_http_version 1.1;
    }
}
`;
const FORWARD = 'proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\n';

/** A workspace on disk: nginx.conf includes a site, which includes a snippet that does not forward the upgrade. */
function workspace() {
  const folder = temporaryFolder();
  return {
    folder,
    root: folder.write('nginx.conf', ROOT),
    site: folder.write('conf.d/site.conf', SITE),
    snippet: folder.write('snippets/proxy.conf', 'proxy_buffering off;\n'),
  };
}

const folders: Folder[] = [];
const trusted = { trusted: true };

async function edit(options: Partial<EditorOptions> = {}) {
  const files = workspace();
  folders.push(files.folder);
  const editor = await startEditor({ folders: [files.folder.path], options: trusted, ...options });
  return { ...files, editor };
}

afterEach(endEditors);
afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** Where a text stands in another, as a position. */
function positionOf(text: string, part: string) {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

function rangeOf(text: string, part: string) {
  const start = positionOf(text, part);
  return { start, end: start };
}

async function actionsAt(
  editor: Editor,
  file: string,
  text: string,
  part: string,
  only?: string[],
): Promise<CodeAction[]> {
  return editor.connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri: toUri(file) },
    range: rangeOf(text, part),
    context: { diagnostics: [], ...(only && { only }) },
  });
}

/** The text of a file after an action's edit of it. */
function edited(action: CodeAction, file: string, text: string): string {
  const changes = (action.edit?.documentChanges ?? []) as TextDocumentEdit[];
  const own = changes.filter(({ textDocument }) => textDocument.uri === toUri(file)).flatMap(({ edits }) => edits);
  const later = (a: TextEdit, b: TextEdit) =>
    b.range.start.line - a.range.start.line || b.range.start.character - a.range.start.character;
  return applyChanges(
    text,
    (own as TextEdit[]).sort(later).map(({ range, newText }) => ({ range, text: newText })),
  );
}

describe('diagnostics', () => {
  it('are published for all files of the workspace, though none is open', async () => {
    const { editor, site } = await edit();
    await editor.until(() => editor.rules(site).includes(DROPPED));
    const [finding] = editor.diagnostics(site);
    expect(finding).toMatchObject({
      source: 'wsslint',
      code: DROPPED,
      severity: 2,
      codeDescription: { href: `https://github.com/wsslint/wsslint/blob/main/docs/rules/${DROPPED}.md` },
      range: { start: { line: positionOf(SITE, 'proxy_pass').line } },
    });
  });

  it('of the including file follow the unsaved text of the included one, and its disk when it is closed', async () => {
    const { editor, site, snippet } = await edit();
    await editor.until(() => editor.rules(site).includes(DROPPED));
    await editor.open(snippet, 'proxy_buffering off;\n');
    await editor.change(snippet, FORWARD);
    await editor.until(() => !editor.rules(site).includes(DROPPED));
    await editor.close(snippet);
    await editor.until(() => editor.rules(site).includes(DROPPED));
  });

  it('follow incremental changes and carry the version of the document', async () => {
    const { editor, site } = await edit();
    await editor.open(site, SITE);
    await editor.until(() => editor.rules(site).includes(DROPPED));
    const line = { line: positionOf(SITE, 'include snippets').line + 1, character: 0 };
    await editor.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: toUri(site), version: 7 },
      contentChanges: [{ range: { start: line, end: line }, text: FORWARD }],
    });
    await editor.until(() => editor.published.at(-1)?.version === 7 && !editor.rules(site).includes(DROPPED));
  });

  it('follow files that change, come and go outside the editor', async () => {
    const { editor, site, snippet, folder } = await edit();
    const watched = (path: string, type: number) =>
      editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: toUri(path), type }] });
    await editor.until(() => editor.rules(site).includes(DROPPED));
    writeFileSync(snippet, FORWARD);
    await watched(snippet, 2);
    await editor.until(() => !editor.rules(site).includes(DROPPED));

    const second = folder.write('conf.d/second.conf', SITE.replace('include snippets/proxy.conf;', ''));
    await watched(second, 1);
    await editor.until(() => editor.rules(second).includes(DROPPED));
    rmSync(second);
    await watched(second, 3);
    await editor.until(() => editor.rules(second).length === 0);
  });

  it('follow files outside the workspace that the configuration includes', async () => {
    const outside = temporaryFolder();
    folders.push(outside);
    const forward = outside.write('proxy.conf', 'proxy_buffering off;\n');
    const { editor, site } = await edit();
    await editor.open(site, SITE.replace('snippets/proxy.conf', forward));
    await editor.until(() => editor.rules(site).includes(DROPPED));
    await editor.until(() => editor.log.some((line) => line.includes(toUri(outside.path))));
    writeFileSync(forward, FORWARD);
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: toUri(forward), type: 2 }],
    });
    await editor.until(() => !editor.rules(site).includes(DROPPED));
  });

  it('of a folder that is gone are cleared', async () => {
    const { editor, site, folder } = await edit();
    await editor.until(() => editor.rules(site).includes(DROPPED));
    rmSync(join(folder.path, 'conf.d'), { recursive: true });
    await editor.connection.sendNotification('workspace/didDeleteFiles', {
      files: [{ uri: toUri(join(folder.path, 'conf.d')) }],
    });
    await editor.until(() => editor.rules(site).length === 0);
  });

  it('of a document that is no file are about its text alone', async () => {
    const { editor, folder } = await edit();
    const forward = folder.write('snippets/forward.conf', FORWARD);
    const server = `server { location /ws { include ${forward}; proxy_pass http://127.0.0.1:1; } }`;
    const text = `events {}\nhttp {\n${server}\n${server.replace(/include [^;]+;/, '')}\n}\n`;
    const effective = async (uri: string): Promise<string> =>
      ((await editor.connection.sendRequest('wsslint/effective', { uri })) as EffectiveResult).text;
    const uri = 'untitled:Untitled-1';
    await editor.open(uri, text, 'NGINX', uri);
    await editor.until(() =>
      editor.diagnostics(uri).some(({ code, range }) => code === DROPPED && range.start.line === 3),
    );
    expect(await effective(uri)).not.toContain('upgrade reaches the back end: yes');
    await editor.open(join(folder.path, 'other/nginx.conf'), text);
    expect(await effective(toUri(join(folder.path, 'other/nginx.conf')))).toContain(
      'upgrade reaches the back end: yes',
    );
    await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    await editor.until(() => editor.rules(uri).length === 0);
  });

  it('come again when time makes a difference', async () => {
    const files = workspace();
    folders.push(files.folder);
    const authority = await createAuthority();
    const ends = Date.now() + 4000;
    const { chain } = await authority.issue({ names: ['example.com'], notAfter: new Date(ends) });
    const pem = files.folder.write('certs/site.pem', chain);
    const editor = await startEditor({ folders: [files.folder.path], options: trusted });
    await editor.until(() => editor.rules(pem).includes('certificate-expiring'));
    await editor.until(() => editor.rules(pem).includes('certificate-expired'));
    expect(Date.now()).toBeGreaterThan(ends - 1000);
  });
});

describe('trust', () => {
  it('in a workspace without it nothing outside is read, by whatever name, until it is given', async () => {
    const outside = temporaryFolder();
    folders.push(outside);
    const secret = outside.write('forward.conf', FORWARD);
    const files = workspace();
    folders.push(files.folder);
    files.folder.write('conf.d/site.conf', SITE.replace('snippets/proxy.conf', secret));
    symlinkSync(secret, join(files.folder.path, 'linked.conf'));
    const called = (name: string) => SITE.replace('server {', `server { server_name ${name};`);
    files.folder.write('conf.d/linked.conf', called('linked.example').replace('snippets/proxy.conf', 'linked.conf'));
    const linked = join(files.folder.path, 'conf.d/linked.conf');
    const editor = await startEditor({ folders: [files.folder.path], options: { trusted: false } });
    const plain = called('open.example').replace('include snippets/proxy.conf;', '');
    const wrong = files.folder.write('conf.d/open.conf', plain);
    await editor.open(wrong, plain);
    await editor.until(() => editor.rules(wrong).includes(DROPPED));
    const hover: Hover | null = await editor.connection.sendRequest('textDocument/hover', {
      textDocument: { uri: toUri(files.site) },
      position: positionOf(SITE, 'snippets'),
    });
    expect(JSON.stringify(hover)).not.toContain('forward.conf:');
    const effective: EffectiveResult = await editor.connection.sendRequest('wsslint/effective', {
      uri: toUri(files.root),
    });
    expect(effective.text).not.toMatch(/upgrade reaches the back end: yes/);
    await editor.connection.sendNotification('wsslint/trust', trusted);
    const texts: string[] = [];
    for (const uri of [files.root, linked].map(toUri)) {
      const now: EffectiveResult = await editor.connection.sendRequest('wsslint/effective', { uri });
      texts.push(now.text);
    }
    expect(texts[0]?.match(/upgrade reaches the back end: yes/g)).toHaveLength(2);
  });
});

describe('requests', () => {
  it('hover, links, outline, completion, effective view and rule page', async () => {
    const { editor, site, root, folder } = await edit();
    await editor.open(site, SITE);
    const textDocument = { uri: toUri(site) };
    const ask = <R>(method: string, params: object): Promise<R> =>
      editor.connection.sendRequest(method, { textDocument, ...params });
    const hover = await ask<Hover>('textDocument/hover', { position: positionOf(SITE, 'location') });
    expect(JSON.stringify(hover.contents)).toContain('does not reach the back end');
    const rules = await ask<{ id: string; summary: string }[]>('wsslint/rules', {});
    expect(rules.find(({ id }) => id === DROPPED)?.summary).toContain('WebSocket');
    const links = await ask<DocumentLink[]>('textDocument/documentLink', {});
    expect(links.map(({ target }) => target)).toEqual([toUri(join(folder.path, 'snippets/proxy.conf'))]);
    const symbols = await ask<DocumentSymbol[]>('textDocument/documentSymbol', {});
    expect(symbols.map(({ name, children }) => [name, children?.map((child) => child.detail)])).toEqual([
      ['server', ['/ws/']],
    ]);

    const effective: EffectiveResult = await editor.connection.sendRequest('wsslint/effective', { uri: toUri(site) });
    expect(effective.uri).toBe(toUri(root));
    expect(effective.text).toContain('location /ws/');
    const page: ExplainResult = await editor.connection.sendRequest('wsslint/explain', { rule: DROPPED });
    expect(page?.markdown).toContain(DROPPED);
    expect(await editor.connection.sendRequest('wsslint/explain', { rule: 'constructor' })).toBeNull();

    const typed = SITE.replace('snippets/proxy.conf;', 'snippets/');
    await editor.change(site, typed);
    const place = positionOf(typed, 'snippets/');
    const items = await ask<CompletionItem[]>('textDocument/completion', {
      position: { line: place.line, character: place.character + 'snippets/'.length },
    });
    expect(items.map(({ label }) => label)).toEqual(['proxy.conf']);
  });

  it('a request that cannot be answered is an error, names no contents, and ends nothing', async () => {
    const { editor, site } = await edit();
    await editor.open(site, SITE);
    const wrong = { textDocument: { uri: toUri(site) }, position: null };
    await expect(editor.connection.sendRequest('textDocument/hover', wrong)).rejects.toThrow('failed while hovering');
    await editor.until(() => editor.log.some((line) => line.includes('failed while hovering')));
    expect(editor.log.join('\n')).not.toContain('proxy_');
    const hover: Hover = await editor.connection.sendRequest('textDocument/hover', {
      ...wrong,
      position: positionOf(SITE, 'location'),
    });
    expect(hover.range).toBeDefined();
  });

  it('an unknown document has no answers', async () => {
    const { editor } = await edit();
    const textDocument = { uri: 'untitled:nobody' };
    expect(
      await editor.connection.sendRequest('textDocument/hover', { textDocument, position: { line: 0, character: 0 } }),
    ).toBeNull();
    expect(await editor.connection.sendRequest('textDocument/documentLink', { textDocument })).toEqual([]);
  });
});

describe('code actions', () => {
  it('a fix is made when it is chosen, for the text of that moment', async () => {
    const { editor, site, root } = await edit();
    await editor.open(site, SITE);
    const actions = await actionsAt(editor, site, SITE, 'http://app');
    const fix = actions.find(({ title }) => title === 'Forward the upgrade');
    expect(fix).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics: [{ code: DROPPED }] });
    expect(fix?.edit).toBeUndefined();
    const resolved: CodeAction = await editor.connection.sendRequest('codeAction/resolve', fix);
    expect(resolved.edit?.documentChanges).toContainEqual(
      expect.objectContaining({ textDocument: { uri: toUri(site), version: 1 } }),
    );
    expect(resolved.edit?.documentChanges).toContainEqual(
      expect.objectContaining({ textDocument: { uri: toUri(root), version: null } }),
    );
    const fixed = edited(resolved, site, SITE);
    await editor.change(site, fixed);
    await editor.until(() => !editor.rules(site).includes(DROPPED));
    await expect(editor.connection.sendRequest('codeAction/resolve', fix)).rejects.toThrow('nothing to change');
  });

  it('explain and ignore, the latter with a reason to overwrite', async () => {
    const { editor, site } = await edit();
    await editor.open(site, SITE);
    const actions = await actionsAt(editor, site, SITE, 'http://app');
    expect(actions.find(({ title }) => title === `Explain ${DROPPED}`)?.command).toEqual({
      title: `Explain ${DROPPED}`,
      command: 'wsslint.explainRule',
      arguments: [DROPPED],
    });
    const ignore = actions.find(({ title }) => title === `Ignore ${DROPPED} here…`);
    const resolved: CodeAction = await editor.connection.sendRequest('codeAction/resolve', ignore);
    expect(JSON.stringify(resolved.edit)).toContain(`        # wsslint-ignore ${DROPPED}: \${1:why}\\n`);
  });

  it('another editor gets whole edits and no command that it does not have', async () => {
    const { editor, site } = await edit({
      options: undefined,
      capabilities: { ...CAPABILITIES, textDocument: {}, workspace: { configuration: true, workspaceFolders: true } },
    });
    await editor.open(site, SITE);
    const actions = await actionsAt(editor, site, SITE, 'http://app');
    const fix = actions.find(({ title }) => title === 'Forward the upgrade');
    expect(Object.keys(fix?.edit?.changes ?? {})).toContain(toUri(site));
    expect(actions.filter(({ command }) => command !== undefined)).toEqual([]);
  });

  it('fix all leaves nothing to fix', async () => {
    const { editor, site } = await edit();
    const text = SITE.replace(
      'location /ws/',
      'location /chat/ { proxy_pass http://app; proxy_set_header Upgrade $http_upgrade; }\n    location /ws/',
    );
    await editor.open(site, text);
    const [all, ...more] = await actionsAt(editor, site, text, 'listen', ['source.fixAll']);
    expect([all?.kind, more]).toEqual(['source.fixAll.wsslint', []]);
    const resolved: CodeAction = await editor.connection.sendRequest('codeAction/resolve', all);
    const changes = (resolved.edit?.documentChanges ?? []) as TextDocumentEdit[];
    expect(changes.length).toBe(2);
    for (const change of changes) {
      const path = decodeURIComponent(change.textDocument.uri.slice('file://'.length));
      const before = path === site ? text : ROOT;
      if (path !== site) await editor.open(path, before);
      await editor.change(path, edited(resolved, path, before));
    }
    expect(await actionsAt(editor, site, text, 'listen', ['source.fixAll'])).toEqual([]);
    expect(editor.rules(site)).not.toContain(DROPPED);
  });
});

describe('the session', () => {
  it('settings of the editor count, and what is wrong with them is said', async () => {
    let settings: unknown = { rules: { [DROPPED]: 'off' }, expiryDays: 'many' };
    const { editor, site } = await edit({ settings: () => settings });
    await editor.until(() => editor.log.some((line) => line.includes('expiryDays')));
    await editor.open(site, SITE);
    await editor.until(() => editor.statuses.some(({ uri }) => uri === toUri(site)));
    expect(editor.rules(site)).not.toContain(DROPPED);
    settings = { rules: { [DROPPED]: 'error' } };
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await editor.until(() => editor.diagnostics(site).some(({ code, severity }) => code === DROPPED && severity === 1));
  });

  it('tells of the project of each open document', async () => {
    const { editor, site, root, folder } = await edit();
    folder.write('wsslint.json', '{ "target": { "nginx": "1.26.3" } }');
    await editor.open(site, SITE);
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: toUri(join(folder.path, 'wsslint.json')), type: 1 }],
    });
    await editor.until(() => editor.statuses.at(-1)?.target?.startsWith('nginx 1.26.3') === true);
    expect(editor.statuses.at(-1)).toMatchObject({ uri: toUri(site), root: toUri(root), fragment: false });
  });

  it('an editor that watches nothing by itself is asked to', async () => {
    const { editor } = await edit({ options: undefined });
    await editor.until(() => editor.log.some((line) => line.includes('didChangeWatchedFiles')));
  });

  it('ends with code 0 after a shutdown, and with 1 without one', async () => {
    const { editor } = await edit();
    expect(editor.result.serverInfo?.name).toBe('wsslint');
    expect(await editor.shutdown()).toBe(0);
    const { editor: rude } = await edit();
    const exit = new Promise((resolve) => rude.process.once('exit', resolve));
    await rude.connection.sendNotification('exit');
    expect(await exit).toBe(1);
  });

  it('is started by the command line too', async () => {
    const { editor, site } = await edit({ command: [join(repositoryRoot, 'dist/cli.js'), 'lsp', '--stdio'] });
    await editor.until(() => editor.rules(site).includes(DROPPED));
    expect(await editor.shutdown()).toBe(0);
  });
});
