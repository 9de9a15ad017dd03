/** Owns the proof that the built server answers for certificates, says when its answers are old, and loads no more than it needs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CodeLens } from 'vscode-languageserver-protocol/node';
import type { Requests } from '../../server/src/lsp/protocol.ts';
import { toUri } from '../../server/src/lsp/uri.ts';
import { createAuthority, type Issued } from '../kit/authority.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { CAPABILITIES, type Editor, endEditors, SERVER, startEditor } from './client.ts';

const CONF = `events {}
http {
    server {
        listen 443 ssl;
        server_name example.com;
        ssl_certificate site.pem;
        ssl_certificate_key site.key;
    }
}
`;

let site: Issued;
const folders: Folder[] = [];
beforeAll(async () => {
  site = await (await createAuthority()).issue({ names: ['example.com'] });
});
afterEach(endEditors);
afterAll(() => {
  for (const folder of folders) folder.remove();
});

function workspace() {
  const folder = temporaryFolder();
  folders.push(folder);
  return {
    folder,
    conf: folder.write('nginx.conf', CONF),
    pem: folder.write('site.pem', site.bundle),
    key: folder.write('site.key', site.key),
  };
}

async function edit(other: Partial<Parameters<typeof startEditor>[0]> = {}) {
  const files = workspace();
  const changes: string[] = [];
  const capabilities = {
    ...CAPABILITIES,
    workspace: { ...CAPABILITIES.workspace, codeLens: { refreshSupport: true } },
  };
  const editor = await startEditor({
    folders: [files.folder.path],
    options: { trusted: true },
    capabilities,
    ...other,
  });
  editor.connection.onNotification('wsslint/certificatesChanged', () => void changes.push('list'));
  editor.connection.onRequest('workspace/codeLens/refresh', () => {
    changes.push('lenses');
    return null;
  });
  return { ...files, editor, changes };
}

function ask<M extends keyof Requests & string>(
  { connection }: Editor,
  method: M,
  params: Requests[M]['params'],
): Promise<Requests[M]['result']> {
  return connection.sendRequest(method, params);
}

const lensesOf = ({ connection }: Editor, path: string): Promise<CodeLens[]> =>
  connection.sendRequest('textDocument/codeLens', { textDocument: { uri: toUri(path) } });

/** Asks for something, so that all that came before has been dealt with. */
const settled = (editor: Editor, path: string) => lensesOf(editor, path);

