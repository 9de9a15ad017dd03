/** Owns the proof that no byte of a private key is in anything that the server sends, whatever it is asked. */
import { afterAll, afterEach, expect, it } from 'vitest';
import type { CodeAction, DocumentSymbol } from 'vscode-languageserver-protocol/node';
import type { CertificateResult, Requests } from '../../server/src/lsp/protocol.ts';
import { toUri } from '../../server/src/lsp/uri.ts';
import { createAuthority } from '../kit/authority.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { leaksIn, plantKeys, secretsOf } from '../kit/secrets.ts';
import { endEditors, startEditor } from './client.ts';

const folder: Folder = temporaryFolder();
afterEach(endEditors);
afterAll(() => folder.remove());

it('key material is in nothing that the server sends', { timeout: 120_000 }, async () => {
  const { files, secrets } = plantKeys();
  const authority = await createAuthority();
  const { chain, key } = await authority.issue({ names: ['shop.example.com'] });
  const own = [...secrets, ...secretsOf(key)];
  const paths = [...files].map(([name, content]) => folder.write(name, content));
  const bundle = folder.write('shop.pem', `${authority.certificate}${key}${chain}`);
  const servers = [...files.keys()].map(
    (name, n) => `server { listen ${1000 + n} ssl; ssl_certificate shop.pem; ssl_certificate_key ${name}; }
server { listen ${2000 + n} ssl; ssl_certificate ${name}; ssl_certificate_key shop.pem; ssl_crl ${name}; }`,
  );
  const text = `events {}\nhttp {\n${servers.join('\n')}\nserver { listen 3000 ssl; ssl_certificate_key "data:${key}"; }\n}\n`;
  const conf = folder.write('nginx.conf', text);

  const editor = await startEditor({ folders: [folder.path], options: { trusted: true } });
  const sent: Buffer[] = [];
  editor.process.stdout?.on('data', (bytes: Buffer) => sent.push(bytes));
  const { connection } = editor;
  const ask = <M extends keyof Requests & string>(
    method: M,
    params: Requests[M]['params'],
  ): Promise<Requests[M]['result']> => connection.sendRequest(method, params);
  await editor.until(() => editor.rules(conf).includes('certificate-file-damaged'));

  const asked: Promise<unknown>[] = [ask('wsslint/certificates', {})];
  for (const path of [conf, bundle, ...paths]) {
    const uri = toUri(path);
    const textDocument = { uri };
    for (const [name, content] of files)
      if (path.endsWith(`/${name}`) && typeof content === 'string') await editor.open(path, content, 'pem');
    const end = { line: 10_000, character: 0 };
    const range = { start: { line: 0, character: 0 }, end };
    asked.push(
      connection.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument }),
      connection.sendRequest('textDocument/foldingRange', { textDocument }),
      connection.sendRequest('textDocument/documentLink', { textDocument }),
      connection.sendRequest('textDocument/codeLens', { textDocument }),
      connection
        .sendRequest<CodeAction[]>('textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } })
        .then((actions) =>
          Promise.all(
            actions
              .filter(({ data }) => data !== undefined)
              .map((action) => connection.sendRequest('codeAction/resolve', action).catch(() => undefined)),
          ),
        ),
      ask('wsslint/effective', { uri }),
      ask('wsslint/bundle', { uri, action: 'split' }),
      ask('wsslint/certificate', { uri }).then((one: CertificateResult) =>
        one === null ? undefined : ask('wsslint/certificateText', one.ref),
      ),
    );
    const lines = path === conf ? text.split('\n').length : 40;
    for (let line = 0; line < lines; line++) {
      const position = { line, character: 60 };
      asked.push(
        connection.sendRequest('textDocument/hover', { textDocument, position }),
        connection.sendRequest('textDocument/references', {
          textDocument,
          position,
          context: { includeDeclaration: true },
        }),
        connection.sendRequest('textDocument/completion', { textDocument, position }),
      );
    }
  }
  await Promise.all(asked);
  const said = Buffer.concat(sent).toString('latin1');
  for (const word of ['Private key', 'shop.example.com', 'certificate-file-damaged', 'Certificate of', 'shop-1-'])
    expect([word, said.includes(word)]).toEqual([word, true]);
  expect(leaksIn(said, own)).toEqual([]);
  // Edits that put a bundle in order move its certificates alone.
  const reordered = await ask('wsslint/bundle', { uri: toUri(bundle), action: 'reorder' });
  expect(JSON.stringify(reordered)).toContain('BEGIN CERTIFICATE');
  expect(leaksIn(JSON.stringify(reordered), own)).toEqual([]);
});
