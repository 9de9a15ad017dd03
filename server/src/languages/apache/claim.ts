/** Owns which files are Apache's: by name, and where that leaves it open, by their text. */
import type { FileId } from '../../files/host.ts';
import { basename } from '../../files/paths.ts';
import type { Claim } from '../language.ts';

/** Nobody else's names. */
const ROOT_NAMES = /^(httpd|apache2?)\.conf(\.(sample|template|example|dist|default|in|j2|erb))?$/i;
const PART_NAMES = /^(\.htaccess|httpd-[\w-]+\.conf|[^/]*\.apache2?(conf)?|[^/]*\.apache2?\.conf)$/i;
const CONFIGURATION = /\.(conf|vhost|inc|load)(\.(sample|template|tmpl|tpl|example|dist|default|j2|erb|in))?$/i;
const SITES = /(^|\/)(sites-(available|enabled)|vhosts?(\.d)?)\/[^/.]+$/;
/** Folders that belong to Apache: a line of its is enough. */
const FOLDERS = /(^|\/)(apache2?|httpd)\/([^/]+\/)*[^/]*$/i;
/** Enough of a file to see what it is. */
const HEAD = 200_000;
/** What a whole configuration has and its parts have not. */
const WHOLE = /^[ \t]*ServerRoot[ \t]+\S/im;
const LISTENS = /^[ \t]*Listen[ \t]+\S/im;
const LOADS = /^[ \t]*LoadModule[ \t]+\S/im;
/** Sections that only Apache writes. */
const SECTION =
  /^[ \t]*<(VirtualHost|IfModule|IfDefine|IfVersion|Directory(Match)?|Location(Match)?|Files(Match)?|Proxy(Match)?|Macro|RequireA(ny|ll))([ \t][^>\n]*)?>[ \t\r]*$/im;
/** Lines that only Apache writes, without the `;` of nginx. */
const LINE =
  /^[ \t]*(SSL(Engine|Protocol|CipherSuite|Certificate(Key|Chain)?File|VerifyClient|UseStapling|ProxyEngine|OpenSSLConfCmd)|ProxyPass(Match|Reverse)?|ProxyPreserveHost|ProxyTimeout|Rewrite(Engine|Cond|Rule)|LoadModule|Listen|DocumentRoot|ServerName|ServerAlias|AllowOverride|RequestHeader|Header[ \t]+(always[ \t]+)?(set|append|add|unset|merge|edit))[ \t]+[^;{}\n]*$/im;

export function claim(path: FileId, text: () => string): Claim {
  const name = basename(path);
  if (ROOT_NAMES.test(name)) return 'root';
  if (PART_NAMES.test(name)) return 'fragment';
  if (!CONFIGURATION.test(name) && !SITES.test(path)) return undefined;
  const head = text().slice(0, HEAD);
  if (head.slice(0, 4096).includes('\u0000')) return undefined;
  const mine = SECTION.test(head) || (FOLDERS.test(path) && LINE.test(head)) || isMostlyLines(head);
  if (!mine) return undefined;
  return WHOLE.test(head) || (LISTENS.test(head) && LOADS.test(head)) ? 'root' : 'fragment';
}

/** More lines say no more about whose they are. */
const LINES = 300;

/** A file of another folder without any section: most of its lines have to be Apache's. */
function isMostlyLines(head: string): boolean {
  const lines = head
    .split('\n')
    .filter((line) => /^[ \t]*[^#\s]/.test(line))
    .slice(0, LINES);
  return lines.length > 0 && lines.filter((line) => LINE.test(line)).length * 2 > lines.length;
}

/** Placeholders of template languages: what such a file becomes cannot be known. Apache's own have `%{` and `${`. */
const TEMPLATE = /\{\{|^\s*\{%|<%[=-]?\s|\{#\s/m;

export function looksLikeTemplate(text: string): boolean {
  // Binary data may hold anything.
  return !text.includes('\0') && TEMPLATE.test(text);
}
