/** Owns the proof that keys are told from the disk: modes of real files and folders, indexes of real git repositories. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pathsInIndex } from '../../server/src/files/git-index.ts';
import { lintFolder } from '../corpus/lint.ts';
import { createAuthority, type Issued } from '../kit/authority.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';

let shop: Issued;
let locked: Issued;
let folder: Folder;

beforeAll(async () => {
  const root = await createAuthority();
  shop = await root.issue({ names: ['shop.example.com'] });
  locked = await root.issue({ names: ['shop.example.com'], passphrase: 'secret' });
});
beforeEach(() => {
  folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
});
afterEach(() => folder.remove());

const said = (path = folder.path) =>
  lintFolder(path, { asOnDisk: true })
    .findings.filter(({ finding }) => finding.rule === 'key-unprotected')
    .map(({ at, finding }) => `${at} ${finding.severity} ${finding.message}`);

/** A file of the folder with these permission bits. */
function write(name: string, text: string, mode: number): void {
  chmodSync(folder.write(name, text), mode);
}

describe('modes', () => {
  it('are told of a key that others can read, at the key and where it is named', () => {
    write(
      'nginx.conf',
      'events {} http { server { listen 443 ssl; ssl_certificate a.pem; ssl_certificate_key a.key; } }',
      0o644,
    );
    write('a.pem', shop.certificate, 0o644);
    write('a.key', shop.key, 0o644);
    expect(said()).toEqual([
      'a.key:1 warning The private key can be read by every user of this machine (mode 0644)',
      'nginx.conf:1 warning The private key in `a.key` can be read by every user of this machine (mode 0644)',
    ]);
  });

  it.each([
    ['the owner only', 0o600],
    ['the group', 0o640],
    ['everybody, on a file system without modes', 0o777],
  ])('of %s are no finding', (_, mode) => {
    write('a.key', shop.key, mode);
    expect(said()).toEqual([]);
  });

  it('do not matter in a folder that is closed to others', () => {
    write('a.key', shop.key, 0o644);
    chmodSync(folder.path, 0o750);
    expect(said()).toEqual([]);
  });

  it('matter in a file with a certificate in front, and not where the key is encrypted', () => {
    write('bundle.pem', shop.bundle, 0o604);
    write('locked.key', locked.key, 0o644);
    expect(said()).toEqual([
      `bundle.pem:${shop.chain.split('\n').length} warning The private key can be read by every user of this machine (mode 0604)`,
    ]);
  });
});

describeWith('openssl', 'keys in other forms', () => {
  it('count where they lie open', () => {
    const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder.path });
    write('a.pem', shop.certificate, 0o644);
    write('a.key', shop.key, 0o600);
    openssl('pkey', '-in', 'a.key', '-outform', 'DER', '-out', 'binary.der');
    const container = (name: string, password: string, ...more: readonly string[]) =>
      openssl(
        ...['pkcs12', '-export', '-in', 'a.pem', '-inkey', 'a.key', '-passout', `pass:${password}`, '-out', name],
        ...more,
      );
    container('empty.p12', '');
    container('closed.p12', 'secret');
    container('plain.p12', 'secret', '-keypbe', 'NONE', '-certpbe', 'NONE');
    for (const name of ['binary.der', 'empty.p12', 'closed.p12', 'plain.p12'])
      chmodSync(join(folder.path, name), 0o644);
    const open = 'warning The private key can be read by every user of this machine (mode 0644)';
    expect(said()).toEqual([`binary.der:1 ${open}`, `empty.p12:1 ${open}`, `plain.p12:1 ${open}`]);
  });
});

const TRACKED =
  'is among the files that git tracks, so everybody who gets the repository has it, and its history keeps it';

describeWith('git', 'git', () => {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', folder.path, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString();
  const tracked = (at: string) => [`${at}:1 warning The private key ${TRACKED}`];

  it.each([[2], [3], [4]])('index version %s', (version) => {
    git('init', '-q');
    mkdirSync(join(folder.path, 'deploy/certs'), { recursive: true });
    // Many names, so that shared beginnings are left out in version 4.
    for (let i = 0; i < 40; i++) write(`deploy/certs/site-${'x'.repeat(i)}-${i}.pem`, shop.certificate, 0o600);
    write('deploy/certs/shop.key', shop.key, 0o600);
    write('deploy/certs/ignored.key', shop.key, 0o600);
    git('add', 'deploy/certs/shop.key', 'deploy/certs/*.pem');
    // An entry that is only meant to be added needs the longer flags of version 3.
    if (version === 3) git('add', '-N', 'deploy/certs/ignored.key');
    git('update-index', '--index-version', `${version}`);
    const expected = tracked('deploy/certs/shop.key');
    expect(said()).toEqual(version === 3 ? [...tracked('deploy/certs/ignored.key'), ...expected] : expected);
    // Seen from a folder below the work tree's root, too.
    expect(said(join(folder.path, 'deploy'))).toContain(tracked('certs/shop.key')[0]);
  });

  it('object ids of SHA-256', () => {
    git('init', '-q', '--object-format=sha256');
    write('shop.key', shop.key, 0o600);
    write('other.key', shop.key, 0o600);
    git('add', 'shop.key');
    expect(said()).toEqual(tracked('shop.key'));
  });

  it('a linked work tree, and a key that is taken out of the index', () => {
    git('init', '-q');
    write('shop.key', shop.key, 0o600);
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    git('worktree', 'add', '-q', join(folder.path, 'linked'));
    chmodSync(join(folder.path, 'linked/shop.key'), 0o600);
    expect(said(join(folder.path, 'linked'))).toEqual(tracked('shop.key'));
    rmSync(join(folder.path, 'linked'), { recursive: true });
    git('rm', '-q', '--cached', 'shop.key');
    expect(said()).toEqual([]);
  });
});

describe('an index that is none', () => {
  it('is not read, wherever it is cut', () => {
    const text = (value: string) => Uint8Array.from(Buffer.from(value, 'latin1'));
    expect(pathsInIndex(text(''), () => true)).toBe(undefined);
    expect(pathsInIndex(text('DIRC\0\0\0\x05\0\0\0\x01'), () => true)).toBe(undefined);
    expect(pathsInIndex(text('DIRC\0\0\0\x02\xff\xff\xff\xff'), () => true)).toBe(undefined);
    expect(pathsInIndex(text(`DIRC\0\0\0\x04\0\0\0\x02${'\0'.repeat(62)}\xff\xff\xff\xff\x7fa\0`), () => true)).toBe(
      undefined,
    );
  });
});
