/** Owns which files are stunnel's: by name, by folder, and where that leaves it open, by their options. */
import { GLOBAL_OPTIONS, SERVICE_OPTIONS } from '../../facts/stunnel.ts';
import type { FileId } from '../../files/host.ts';
import { basename } from '../../files/paths.ts';
import type { Claim } from '../language.ts';

/** `stunnel.conf`, `stunnel-mail.conf`, `edge.stunnel.conf`, `stunnel.conf-sample`. */
const NAMED = /(^|[-_.])stunnel\d?([-_.][^/]*)?\.conf([-.](sample|example|template|dist|default|in|j2|erb))*$/i;
const CONFIGURATION = /\.conf([-.](sample|example|template|dist|default|in|j2|erb))*$/i;
/** Enough of a file to see what it is. */
const HEAD = 65_536;
const SERVICE = /^[ \t]*\[[^\]\r\n]+\][ \t\r]*$/m;
const ACCEPT = /^[ \t]*accept[ \t]*=/im;
const LEADS = /^[ \t]*(connect|exec)[ \t]*=/im;

const OPTIONS = new Set([...GLOBAL_OPTIONS, ...SERVICE_OPTIONS].map((name) => name.toLowerCase()));

/** Whether nearly every line with a `=` is an option of stunnel's. */
function hasItsOptions(head: string): boolean {
  const names = [...head.matchAll(/^[ \t]*([\w.-]+)[ \t]*=/gm)].map(([, name = '']) => name.toLowerCase());
  const own = names.filter((name) => OPTIONS.has(name));
  return own.length >= 2 && own.length * 10 >= names.length * 9;
}

/**
 * Every file in stunnel's folder is a configuration of its own (Debian starts one process for each), those in folders below
 * it are parts that `include` brings in.
 */
export function claim(path: FileId, text: () => string): Claim {
  if (!CONFIGURATION.test(path)) return undefined;
  if (NAMED.test(basename(path))) return 'root';
  const folders = path.split('/').slice(0, -1);
  const at = folders.findLastIndex((folder) => /^stunnel\d?(\.d)?$/i.test(folder));
  const head = text().slice(0, HEAD);
  if (at >= 0) {
    const below = at < folders.length - 1 || /\.d$/i.test(folders[at] ?? '');
    return hasItsOptions(head) ? (below ? 'fragment' : 'root') : undefined;
  }
  return SERVICE.test(head) && ACCEPT.test(head) && LEADS.test(head) && hasItsOptions(head) ? 'root' : undefined;
}

/** Placeholders of template languages: what such a file becomes cannot be known. */
const TEMPLATE = /\{\{|^\s*\{%|<%[=-]?\s|\{#\s/m;

export function looksLikeTemplate(text: string): boolean {
  // Binary data may hold anything.
  return !text.includes('\0') && TEMPLATE.test(text);
}

/** Whether somebody else fills a value in: `${PORT}`, `$PORT`, `%(port)s`, `@PORT@`, `<port>`. */
export function isOpen(value: string): boolean {
  return /\$\{|\$\(|^\$\w|:\$\w|%\(|@\w+@|<[\w -]+>/.test(value);
}
