import { mkdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHost } from '../../server/src/node/host.ts';
import { nodeWriter } from '../../server/src/node/writer.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { run, wordCore } from './kit.ts';

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());
const check = (line: string) => run(folder.path, line.split(' '));
const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');
const filesOf = (out: string) => [...out.matchAll(/^(\S+):\d+:\d+ /gm)].map((match) => match[1]);

describe('exit codes', () => {
  it.each([
    ['fine', '', 0],
    ['odd', '', 0],
    ['odd', '--fail-on info', 1],
    ['loose', '', 1],
    ['loose', '--fail-on error', 0],
    ['bad', '--fail-on error', 1],
    ['bad', '--fail-on never', 0],
  ])('a file with "%s" and "%s" ends with %i', async (text, options, code) => {
    folder.write('a.conf', text);
    const ran = await check(`a.conf ${options}`.trim());
    expect(ran.code).toBe(code);
    expect(ran.err).toBe('');
  });

  it('2 when a path is not there, which is said, and nothing is checked', async () => {
    folder.write('a.conf', 'bad');
    const ran = await check('a.conf none.conf sub/none');
    expect(ran).toEqual({
      code: 2,
      out: '',
      err: 'wsslint: none.conf: no such file\nwsslint: sub/none: no such file\n',
    });
  });

  it('2 for a file that is too large, a loop of links and a folder that cannot be listed', async () => {
    symlinkSync('loop', join(folder.path, 'loop'));
    expect((await check('loop')).err).toBe('wsslint: loop: its symbolic links go in a circle\n');
    const host = { ...nodeHost(), list: () => undefined };
    const ran = await run(folder.path, ['.'], { host });
    expect([ran.code, ran.err]).toEqual([
      2,
      'wsslint: .: the folder cannot be listed\nwsslint: no file here is one that wsslint knows\n',
    ]);
  });

  it('2 for an empty path, as of a variable that is not set', async () => {
    folder.write('a.conf', 'fine');
    const ran = await run(folder.path, ['']);
    expect([ran.code, ran.err]).toEqual([2, 'wsslint: a path is empty\nTry "wsslint --help".\n']);
  });

  it('2 with a hint when the arguments are wrong', async () => {
    const ran = await check('--fx a.conf');
    expect(ran).toEqual({
      code: 2,
      out: '',
      err: 'wsslint: there is no option --fx; did you mean "--fix"?\nTry "wsslint --help".\n',
    });
  });

  it('3 when wsslint itself fails', async () => {
    folder.write('a.conf', '');
    const core = async () => {
      throw new Error('broken\u001B[31m');
    };
    const ran = await run(folder.path, ['a.conf'], { core });
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/^wsslint: internal error, please report it: Error: broken␛\[31m\n/);
  });
});

describe('which files are checked', () => {
  it('the known ones below a folder, each once, though links go in circles', async () => {
    folder.write('b/x.conf', 'bad');
    folder.write('a.conf', 'bad');
    folder.write('b/notes.txt', 'bad');
    folder.write('script', '#!conf bad');
    folder.write('node_modules/x.conf', 'bad');
    folder.write('.git/x.conf', 'bad');
    folder.write('.docker/x.conf', 'bad');
    symlinkSync(folder.path, join(folder.path, 'b/up'));
    const ran = await check('. a.conf');
    expect(filesOf(ran.out)).toEqual(['.docker/x.conf', 'a.conf', 'b/x.conf', 'script']);
  });

  it('a folder with nothing to check is said', async () => {
    mkdirSync(join(folder.path, 'empty'));
    expect(await check('empty')).toEqual({
      code: 0,
      out: 'nothing found in 0 files\n',
      err: 'wsslint: no file here is one that wsslint knows\n',
    });
  });

  it('a named file of no known name is checked when it reads as nginx or holds PEM blocks', async () => {
    folder.write('site.conf.sample', 'server { listen 443 bad; }');
    folder.write('README', 'bad words; no { directives');
    folder.write('empty', '');
    folder.write('dhparam', '-----BEGIN DH PARAMETERS-----\nbad\n-----END DH PARAMETERS-----\n');
    expect(filesOf((await check('site.conf.sample')).out)).toEqual(['site.conf.sample']);
    expect(filesOf((await check('dhparam')).out)).toEqual(['dhparam']);
    for (const name of ['README', 'empty']) {
      expect(await check(`site.conf.sample ${name}`)).toEqual({
        code: 2,
        out: '',
        err: `wsslint: ${name}: this is no file that wsslint knows\n`,
      });
    }
  });

  it('names files as seen from the working directory, also above it', async () => {
    folder.write('a.conf', 'bad');
    mkdirSync(join(folder.path, 'sub'));
    const ran = await run(join(folder.path, 'sub'), ['../a.conf']);
    expect(filesOf(ran.out)).toEqual(['../a.conf']);
  });

  it('judges at the moment that --now names', async () => {
    folder.write('a.conf', '');
    let moment = 0;
    const core = async () => ({
      ...wordCore,
      createEngine: (...args: Parameters<typeof wordCore.createEngine>) => {
        moment = args[0].now();
        return wordCore.createEngine(...args);
      },
    });
    await run(folder.path, ['a.conf', '--now', '2030-01-01'], { core });
    expect(moment).toBe(Date.UTC(2030, 0, 1));
  });
});

