/** Owns PEM and DER files as a language: a certificate file is a project of its own, judged by the certificate rules. */

import { basename } from '../../files/paths.ts';
import { noDependencies } from '../../files/store.ts';
import type { Claim, CommentText, Environment, Language, LoadedProject } from '../language.ts';
import { plainModel, plainProject } from '../plain.ts';

const NAMES = /\.(pem|crt|cer|der|key|csr|crl|p7b|p7c|p12|pfx)$/i;

function claim(path: string): Claim {
  return NAMES.test(basename(path)) ? 'root' : undefined;
}

/** Whether a text with another name is one all the same, such as a `dhparam` or a `fullchain` without an ending. */
export function holdsPem(text: string): boolean {
  return /^-----BEGIN [A-Z0-9 ]+-----\s*$/m.test(text.slice(0, 65_536));
}

/** Lines outside of blocks that start with `#`; OpenSSL skips all text there. */
function commentsOf(text: string): CommentText[] {
  const out: CommentText[] = [];
  let inside = false;
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const line = match[0];
    if (line.startsWith('-----BEGIN')) inside = true;
    else if (line.startsWith('-----END')) inside = false;
    else if (!inside && line.startsWith('#')) {
      out.push({ span: { start: match.index, end: match.index + line.length }, text: line.slice(1) });
    }
  }
  return out;
}

function load(root: string, environment: Environment): LoadedProject | undefined {
  const dependencies = noDependencies();
  const opened = environment.files.open(root, dependencies);
  if (!opened.ok) return undefined;
  const { file } = opened;
  return {
    ...plainProject(plainModel('pem', root, environment.target), dependencies),
    files: [file],
    comments: (id) => (id === root ? commentsOf(file.text) : []),
    realize: (remedy) => (remedy.kind === 'edit' ? remedy.edits() : undefined),
  };
}

export const pem: Language = { id: 'pem', claim, load };
