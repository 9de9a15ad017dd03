/** Owns the proof that a password opens PKCS#12 containers in an editor, lasts as long as the server, and is never said. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import type { Requests } from '../../server/src/lsp/protocol.ts';
import { toUri } from '../../server/src/lsp/uri.ts';
import { openssl } from '../certificates/openssl.ts';
import { createAuthority } from '../kit/authority.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { leaksIn, secretsOf } from '../kit/secrets.ts';
import { endEditors, startEditor } from './client.ts';

const PASSWORD = 'Löwe mit 3 Zähnen';

describeWith('openssl', 'PKCS#12 containers', () => {
  const folder = temporaryFolder();
  const outside = temporaryFolder();
  afterEach(endEditors);
  afterAll(() => {
    folder.remove();
    outside.remove();
  });

  it('open with a password that stays in memory', async () => {
    const { certificate, key } = await (await createAuthority()).issue({ names: ['shop.example.com'] });
    outside.write('crt', certificate);
    outside.write('key', key);
    outside.write('password', PASSWORD);
    const command = 'pkcs12 -export -in crt -inkey key -passout file:password -out p12';
    openssl(outside, ...command.split(' '));
    const container = folder.write('shop.p12', readFileSync(join(outside.path, 'p12')));
    const conf = folder.write(
      'nginx.conf',
      'events {}\nhttp {\nserver { listen 443 ssl; ssl_certificate shop.p12; }\n}\n',
    );
    const editor = await startEditor({ folders: [folder.path], options: { trusted: true } });
    const sent: Buffer[] = [];
    const changes: unknown[] = [];
    editor.process.stdout?.on('data', (bytes: Buffer) => sent.push(bytes));
    editor.process.stderr?.on('data', (bytes: Buffer) => sent.push(bytes));
    const { connection } = editor;
    connection.onNotification('wsslint/certificatesChanged', (params) => void changes.push(params));
    const ask = <M extends keyof Requests & string>(
      method: M,
      params: Requests[M]['params'],
    ): Promise<Requests[M]['result']> => connection.sendRequest(method, params);
    const hover = () =>
      connection
        .sendRequest('textDocument/hover', {
          textDocument: { uri: toUri(conf) },
          position: { line: 2, character: 45 },
        })
        .then((answer) => JSON.stringify(answer));

    const uri = toUri(container);
    expect(await ask('wsslint/certificates', {})).toEqual({
      groups: [],
      closed: [{ uri, title: 'shop.p12', description: 'needs a password', needsPassword: true }],
    });
    expect(await hover()).toContain('**Closed:** needs a password');
    expect(await ask('wsslint/unlock', { password: 'falsch und lang' })).toEqual({ opened: 0, closed: 1 });
    expect(await ask('wsslint/unlock', { password: PASSWORD })).toEqual({ opened: 1, closed: 0 });
    await editor.until(() => changes.length > 0);
    const listed = await ask('wsslint/certificates', {});
    expect(listed).toMatchObject({ groups: [{ certificates: [{ title: 'shop.example.com', uri }] }], closed: [] });
    const one = await ask('wsslint/certificate', { uri });
    expect(one?.details).toContainEqual(expect.objectContaining({ kind: 'key', title: 'Key in shop.p12' }));
    if (one === null) throw new Error('no certificate');
    expect((await ask('wsslint/certificateText', one.ref))?.text).toContain('Certificate of shop.example.com');
    expect(await hover()).toContain('Private key');

    // Another copy opens by itself, also when everything is begun anew.
    folder.write('copy.pfx', readFileSync(join(outside.path, 'p12')));
    await connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: toUri(join(folder.path, 'copy.pfx')), type: 1 }],
    });
    expect((await ask('wsslint/certificates', {})).closed).toEqual([]);
    await connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { wsslint: { expiryDays: 20 } },
    });
    expect((await ask('wsslint/certificates', {})).closed).toEqual([]);

    const said = Buffer.concat(sent).toString('utf8');
    expect(said).toContain('shop.example.com');
    const secrets = [...secretsOf(key), Buffer.from(PASSWORD), Buffer.from('falsch und lang')];
    expect(leaksIn(said, secrets)).toEqual([]);
    for (const word of [PASSWORD, 'falsch und lang']) expect(said).not.toContain(word);
  });
});
