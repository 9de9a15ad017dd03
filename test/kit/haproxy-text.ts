/** Owns how a user's HAProxy configuration is moved into a test: its listeners, back ends, paths. */
import { isAbsolute, join } from 'node:path';
import {
  applyReplacements,
  isConfiguration,
  type Replacement,
  replacedFiles,
  type Word,
  withBackend,
  withLocalHost,
} from './rewrite.ts';
import type { PortTable, ServerOptions } from './server.ts';

/** Where the configuration of HAProxy lives; relative file names count from here. */
export const HAPROXY_FOLDER = '/etc/haproxy';
export const HAPROXY_MAIN = `${HAPROXY_FOLDER}/haproxy.cfg`;

const SECTION =
  /^(global|defaults|frontend|backend|listen|userlist|peers|resolvers|mailers|cache|program|http-errors|ring|fcgi-app|crt-store)$/;
/** The test decides these itself, or they need rights and sockets that a test has not. */
const REMOVED_GLOBAL = /^(daemon|master-worker|chroot|user|group|uid|gid|pidfile|setcap|stats|log)$/;
const PATH_BEFORE =
  /^(ssl-dh-param-file|crt|ca-file|ca-verify-file|crl-file|crt-list|crt-base|key|key-base|ca-base|ca-sign-file|-f)$/;

/**
 * The files to write, by absolute path, for a test whose folder is `root`. Lines keep their numbers.
 * - Each `bind` address gets a port of 127.0.0.1 (`v4v6` and `v6only` go, because all become IPv4).
 * - The addresses of `server` lines become back ends of the test, those without one 127.0.0.1.
 * - The paths of certificates and map files lie below `root`; the word after `errorfile <code>` too.
 * - In `global`, what needs rights or system sockets goes (`user`, `chroot`, `stats socket`, `log`, …).
 */
export function rewriteHaproxy(options: ServerOptions, root: string, table: PortTable): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, text] of replacedFiles(options)) {
    const path = join(root, isAbsolute(name) ? name : join(HAPROXY_FOLDER, name));
    files.set(path, isConfiguration(text) ? rewriteText(text, options, root, table) : text);
  }
  return files;
}

function rewriteText(text: string, options: ServerOptions, root: string, table: PortTable): string {
  const replacements: Replacement[] = [];
  let section = '';
  for (const words of wordsOfLines(text)) {
    const [first] = words;
    if (first === undefined) continue;
    if (SECTION.test(first.text)) section = first.text;
    else if (section === 'global' && REMOVED_GLOBAL.test(first.text)) {
      replacements.push({ start: first.start, end: words.at(-1)?.end ?? first.end, text: '' });
    } else {
      for (const [index, word] of words.entries()) {
        const replaced = replacedWord(words, index, options, root, table) ?? options.scale?.[word.text];
        if (replaced !== undefined) replacements.push({ start: word.start, end: word.end, text: replaced });
      }
    }
  }
  return applyReplacements(text, replacements);
}

function replacedWord(words: readonly Word[], index: number, options: ServerOptions, root: string, table: PortTable) {
  const [keyword = '', word = '', before = ''] = [words[0]?.text, words[index]?.text, words[index - 1]?.text];
  if (keyword === 'bind' && index === 1) {
    return word
      .split(',')
      .map((address) => `127.0.0.1:${table.portFor(writtenAddress(address))}`)
      .join(',');
  }
  if (keyword === 'bind' && (word === 'v4v6' || word === 'v6only')) return '';
  if (keyword === 'server' && index === 2) {
    return withBackend(word, options.backends) ?? withLocalHost(word);
  }
  const isPath = PATH_BEFORE.test(before) || (index === 2 && keyword === 'errorfile');
  return isPath && isAbsolute(word) ? root + word : undefined;
}

/** `443` for `:443`, `*:443`, `0.0.0.0:443` and `ipv4@:443`. */
function writtenAddress(address: string): string {
  return address.replace(/^(ipv4@)?(\*|0\.0\.0\.0)?:(?=\d+$)/, '');
}

/** The words of each line, without comments. A word ends at white space that is neither quoted nor escaped. */
function wordsOfLines(text: string): Word[][] {
  let start = 0;
  return text.split('\n').map((line) => {
    const words: Word[] = [];
    for (const { 0: word, index } of line.matchAll(/(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s#\\"'])+|#.*/g)) {
      if (word.startsWith('#')) break;
      words.push({ text: word, start: start + index, end: start + index + word.length });
    }
    start += line.length + 1;
    return words;
  });
}