describe('certificates', () => {
  it('are listed, described, and written out', async () => {
    const { editor, pem, conf } = await edit();
    const { groups } = await ask(editor, 'wsslint/certificates', {});
    const [group, ...more] = groups;
    const [item, ...others] = group?.certificates ?? [];
    expect([group?.urgency, group?.title, more, others]).toEqual(['valid', 'Valid', [], []]);
    expect(item).toMatchObject({ uri: toUri(pem), title: 'example.com', location: { uri: toUri(pem) } });
    if (item === undefined) return;
    const { uri, sha256 } = item;
    const one = await ask(editor, 'wsslint/certificate', { uri, sha256 });
    expect(one?.details.map(({ title }) => title)).toEqual([
      'Used by server example.com',
      'Key in site.key',
      'Key in site.pem',
      'Issued by CN=wsslint test root',
    ]);
    expect(one?.details[0]?.location).toMatchObject({ uri: toUri(conf), range: { start: { line: 5 } } });
    expect(one?.fingerprint.replaceAll(':', '').toLowerCase()).toBe(sha256);
    const text = await ask(editor, 'wsslint/certificateText', { uri, sha256 });
    expect(text?.text).toContain('Certificate of example.com\n');
    // By a path in the configuration, and not at all.
    const line = CONF.split('\n').findIndex((each) => each.includes('ssl_certificate '));
    const position = { line, character: CONF.split('\n')[line]?.indexOf('site.pem') ?? 0 };
    expect((await ask(editor, 'wsslint/certificate', { uri: toUri(conf), position }))?.ref).toEqual({ uri, sha256 });
    expect(await ask(editor, 'wsslint/certificate', { uri: toUri(conf) })).toBeNull();
    expect(await ask(editor, 'wsslint/certificateText', { uri, sha256: '00' })).toBeNull();
  });

  it('have lenses that do something in our own client, and are read in others', async () => {
    const { editor, pem } = await edit();
    const own = await lensesOf(editor, pem);
    expect(own.map(({ command, range }) => [range.start.line, command?.command])).toEqual([
      [0, 'wsslint.showCertificateUsers'],
      [0, 'wsslint.showCertificate'],
      [site.chain.trimEnd().split('\n').length, 'wsslint.showCertificateUsers'],
    ]);
    expect(own[0]?.command?.title).toMatch(/^example\.com · until .* days left · used by server example\.com$/);
    const { editor: other, pem: path } = await edit({ options: undefined });
    expect((await lensesOf(other, path)).map(({ command }) => command?.command)).toEqual(['', '']);
  });

  it('are told to be old once, after a change, until they are asked for again', async () => {
    const { editor, conf, pem, changes } = await edit();
    await editor.open(conf, CONF);
    await editor.change(conf, `${CONF}\n`);
    await settled(editor, pem);
    expect(changes).toEqual([]);
    await ask(editor, 'wsslint/certificates', {});
    await settled(editor, pem);
    expect(changes).toEqual([]);
    for (let n = 0; n < 3; n++) {
      await editor.change(conf, `${CONF}${' '.repeat(n)}`);
      await settled(editor, pem);
    }
    expect(changes).toEqual(['list']);
    await ask(editor, 'wsslint/certificates', {});
    await editor.change(conf, `${CONF}# more\n`);
    await settled(editor, pem);
    expect(changes).toEqual(['list', 'list']);
  });

  it('make the editor ask for the lenses of an open file again when these have changed, not otherwise', async () => {
    const { editor, conf, pem, changes } = await edit();
    await editor.open(pem, site.bundle, 'pem');
    await editor.open(conf, CONF);
    await lensesOf(editor, pem);
    await editor.change(conf, CONF.replace('listen', ' listen'));
    await settled(editor, conf);
    expect(changes).toEqual([]);
    await editor.change(conf, CONF.replace('example.com', 'www.example.com'));
    await settled(editor, conf);
    expect(changes).toEqual(['lenses']);
    expect((await lensesOf(editor, pem))[0]?.command?.title).toContain('used by server www.example.com');
  });

  it('of a bundle become files, and their key does not travel', async () => {
    const { editor, folder } = await edit();
    const root = (await createAuthority()).certificate;
    const path = folder.write('many.pem', `${site.key}${site.certificate}${root}`);
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: toUri(path), type: 1 }],
    });
    const answer = await ask(editor, 'wsslint/bundle', { uri: toUri(path), action: 'split' });
    expect(answer).toMatchObject({ count: 2 });
    expect(JSON.stringify(answer)).toContain('many-1-example.com.pem');
    expect(JSON.stringify(answer)).not.toContain('PRIVATE');
    expect(await ask(editor, 'wsslint/bundle', { uri: toUri(path), action: 'reorder' })).toEqual({
      why: 'The certificates are in order',
    });
  });

  it('outside a workspace that is not trusted stay unseen', async () => {
    const outside = temporaryFolder();
    folders.push(outside);
    const pem = outside.write('secret.pem', site.certificate);
    const { editor, conf } = await edit({ options: { trusted: false } });
    writeFileSync(conf, CONF.replace('site.pem', pem));
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: toUri(conf), type: 2 }],
    });
    const { groups } = await ask(editor, 'wsslint/certificates', {});
    const uris = groups.flatMap(({ certificates }) => certificates.map(({ uri }) => uri));
    expect(uris.some((uri) => uri.endsWith('/site.pem'))).toBe(true);
    expect(uris.filter((uri) => uri.includes('secret.pem'))).toEqual([]);
  });
});

describe('@peculiar/x509', () => {
  /** Whether it is loaded when the server ends: reflect-metadata, which comes with it, leaves its mark on `Reflect`. */
  async function loaded(
    use: (editor: Editor, files: ReturnType<typeof workspace>) => Promise<unknown>,
  ): Promise<string> {
    const folder = temporaryFolder();
    folders.push(folder);
    const result = join(folder.path, 'loaded');
    const hook = folder.write(
      'hook.cjs',
      `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(result)}, String('getMetadata' in Reflect)));\n`,
    );
    const { editor, ...files } = await edit({ command: ['--require', hook, ...SERVER] });
    await use(editor, files);
    await editor.shutdown();
    return readFileSync(result, 'utf8');
  }

  it('is loaded for the text of a certificate, and for nothing else', async () => {
    const position = { line: 5, character: 26 };
    const without = await loaded(async (editor, { conf, pem }) => {
      await ask(editor, 'wsslint/certificates', {});
      await ask(editor, 'wsslint/certificate', { uri: toUri(pem) });
      await lensesOf(editor, pem);
      const hover = await editor.connection.sendRequest('textDocument/hover', {
        textDocument: { uri: toUri(conf) },
        position,
      });
      expect(JSON.stringify(hover)).toContain('SHA-256');
    });
    expect(without).toBe('false');
    const withText = await loaded(async (editor, { pem }) => {
      const one = await ask(editor, 'wsslint/certificate', { uri: toUri(pem) });
      if (one !== null) await ask(editor, 'wsslint/certificateText', one.ref);
    });
    expect(withText).toBe('true');
  });
});
