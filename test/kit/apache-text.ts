/** Owns how a user's Apache configuration is moved into a test: its addresses, back ends, paths. */
import { dirname, isAbsolute, join } from 'node:path';
import {
  applyReplacements,
  isConfiguration,
  type Replacement,
  replacedFiles,
  type Word,
  withBackend,
} from './rewrite.ts';
import type { PortTable, ServerOptions } from './server.ts';

/** Where the configuration of Apache lives; relative file names count from here. */
export const APACHE_FOLDER = '/etc/apache2';
export const APACHE_MAIN = `${APACHE_FOLDER}/apache2.conf`;

/** The test decides these itself, or they need rights that a test has not. */
const REMOVED =
  /^(LoadModule|User|Group|PidFile|ErrorLog|CustomLog|TransferLog|Mutex|DefaultRuntimeDir|ServerRoot|CoreDumpDirectory)$/i;
/** Directives whose arguments are files or folders. */
const PATHS = /^(SSL\w*(File|Path)|DocumentRoot|<Directory|Include(Optional)?|Alias)$/i;
const PAGES = '/var/www/html';

/**
 * The files to write, by absolute path, and the folders to make, for a test whose folder is `root`. Lines keep their numbers.
 * - `Listen` and `<VirtualHost>` get ports of 127.0.0.1 for those that are written; a part of a configuration is included by
 *   a main file of the kit's, with `Listen` lines for the ports of its hosts.
 * - Back ends of the test take the place of addresses wherever one stands.
 * - Absolute paths of certificates and pages lie below `root`.
 */
export function rewriteApache(
  options: ServerOptions,
  root: string,
  table: PortTable,
): { readonly files: Map<string, string>; readonly folders: readonly string[] } {
  const written = replacedFiles(options);
  const main = APACHE_MAIN.slice(APACHE_FOLDER.length + 1);
  if (!written.has(main) && !written.has(APACHE_MAIN)) written.set(main, mainFor(written));
  const files = new Map<string, string>();
  const folders = new Set([join(root, PAGES)]);
  for (const [name, text] of written) {
    const path = join(root, isAbsolute(name) ? name : join(APACHE_FOLDER, name));
    const isText = isConfiguration(text) && /(^|\/)(\.htaccess|[^/]+\.conf)$|\/sites-\w+\//.test(name);
    files.set(path, isText ? rewriteText(text, options, root, table, folders) : text);
    folders.add(dirname(path));
  }
  return { files, folders: [...folders] };
}

/** What includes the parts, as Debian's own main file does. */
function mainFor(parts: ReadonlyMap<string, string>): string {
  const names = [...parts.keys()].filter((name) => /\.conf$/.test(name));
  const ports = new Set(
    names.flatMap((name) =>
      [...(parts.get(name) ?? '').matchAll(/<VirtualHost[^>]*:(\d+)/gi)].map((match) => match[1]),
    ),
  );
  return [...[...ports].map((port) => `Listen ${port}`), ...names.map((name) => `Include ${name}`), ''].join('\n');
}

function rewriteText(
  text: string,
  options: ServerOptions,
  root: string,
  table: PortTable,
  folders: Set<string>,
): string {
  const replacements: Replacement[] = [];
  for (const words of wordsOfLines(text)) {
    const [first] = words;
    if (first === undefined) continue;
    const replace = (word: Word, by: string) => replacements.push({ start: word.start, end: word.end, text: by });
    const last = words.at(-1) ?? first;
    if (REMOVED.test(first.text)) {
      replacements.push({ start: first.start, end: last.end, text: '' });
      continue;
    }
    for (const [index, word] of words.entries()) {
      if (index === 0) continue;
      const bare = word.text.replace(/^(["']?)(.*?)\1$/, '$2');
      if (/^Listen$/i.test(first.text) && index === 1) {
        replace(word, `127.0.0.1:${table.portFor(writtenAddress(bare))}${protocol(bare, words[2])}`);
      } else if (/^<VirtualHost$/i.test(first.text)) {
        const [, host, port, end] = /^(.*?):(\d+)(>?)$/.exec(word.text) ?? [];
        if (port !== undefined)
          replace(
            word,
            `${isWildcard(host) ? '127.0.0.1' : host}:${table.portFor(writtenAddress(`${host}:${port}`))}${end}`,
          );
      } else if (PATHS.test(first.text) && isAbsolute(bare)) {
        const inside = join(root, bare.replace(/>$/, ''));
        if (/^(DocumentRoot|<Directory)$/i.test(first.text)) folders.add(inside);
        replace(word, word.text.replace(bare, root + bare));
      } else {
        const by = withBackend(word.text, options.backends) ?? options.scale?.[word.text];
        if (by !== undefined) replace(word, by);
      }
    }
  }
  return applyReplacements(text, replacements);
}

const isWildcard = (host = ''): boolean => /^(\*|_default_|\[::\]|0\.0\.0\.0)?$/.test(host);

/** `443` for `443`, `*:443`, `0.0.0.0:443` and `[::]:443`. */
function writtenAddress(address: string): string {
  return address.replace(/^(\*|_default_|0\.0\.0\.0|\[::\]):(?=\d+$)/, '');
}

/** Port 443 is https by itself, which another port is only by name. */
function protocol(address: string, written: Word | undefined): string {
  return written === undefined && /(^|:)443$/.test(address) ? ' https' : '';
}

/** The words of each line, without comments. */
function wordsOfLines(text: string): Word[][] {
  let start = 0;
  return text.split('\n').map((line) => {
    const words: Word[] = [];
    if (!/^\s*#/.test(line)) {
      for (const { 0: word, index } of line.matchAll(/"(?:\\.|[^"\\])*"?>?|'(?:\\.|[^'\\])*'?>?|\S+/g))
        words.push({ text: word, start: start + index, end: start + index + word.length });
    }
    start += line.length + 1;
    return words;
  });
}
