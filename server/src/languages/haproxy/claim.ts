/** Owns which files are HAProxy's: by name, by folder, and where that leaves it open, by their sections. */
import type { FileId } from '../../files/host.ts';
import { basename, dirname } from '../../files/paths.ts';
import type { Claim } from '../language.ts';

const MAIN = /^haproxy\.(cfg|conf)$/i;
/** `haproxy-internal.cfg`, `edge.haproxy.conf`. */
const NAMED = /(^|[-_.])haproxy([-_.][^/]*)?\.(cfg|conf)$/i;
const CONFIGURATION = /\.(cfg|conf)$/i;
/** Enough of a file to see what it is. */
const HEAD = 65_536;
const PROXY = /^[ \t]*(frontend|backend|listen)[ \t]+[\w.:"$-]/m;
const SECTION = /^[ \t]*(global|defaults|frontend|backend|listen|userlist|peers|resolvers|cache)\b/m;
const INSIDE = /^[ \t]+(bind|server|mode|timeout|balance|default_backend|use_backend|option|log)[ \t]/m;
const SETTINGS = /^[ \t]*defaults\b[^{}=]*$[\s\S]*?^[ \t]*(mode[ \t]+(http|tcp)|timeout[ \t]+\w+[ \t]+\S+)/m;

/** What lies in `conf.d` and its like is read along with others; there, a whole configuration has both. */
function isWhole(path: FileId, text: string): Claim {
  const [global, defaults] = [/^[ \t]*global\b/m, /^[ \t]*defaults\b/m].map((section) => section.test(text));
  const alone = /\.d$/.test(dirname(path)) ? global && defaults : global || defaults;
  return alone ? 'root' : 'fragment';
}

/** Other programs name what they have for HAProxy after it, in `.conf`: rsyslog's `49-haproxy.conf`. */
function isAbout(path: FileId, text: string): boolean {
  return /\.conf$/i.test(path) && /^[ \t]*[^#\s]/m.test(text) && !SECTION.test(text);
}

/** Several files can be one configuration (`-f` may be given more than once), so one without `global` and `defaults` is a part. */
export function claim(path: FileId, text: () => string): Claim {
  if (!CONFIGURATION.test(path)) return undefined;
  if (MAIN.test(basename(path))) return 'root';
  if (NAMED.test(basename(path))) {
    const head = text().slice(0, HEAD);
    return isAbout(path, head) ? undefined : isWhole(path, head);
  }
  const inFolder = path
    .split('/')
    .slice(0, -1)
    .some((part) => /^haproxy(\.d)?$/i.test(part));
  // Other programs call their files .cfg and .conf too: only what looks like HAProxy's through and through is taken.
  if (!inFolder && !/\.cfg$/i.test(path)) return undefined;
  const head = text().slice(0, HEAD);
  const looks = (PROXY.test(head) && INSIDE.test(head)) || SETTINGS.test(head);
  return looks ? isWhole(path, head) : undefined;
}

/** Placeholders of template languages: what such a file becomes cannot be known. HAProxy's own `{ … }` has spaces inside. */
const TEMPLATE = /\{\{|\{%|<%[=-]|\{#/;

export function looksLikeTemplate(text: string): boolean {
  // Binary data may hold anything.
  return !text.includes('\0') && TEMPLATE.test(text);
}