describe('--fix', () => {
  it('applies safe fixes until none is left, and reports what remains', async () => {
    folder.write('a.conf', '\uFEFFtwice odd;\r\nbad loose empty;\r\n');
    const ran = await check('a.conf --fix');
    expect(read('a.conf')).toBe('\uFEFFgood odd;\r\ngood loose empty;\r\n');
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('2 warnings, 1 note in 1 file; 1 fixable with --fix=behaviour\n');
  });

  it('=behaviour applies those too, never sketches', async () => {
    folder.write('a.conf', 'loose empty bad');
    await check('a.conf --fix=behaviour');
    expect(read('a.conf')).toBe('tight empty good');
  });

  it('--dry-run prints a diff and writes nothing; the exit code is that of the file as it is', async () => {
    folder.write('a.conf', 'bad;\nfine;\n');
    const ran = await check('a.conf --fix --dry-run');
    expect(ran).toEqual({
      code: 1,
      out: '--- a/a.conf\n+++ b/a.conf\n@@ -1,2 +1,2 @@\n-bad;\n+good;\n fine;\n',
      err: '',
    });
    expect(read('a.conf')).toBe('bad;\nfine;\n');
  });

  it('--dry-run shows nothing of files that may hold keys', async () => {
    folder.write('a.pem', 'bad c2VjcmV0');
    const ran = await check('a.pem --fix --dry-run');
    expect(ran.out).toBe('');
    expect(ran.err).toBe('wsslint: a.pem: it would be changed; how is not shown, because it may hold keys\n');
  });

  it('ends although two fixes undo each other', async () => {
    folder.write('a.conf', 'ping;');
    expect((await check('a.conf --fix')).code).toBe(1);
    expect(read('a.conf')).toMatch(/^p[io]ng;$/);
  });

  it('writes no file whose fix the second reader doubts, nor any other', async () => {
    folder.write('a.conf', 'listen break;\n');
    folder.write('b.conf', 'bad;\n');
    const ran = await check('. --fix');
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(
      /^wsslint: a\.conf: nothing was fixed: it would not be valid any more: .*; please report this\n$/,
    );
    expect([read('a.conf'), read('b.conf')]).toEqual(['listen break;\n', 'bad;\n']);
  });

  it('leaves files alone that are not UTF-8', async () => {
    folder.write('a.conf', Buffer.from('bad caf\xE9', 'latin1'));
    const ran = await check('a.conf --fix');
    expect(ran.err).toBe('wsslint: a.conf: not fixed: it is not UTF-8\n');
    expect(readFileSync(join(folder.path, 'a.conf'), 'latin1')).toBe('bad caf\xE9');
  });

  it('writes nothing outside the given folders, also not through a link', async () => {
    folder.write('outside/x.conf', 'bad');
    folder.write('inside/y.conf', 'bad');
    symlinkSync('../outside/x.conf', join(folder.path, 'inside/x.conf'));
    const ran = await check('inside --fix');
    expect(ran.err).toBe(
      'wsslint: 1 file changed\nwsslint: inside/x.conf: not fixed: it is a link to a file outside the given folders\n',
    );
    expect([read('outside/x.conf'), read('inside/y.conf')]).toEqual(['bad', 'good']);
  });

  it('says which file could not be written', async () => {
    folder.write('a.conf', 'bad');
    const writer = {
      replace(path: string, before: Uint8Array, after: Uint8Array) {
        folder.write('a.conf', 'somebody else’s');
        return nodeWriter.replace(path, before, after);
      },
    };
    const ran = await run(folder.path, ['a.conf', '--fix'], { writer });
    expect(ran.code).toBe(2);
    expect(ran.err).toBe('wsslint: a.conf: it could not be written: it was changed by someone else in the meantime\n');
    expect(read('a.conf')).toBe('somebody else’s');
  });

  it('does not touch a file that has nothing to fix', async () => {
    const file = folder.write('a.conf', 'fine');
    utimesSync(file, 1, 1);
    expect((await check('a.conf --fix')).err).toBe('');
    expect(nodeHost().list(folder.path)).toEqual([{ name: 'a.conf', kind: 'file' }]);
    expect(read('a.conf')).toBe('fine');
  });
});

describe('formats', () => {
  it.each(['json', 'sarif'])('%s is JSON, the same each time', async (format) => {
    folder.write('a.conf', 'bad odd');
    const first = await check(`. --format ${format}`);
    expect(() => JSON.parse(first.out)).not.toThrow();
    expect(await check(`. --format ${format}`)).toEqual(first);
  });

  it.each([
    ['github', /^::error file=a\.conf,/],
    ['checkstyle', /^<\?xml/],
  ])('%s', async (format, start) => {
    folder.write('a.conf', 'bad');
    expect((await check(`a.conf --format ${format}`)).out).toMatch(start);
  });

  it('colours on a terminal only, and not against NO_COLOR', async () => {
    folder.write('a.conf', 'bad');
    const coloured = async (environment: Record<string, string>) =>
      (await run(folder.path, ['a.conf'], { isTTY: true, environment })).out.includes('\u001B[');
    expect([await coloured({}), await coloured({ NO_COLOR: '1' })]).toEqual([true, false]);
    expect((await check('a.conf')).out).not.toContain('\u001B');
  });
});
