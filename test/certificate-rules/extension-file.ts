/** Owns making certificates with extension files as people do, with the openssl command. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openssl } from '../certificates/openssl.ts';
import { temporaryFolder } from '../kit/folder.ts';

/** The certificate that `openssl x509 -req -extfile` makes; the last section with extensions is named where there are sections only. */
export function certificateByExtensions(files: Readonly<Record<string, string>>): X509Certificate {
  const [text = ''] = Object.values(files);
  const [before = ''] = text.split(/^\[/m);
  const section = /^[^\n[]*=/m.test(before) ? undefined : sectionOf(text);
  const folder = temporaryFolder();
  try {
    folder.write('file.ext', text);
    openssl(folder, ...'ecparam -genkey -name prime256v1 -noout -out key'.split(' '));
    openssl(folder, ...'req -new -key key -subj /CN=example -out csr'.split(' '));
    const named = section === undefined ? [] : ['-extensions', section];
    openssl(folder, ...'x509 -req -in csr -signkey key -days 30 -extfile file.ext'.split(' '), ...named, '-out', 'crt');
    return new X509Certificate(readFileSync(join(folder.path, 'crt')));
  } finally {
    folder.remove();
  }
}

/** The first section that has an extension. */
function sectionOf(text: string): string | undefined {
  for (const part of text.split(/^(?=\[)/m)) {
    if (/^\s*(subjectAltName|basicConstraints|extendedKeyUsage|keyUsage)\s*=/m.test(part))
      return /^\[\s*(\S+?)\s*\]/.exec(part)?.[1];
  }
  return undefined;
}
