/** Owns where named locations (`location @name`) are defined and used. */

import { span } from '../../../text/span.ts';
import type { NginxProject } from '../project.ts';
import { enclosing, type Scope } from '../scope.ts';
import { contentSpan, type Occurrence } from './occurrences.ts';

/** Directives that send a request on to a named location (docs, error_page, try_files; `echo_exec` is the echo module's). */
const SENDS_ON: ReadonlySet<string> = new Set(['error_page', 'try_files', 'post_action', 'echo_exec']);

/** All occurrences; each server has named locations of its own. */
export function locationOccurrences(project: NginxProject): Occurrence[] {
  const out: Occurrence[] = [];
  const numbers = new Map<Scope, number>();
  for (const scope of project.scopes) {
    for (const { directive, file } of scope.entries) {
      const defines = directive.name.value === 'location';
      if (!defines && !SENDS_ON.has(directive.name.value)) continue;
      const server = enclosing(scope, 'server') ?? project.main;
      const number = numbers.get(server) ?? numbers.size;
      for (const word of defines ? directive.args.slice(0, 1) : directive.args) {
        if (!word.value.startsWith('@') || word.value.length === 1) continue;
        numbers.set(server, number);
        const area = contentSpan(word);
        const name = word.value.slice(1);
        const key = `${number} @${name}`;
        out.push({ file: file.id, span: span(area.start + 1, area.end), area, kind: 'location', key, name, defines });
      }
    }
  }
  return out;
}
