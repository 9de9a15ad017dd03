/** Owns leaving plain HTTP to Caddy, which redirects it by itself where a site has no address of its own for it. */
import type { Site } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { span } from '../../../text/span.ts';
import type { RealizeContext } from './index.ts';
import { byFile } from './layout.ts';

/** `http://example.com, https://example.com` loses its first address; one by itself is left to its owner. */
export function redirectToTls(site: Site, context: RealizeContext): FileEdits[] | undefined {
  const entry = context.siteEntry(site);
  if (entry === undefined || entry.args.some(({ filled }) => filled)) return undefined;
  const words = [entry.directive.name, ...entry.args.map(({ word }) => word)];
  const isPlain = words.map(({ value }) => /^http:\/\//i.test(value) && !/:\d+,?$/.test(value));
  const kept = words.filter((_, i) => isPlain[i] !== true);
  const [first] = words;
  const last = words.at(-1);
  if (kept.length === 0 || kept.length === words.length || first === undefined || last === undefined) return undefined;
  const newText = kept.map(({ value }) => value.replace(/,$/, '')).join(', ');
  return byFile([{ file: entry.file, edit: { span: span(first.span.start, last.span.end), newText } }]);
}
