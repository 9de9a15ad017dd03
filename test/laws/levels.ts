/** Owns the blocks of an nginx configuration with its includes in their places, read without the parser under test. */
import { dirname, join } from '../../server/src/files/paths.ts';
import { nginxStatements, type Statement } from '../kit/nginx-statements.ts';
import type { Texts } from '../rules/harness.ts';

/** A block, or the outermost level. */
export interface Level {
  readonly name: string;
  readonly parent: Level | undefined;
  /** The words of each `proxy_set_header`. */
  readonly headers: string[];
}

/** A `proxy_pass`: where it stands, and in which block; a file that is included twice has it twice. */
export interface Pass {
  readonly file: string;
  readonly start: number;
  readonly to: string;
  readonly level: Level;
}

/** All `proxy_pass` lines below a root file. Included names are plain or end in `*.conf`; relative ones count from the root. */
export function passesOf(texts: Texts, root: string): Pass[] {
  const passes: Pass[] = [];
  const read = (path: string, around: readonly string[], outside: Level): void => {
    const levels = new Map<Statement | undefined, Level>([[undefined, outside]]);
    for (const statement of nginxStatements(texts.get(path) ?? '')) {
      const { name, start } = statement;
      const level = levels.get(statement.parent) ?? outside;
      const words = statement.words.map(({ text }) => text);
      if (statement.isBlock) levels.set(statement, { name, parent: level, headers: [] });
      else if (name === 'proxy_set_header') level.headers.push(words.join(' '));
      else if (name === 'proxy_pass') passes.push({ file: path, start, to: words.join(' '), level });
      else if (name === 'include') {
        for (const file of included(texts, join(dirname(root), words[0] ?? '')))
          if (file !== path && !around.includes(file)) read(file, [...around, path], level);
      }
    }
  };
  read(root, [], { name: 'main', parent: undefined, headers: [] });
  return passes;
}

function included(texts: Texts, pattern: string): string[] {
  const files = [...texts.keys()].sort();
  return pattern.endsWith('/*.conf')
    ? files.filter((file) => dirname(file) === dirname(pattern) && file.endsWith('.conf'))
    : files.filter((file) => file === pattern);
}

/** A level and those around it, innermost first. */
export function levelsAround(level: Level): Level[] {
  const out: Level[] = [];
  for (let at: Level | undefined = level; at !== undefined; at = at.parent) out.push(at);
  return out;
}

/** A back end's address for a comparison. Scheme and usual port are what upstream-plain-to-tls is about; the host stays. */
export function comparable(address: string, rule: string): string {
  // In a `RewriteRule` of Apache the scheme is what passes the upgrade on.
  if (rule === 'websocket-upgrade-dropped') return address.replace(/^ws(?=s?:)/, 'http');
  // In Caddy's addresses it is what says HTTP/2.
  if (rule === 'websocket-http2-backend') return address.replace(/^h2c:/, 'http:');
  if (rule !== 'upstream-plain-to-tls') return address;
  return address
    .replace(/^https?:/, '')
    .replace(/^\/\//, '')
    .replace(/:(80|443)(?=\/|$)/, '');
}
