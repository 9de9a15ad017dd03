/** Owns `ws://` addresses that the pages and scripts in a folder open: what a server gives out as it lies on the disk. */
import { join } from '../files/paths.ts';
import type { Dependencies, FileStore, SourceFile } from '../files/store.ts';
import type { Span } from '../text/span.ts';

/** Folders of pages can hold anything: what lies deeper, or comes later, is not looked at. */
const MAX_DEPTH = 8;
const MAX_ENTRIES = 4000;
const MAX_FILES = 400;
const MAX_TEXT = 16 * 1024 * 1024;
/** Larger scripts are put together from many, of which some know better. */
const LARGEST = 1024 * 1024;

const PAGE = /\.(?:html?|m?js)$/i;
const NO_PAGES = /^(?:\..*|node_modules|bower_components|vendor)$|\.min\.js$/i;

/** Hosts of this machine, which browsers trust without TLS (W3C Secure Contexts, 3.1). */
export const LOCAL_HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d+){3}|\[::1\])(?=[:/]|$)/i;

/** An address that a page opens. */
export interface PageAddress {
  readonly span: Span;
  /** As far as it is written: `ws://chat.example/x`, or `ws://` where the page's own host follows. */
  readonly url: string;
  /** Whether it leads to the host that the page came from. */
  readonly own: boolean;
}

/** A socket that is opened by an address which begins here. */
const OPENS = /new\s+WebSocket\(\s*(["'`])ws:\/\//g;
/** The page's own host, behind `ws://` in a template or as the next part of a sum. */
const OWN_HOST = /^(?:\$\{|["']\s*\+\s*)(?:(?:window|document|self)\.)?location\.host(?:name)?\b/;
const HOST = /^[\w-][\w.-]*(?=[:/"'`?])/;
const COMMENT = /^\s*(?:\/\/|\/?\*|<!--)|\s\/\/\s/;
/** Who writes the other scheme as well chooses between them; and browsers may be told to choose it. */
const KNOWS_BETTER = /wss:|upgrade-insecure-requests/i;

const known = new WeakMap<SourceFile, readonly PageAddress[]>();

function addressesIn(file: SourceFile): readonly PageAddress[] {
  let found = known.get(file);
  if (found === undefined) {
    found = file.binary || file.text.length > LARGEST ? [] : scan(file.text);
    known.set(file, found);
  }
  return found;
}

function scan(text: string): PageAddress[] {
  if (!text.includes('ws://') || KNOWS_BETTER.test(text)) return [];
  return [...text.matchAll(OPENS)].flatMap((match): PageAddress[] => {
    const end = match.index + match[0].length;
    const start = end - 'ws://'.length;
    const line = text.slice(text.lastIndexOf('\n', start) + 1, start);
    if (COMMENT.test(line)) return [];
    const rest = text.slice(end, end + 300);
    if (OWN_HOST.test(rest)) return [{ span: { start, end }, url: 'ws://', own: true }];
    if (!HOST.test(rest) || LOCAL_HOST.test(rest)) return [];
    const length = rest.search(/["'`\s$]/);
    const url = text.slice(start, end + (length < 0 ? rest.length : length));
    return [{ span: { start, end: start + url.length }, url, own: false }];
  });
}

/** The addresses in a folder's pages and scripts; what was looked at becomes a dependency. */
export function addressesInPages(
  folder: string,
  files: FileStore,
  dependencies: Dependencies,
): readonly { readonly file: string; readonly address: PageAddress }[] {
  const out: { file: string; address: PageAddress }[] = [];
  const queue = [{ path: folder, depth: 0 }];
  let entries = 0;
  let read = 0;
  let size = 0;
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const { name, kind } of files.list(at.path, dependencies) ?? []) {
      entries++;
      if (entries > MAX_ENTRIES || read >= MAX_FILES || size > MAX_TEXT) return out;
      if (NO_PAGES.test(name)) continue;
      const path = join(at.path, name);
      if (kind === 'directory' && at.depth < MAX_DEPTH) queue.push({ path, depth: at.depth + 1 });
      if (kind !== 'file' || !PAGE.test(name)) continue;
      const opened = files.open(path, dependencies);
      if (!opened.ok) continue;
      read++;
      size += opened.file.text.length;
      for (const address of addressesIn(opened.file)) out.push({ file: path, address });
    }
  }
  return out;
}
