/** Owns which files are Caddy's: by name, and where that leaves it open, by their text. */
import type { FileId } from '../../files/host.ts';
import { basename } from '../../files/paths.ts';
import type { Claim } from '../language.ts';
import { isCaddyJson } from './json/index.ts';

/** `Caddyfile`, `Caddyfile.prod`; not what editors and people keep beside it. */
const ROOT = /^caddyfile(\.(?!(bak|orig|old|md|lock|swp|tmpl|tpl|j2|erb)$)[\w-]+)*$/i;
const PART = /\.caddy(file)?$/i;
/** Templates by their names: what they become is not known. */
const TEMPLATE_NAME = /^caddyfile(\.[\w-]+)*\.(tmpl|tpl|j2|erb)$/i;
/** JSON files that may be Caddy's: by its name, in its folder, or as it saves them itself. */
const JSON_NAME = /((^|\/)[^/]*caddy[^/]*|(^|\/)caddy\/(.*\/)?[^/]*|(^|\/)autosave)\.json$/i;
/** Enough of a file to see what it is. */
const HEAD = 200_000;
/** Global options come first, and only a whole configuration has them. */
const WHOLE = /^\ufeff?(\s|#[^\n]*\n)*\{\s*\n/;

export function claim(path: FileId, text: () => string): Claim {
  const name = basename(path);
  if (ROOT.test(name) || TEMPLATE_NAME.test(name)) return 'root';
  if (JSON_NAME.test(path) && isCaddyJson(text())) return 'root';
  if (PART.test(name)) return WHOLE.test(text().slice(0, HEAD)) ? 'root' : 'fragment';
  return undefined;
}

/** Placeholders of template languages. Caddy's own are `{name}`, `{$NAME}`, and in its templates `{{`, which stand in quotes. */
const TEMPLATE = /^[^"`#\n]*(\{\{[-\s]|\{%|<%[=-]?\s|\{#\s)/m;

export function looksLikeTemplate(text: string): boolean {
  // Binary data may hold anything.
  return !text.includes('\0') && TEMPLATE.test(text);
}
