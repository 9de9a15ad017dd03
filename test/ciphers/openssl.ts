/** Owns the openssl commands that cipher strings are compared on, and many questions to one of them at once. */
import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { type Library, libraryOf } from '../../server/src/ciphers/libraries.ts';
import { parseVersion } from '../../server/src/model/target.ts';
import { programPath } from '../kit/required.ts';

export interface Openssl {
  readonly program: string;
  /** As in `OpenSSL 3.0.19`. */
  readonly version: string;
  readonly tables: Library;
}

/** The installed one, and those that WSSLINT_OPENSSL lists as paths, separated as in PATH. */
export function openssls(): readonly Openssl[] {
  const installed = programPath('openssl');
  const listed = (process.env.WSSLINT_OPENSSL ?? '').split(delimiter).filter(Boolean);
  return [...(installed === undefined ? [] : [installed]), ...listed].map(readOpenssl);
}

function readOpenssl(program: string): Openssl {
  const words = execFileSync(program, ['version']).toString();
  const version = /^OpenSSL (\S+)/.exec(words)?.[1] ?? '';
  const library = libraryOf(parseVersion(version) ?? []);
  if (library === undefined) throw new Error(`${program} is ${words}, which no table is for`);
  return { program, version, tables: library };
}

/**
 * Runs `openssl` once for each value with `argument` in the place of `$1`, all from one shell, and gives what each
 * printed, `undefined` where it failed. Values have no line breaks.
 */
export function askAll(openssl: Openssl, command: string, values: readonly string[]): readonly (string | undefined)[] {
  const script = `while IFS= read -r value; do if said=$("$0" ${command} 2>&1 </dev/null); then echo "+$said"; else echo -; fi; done`;
  const input = values.map((value) => `${value}\n`).join('');
  const output = execFileSync('sh', ['-c', script, openssl.program], { input, maxBuffer: 1 << 28 }).toString();
  const answers = output.trimEnd().split('\n');
  if (answers.length !== values.length) throw new Error(`${values.length} questions, ${answers.length} answers`);
  return answers.map((answer) => (answer === '-' ? undefined : answer.slice(1)));
}
