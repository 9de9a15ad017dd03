import { spawn, spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RULE_IDS } from '../../server/src/rules/ids.generated.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { repositoryRoot } from '../kit/root.ts';

const PROGRAM = join(repositoryRoot, 'dist/cli.js');

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

function wsslint(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...argv], {
    cwd: folder.path,
    encoding: 'utf8',
    maxBuffer: 100 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}

const BROKEN = `events {}
http {
    server {
        listen 80;
        location /ws/ {
            proxy_pass http://127.0.0.1:8080;
        }
    }
}
`;

describe('the built command line', () => {
  it('loads the library behind certificate hovers for no lint, with certificates or without', () => {
    // The library is reached behind reflect-metadata, which leaves this function behind.
    const probe = folder.write(
      'probe.cjs',
      "process.on('exit', () => require('fs').writeFileSync('loaded', typeof Reflect.getMetadata));",
    );
    folder.write('nginx.conf', BROKEN);
    cpSync(join(repositoryRoot, 'examples/certs'), join(folder.path, 'certs'), { recursive: true });
    for (const path of ['nginx.conf', '.']) {
      const { status } = spawnSync(process.execPath, ['--require', probe, PROGRAM, path], { cwd: folder.path });
      expect([status, readFileSync(join(folder.path, 'loaded'), 'utf8')]).toEqual([1, 'undefined']);
    }
    const library = JSON.stringify(join(repositoryRoot, 'node_modules/reflect-metadata'));
    spawnSync(process.execPath, ['--require', probe, '--eval', `require(${library})`], { cwd: folder.path });
    expect(readFileSync(join(folder.path, 'loaded'), 'utf8')).toBe('function');
  });

  it('starts without the code that was compiled before, or with damaged code', () => {
    const dist = join(repositoryRoot, 'dist');
    const names = readdirSync(dist).filter((name) => name.startsWith('cli'));
    const code = names.find((name) => name.endsWith('.code')) ?? '';
    expect(names).toContain(code);
    for (const name of names) if (name !== code) cpSync(join(dist, name), join(folder.path, name));
    folder.write('nginx.conf', BROKEN);
    for (const content of [undefined, 'no code']) {
      if (content !== undefined) folder.write(code, content);
      const { status, stdout } = spawnSync(process.execPath, ['cli.js', 'nginx.conf'], {
        cwd: folder.path,
        encoding: 'utf8',
      });
      expect([status, stdout.includes('websocket-upgrade-dropped')]).toEqual([1, true]);
    }
  });

  it('finds, fixes, and then is silent', () => {
    folder.write('nginx.conf', BROKEN);
    const before = wsslint('nginx.conf', '--format', 'json');
    expect(before.status).toBe(1);
    const { version, files, findings } = JSON.parse(before.stdout) as {
      version: number;
      files: number;
      findings: { rule: string; file: string; range: { start: { line: number } } }[];
    };
    expect([version, files]).toEqual([1, 1]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: 'websocket-upgrade-dropped',
        file: 'nginx.conf',
        range: expect.objectContaining({ start: { line: 6, column: 13 } }),
      }),
    );
    const diff = wsslint('nginx.conf', '--fix=behaviour', '--dry-run');
    expect(diff.stdout).toContain('+            proxy_set_header Upgrade $http_upgrade;\n');
    expect(wsslint('nginx.conf', '--fix=behaviour')).toMatchObject({
      status: 0,
      stderr: 'wsslint: 1 file changed\n',
    });
    const fixed = readFileSync(join(folder.path, 'nginx.conf'), 'utf8');
    expect(fixed).toContain('proxy_set_header Upgrade $http_upgrade;');
    expect(wsslint('nginx.conf', '--fix=behaviour', '--dry-run').stdout).toBe('');
  });

  it('explains every rule', () => {
    for (const id of RULE_IDS) {
      const { status, stdout } = wsslint('explain', id);
      expect(status).toBe(0);
      expect(stdout).toContain(id);
    }
  }, 120_000);

  it('shows what a configuration does in effect', () => {
    folder.write('nginx.conf', BROKEN);
    const { status, stdout } = wsslint('show', 'nginx.conf');
    expect(status).toBe(0);
    expect(stdout).toContain('/ws/');
  });

  it('judges of the roots that the settings name only those of the files that were given', () => {
    folder.write('wsslint.json', '{ "roots": ["a/main.conf", "b/main.conf"] }');
    for (const name of ['a', 'b']) {
      folder.write(`${name}/main.conf`, 'events {}\nhttp { include parts/*.conf; }\n');
      folder.write(
        `${name}/parts/site.conf`,
        'server { listen 80; location /ws/ { proxy_pass http://127.0.0.1:1; } }\n',
      );
    }
    const filesFor = (...paths: string[]) => {
      const { stdout } = wsslint('--format', 'json', ...paths);
      const { findings } = JSON.parse(stdout) as { findings: readonly { readonly file: string }[] };
      return [...new Set(findings.map(({ file }) => file))];
    };
    expect(filesFor('.')).toEqual(['a/parts/site.conf', 'b/parts/site.conf']);
    expect(filesFor('b')).toEqual(['b/parts/site.conf']);
    expect(filesFor('a/parts/site.conf')).toEqual(['a/parts/site.conf']);
    const { status, stderr } = wsslint('--fix=behaviour', '--dry-run', 'b');
    expect([status, stderr]).toEqual([1, '']);
  });

  it('shows no certificate file and no settings, and says what tells more', () => {
    cpSync(join(repositoryRoot, 'examples'), join(folder.path, 'examples'), { recursive: true });
    expect(wsslint('show', 'examples/certs/api.pem')).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'wsslint: examples/certs/api.pem: this is no configuration; "wsslint certs" and "wsslint verify" tell what it holds\n',
    });
    expect(wsslint('show', 'examples/wsslint.json').stderr).toBe(
      'wsslint: examples/wsslint.json: this is no configuration\n',
    );
    expect(wsslint('show', 'examples/stunnel/stunnel.conf').stdout).toContain(
      '\ntarget: openssl 3.0 (wsslint.json), stunnel 5.68 (wsslint.json)\n',
    );
  });

  it('says that the report cannot be written, and does not fall over', ({ skip }) => {
    if (!existsSync('/dev/full')) skip('there is no /dev/full here');
    folder.write('nginx.conf', BROKEN);
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'nginx.conf'], {
      cwd: folder.path,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect([status, stderr]).toEqual([2, 'wsslint: the output cannot be written (ENOSPC)\n']);
  });

  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as { version: string };
    expect(wsslint('--version').stdout).toBe(`${version}\n`);
  });

  it('writes all of a large report into a pipe', () => {
    const route = BROKEN.slice(BROKEN.indexOf('        location'), BROKEN.indexOf('    }\n}\n'));
    const many = Array.from({ length: 300 }, (_, i) => route.replace('/ws/', `/ws/${i}/`)).join('');
    folder.write('nginx.conf', BROKEN.replace(route, many));
    const { status, stdout } = wsslint('nginx.conf', '--format', 'json');
    expect(status).toBe(1);
    expect(stdout.length).toBeGreaterThan(200_000);
    expect(() => JSON.parse(stdout)).not.toThrow();
  });

  it('does not mind a reader that goes away', async () => {
    folder.write('nginx.conf', BROKEN);
    const child = spawn(process.execPath, [PROGRAM, 'nginx.conf'], {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let complaint = '';
    child.stderr.on('data', (data) => {
      complaint += data;
    });
    const status = await new Promise((done) => child.once('close', done));
    expect([status, complaint]).toEqual([1, '']);
  });

  it('never prints key material, in no format', () => {
    cpSync(join(repositoryRoot, 'examples'), folder.path, { recursive: true });
    const certificates = join(folder.path, 'certs');
    const secrets = readdirSync(certificates).flatMap((name) => {
      const keys = readFileSync(join(certificates, name), 'utf8').match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+/g);
      return (keys ?? []).flatMap((key) => key.split('\n').slice(1).filter(Boolean));
    });
    expect(secrets.length).toBeGreaterThan(0);
    // A damaged key, without the lines that say what it is.
    folder.write('certs/damaged.key', `${secrets.join('\n')}\n`);
    const runs = [
      ...['pretty', 'json', 'sarif', 'github', 'checkstyle'].map((format) => ['.', '--format', format]),
      ['.', '--fix=behaviour', '--dry-run'],
      ['show', 'nginx/nginx.conf'],
      ['certs/damaged.key'],
    ];
    for (const argv of runs) {
      const { stdout, stderr } = wsslint(...argv);
      expect((stdout + stderr).length).toBeGreaterThan(0);
      for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
    }
  }, 120_000);

  it('reads a file that is no UTF-8, but does not write it', () => {
    folder.write('nginx.conf', Buffer.from(`# caf\xE9\n${BROKEN}`, 'latin1'));
    const { status, stdout, stderr } = wsslint('nginx.conf', '--fix=behaviour');
    expect([status, stderr]).toEqual([1, 'wsslint: nginx.conf: not fixed: it is not UTF-8\n']);
    expect(stdout).toContain('websocket-upgrade-dropped');
    expect(readFileSync(join(folder.path, 'nginx.conf'), 'latin1')).toBe(`# caf\xE9\n${BROKEN}`);
  });

  it('says that the folder it was started in is gone', () => {
    const gone = join(folder.path, 'gone');
    mkdirSync(gone);
    const script = `rmdir "$1" && exec "$2" "$3" .`;
    const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', gone, process.execPath, PROGRAM], {
      cwd: gone,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([2, 'wsslint: the folder that it was started in is gone\n']);
  });

  it.each([
    ['a file of 50 MB', () => folder.write('nginx.conf', Buffer.alloc(50 * 1024 * 1024, 'a '))],
    ['a binary file', () => folder.write('nginx.conf', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff]))],
    ['a million braces', () => folder.write('nginx.conf', 'a {'.repeat(1_000_000))],
  ])(
    'ends in clear words for %s',
    (_, prepare) => {
      prepare();
      for (const argv of [['nginx.conf'], ['.'], ['nginx.conf', '--fix']]) {
        const { status, stdout, stderr } = wsslint(...argv);
        expect([0, 1, 2]).toContain(status);
        expect(stdout + stderr).toMatch(/nginx\.conf/);
        expect(stderr).not.toMatch(/internal error| at .*:\d+:\d+/);
      }
    },
    120_000,
  );
});
