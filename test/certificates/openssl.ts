/** Owns the openssl command for tests of certificates: what it reads from a PEM file, and objects that it makes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { programPath } from '../kit/required.ts';

/** What one call of PEM_read_bio gives: the bytes in hexadecimal, or OpenSSL's reason (empty where it gives none). */
export type OpensslRead = { readonly bytes: string } | { readonly refused: string };

/** Reads the first block of a file with PEM_read_bio, which `asn1parse -strictpem` calls without more ado. */
export function opensslFirstBlock(folder: Folder, content: string): OpensslRead {
  const file = folder.write('block.pem', content);
  const out = join(folder.path, 'block.der');
  rmSync(out, { force: true });
  const result = spawnSync(program(), ['asn1parse', '-strictpem', '-in', file, '-noout', '-out', out]);
  const said = result.stderr.toString('latin1');
  if (!said.includes('Error reading PEM file')) return { bytes: readFileSync(out).toString('hex') };
  return { refused: /PEM routines:[^:]*:([^:]*):/.exec(said)?.[1] ?? '' };
}

/** Runs an openssl command in a folder and gives its output. */
export function openssl(folder: Folder, ...args: readonly string[]): string {
  return execFileSync(program(), args, { cwd: folder.path, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
}

/** A self-signed certificate with `keyOptions` of `openssl req -newkey`, and its key in PKCS#8. */
export function selfSigned(keyOptions: readonly string[], ...more: readonly string[]) {
  const folder = temporaryFolder();
  const subject = more.includes('-subj') ? [] : ['-subj', '/C=DE/O=Example/CN=example.com'];
  openssl(
    folder,
    'req',
    '-x509',
    '-newkey',
    ...keyOptions,
    '-nodes',
    '-keyout',
    'key',
    '-out',
    'crt',
    ...subject,
    ...more,
  );
  const certificate = readFileSync(join(folder.path, 'crt'), 'utf8');
  const key = readFileSync(join(folder.path, 'key'), 'utf8');
  folder.remove();
  return { certificate, key };
}

function program(): string {
  return programPath('openssl') ?? 'openssl';
}
