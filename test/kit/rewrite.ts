/** Owns the text substitutions that move a user's configuration into a test: by words, never by line, so lines keep their numbers. */
import type { ServerOptions } from './server.ts';

/** A word of a configuration as written, with its quotes. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A piece of text to put in the place of another. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies replacements that do not overlap. */
export function applyReplacements(text: string, replacements: readonly Replacement[]): string {
  let result = text;
  for (const { start, end, text: inserted } of [...replacements].sort((a, b) => b.start - a.start || b.end - a.end)) {
    result = result.slice(0, start) + inserted + result.slice(end);
  }
  return result;
}

/** Whether a file is configuration; PEM files are left alone. */
export function isConfiguration(text: string): boolean {
  return !text.includes('-----BEGIN ');
}

/** The configuration files after `replace`, all files by name; throws when a text to replace is nowhere. */
export function replacedFiles({ files, replace = [] }: ServerOptions): Map<string, string> {
  const result = new Map(Object.entries(files));
  for (const [from, to] of replace) {
    let found = false;
    for (const [name, text] of result) {
      if (!isConfiguration(text) || !text.includes(from)) continue;
      result.set(name, text.replaceAll(from, to));
      found = true;
    }
    if (!found) throw new Error(`nothing to replace: ${JSON.stringify(from)}`);
  }
  return result;
}

/** An upstream address or URL with a back end in it, `http://app:8080/x` as `http://127.0.0.1:<port>/x`; undefined without one. */
export function withBackend(word: string, backends: Readonly<Record<string, number>> = {}): string | undefined {
  for (const [address, port] of Object.entries(backends)) {
    const at = word.indexOf(address);
    if (at < 0 || !/^["']?(\w+:\/\/)?$/.test(word.slice(0, at))) continue;
    // The colon ends the path of a unix socket: `http://unix:/run/app.sock:/x`.
    const after = /^(?::(?=["'/]|$))?(["'/?$].*)?$/.exec(word.slice(at + address.length));
    if (after !== null) return `${word.slice(0, at)}127.0.0.1:${port}${after[1] ?? ''}`;
  }
  return undefined;
}

/**
 * An upstream address or URL with 127.0.0.1 for its host: servers refuse to start on names that do not resolve, and a test
 * talks to nobody else. Undefined for a `known` name (of an upstream block), a unix socket, or variables.
 */
export function withLocalHost(word: string, known: ReadonlySet<string> = new Set()): string | undefined {
  const address = /^(["']?(?:\w+:\/\/)?)(\w[\w.-]*|\[[\da-f:.]+\])((?::\d+)?(?:["'/?].*)?)$/i;
  const [, before, host, after] = address.exec(word) ?? [];
  return host === undefined || known.has(host) || word.includes('$') ? undefined : `${before}127.0.0.1${after}`;
}
