/** Owns how a user's nginx configuration is moved into a test: its listeners, back ends, paths, and what is missing. */
import { dirname, isAbsolute, join } from 'node:path';
import { nginxStatements, type Statement } from './nginx-statements.ts';
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

export interface NginxOptions extends ServerOptions {
  /** Directives for the beginning of the `http` block, such as a shortened default: `proxy_read_timeout 1s;`. */
  readonly http?: string;
}

/** Where the configuration of nginx lives; relative file names count from here. */
export const NGINX_FOLDER = '/etc/nginx';
export const NGINX_MAIN = `${NGINX_FOLDER}/nginx.conf`;

/** A test decides these on the command line. The name in `user` may be unknown to this machine. */
const REMOVED = new Set(['daemon', 'master_process', 'pid', 'user']);
const READ_PATH = /^(include|root|alias|auth_basic_user_file|((proxy|grpc|uwsgi)_)?ssl_\w+)$/;
const WRITTEN_PATH = /^(access_log|lock_file|\w+_(temp|cache)_path)$/;
const MAIN_LEVEL = /^(http|events|stream|mail)$/;
const HTTP_LEVEL = /^(server|upstream|map|geo|split_clients|limit_(req|conn)_zone|log_format|types)$/;
const TEMPORARY_PATHS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path`);

interface Context {
  readonly options: NginxOptions;
  readonly root: string;
  readonly table: PortTable;
  readonly statements: readonly Statement[];
  readonly upstreams: ReadonlySet<string>;
}

/** What is to be put on the disk; absolute paths. */
export interface NginxFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly folders: ReadonlySet<string>;
}

/**
 * Rewrites the files for a test whose folder is `root`. Lines keep their numbers.
 * - Each `listen` address gets a port of 127.0.0.1 (`ipv6only` goes, because all become IPv4).
 * - Upstream addresses become back ends of the test, those without one 127.0.0.1; `$proxy_host` changes with them.
 * - Every absolute path lies below `root`, so nothing of this machine's own configuration is read.
 * - What a fragment lacks is put around it: `http`, and `server` when it is a part of one. Without a `nginx.conf`, the files
 *   with directives of the `http` level are included in one.
 */
export function rewriteNginx(options: NginxOptions, root: string, table: PortTable): NginxFiles {
  const given = new Map<string, string>();
  for (const [name, text] of replacedFiles(options))
    given.set(isAbsolute(name) ? name : join(NGINX_FOLDER, name), text);
  given.set(NGINX_MAIN, completeMain(given.get(NGINX_MAIN) ?? mainFor(given)));
  if (!given.has(join(NGINX_FOLDER, 'mime.types')))
    given.set(join(NGINX_FOLDER, 'mime.types'), 'types { text/html html; }');

  const parsed = new Map<string, Statement[]>();
  for (const [name, text] of given) parsed.set(name, isConfiguration(text) ? nginxStatements(text) : []);
  const statements = [...parsed.values()].flat();
  const upstreams = new Set(
    statements.filter(({ name }) => name === 'upstream').map(({ words }) => words[0]?.text ?? ''),
  );
  const context: Context = { options, root, table, statements, upstreams };

  const files = new Map<string, string>();
  for (const [name, text] of given) {
    const replacements = (parsed.get(name) ?? []).flatMap((statement) => replacementsOf(statement, context));
    files.set(join(root, name), applyReplacements(text, replacements));
  }
  const logs = join(root, NGINX_FOLDER, 'logs');
  const written = statements.filter(({ name }) => WRITTEN_PATH.test(name)).map(({ words }) => words[0]?.text ?? '');
  const folders = written.filter((path) => isAbsolute(path)).map((path) => join(root, dirname(path)));
  return { files, folders: new Set([root, logs, ...folders]) };
}

function completeMain(text: string): string {
  const outer = nginxStatements(text).filter((statement) => statement.parent === undefined);
  const isMain = outer.some(({ name }) => MAIN_LEVEL.test(name));
  const isHttp = outer.some(({ name }) => HTTP_LEVEL.test(name));
  const whole = isMain ? text : isHttp ? `http { ${text}\n}` : `http { server { ${text}\n}}`;
  return outer.some(({ name }) => name === 'events') ? whole : `${whole}\nevents {}\n`;
}

function mainFor(files: ReadonlyMap<string, string>): string {
  const included = [...files].filter(([, text]) => {
    const statements = isConfiguration(text) ? nginxStatements(text) : [];
    return statements.some(({ name, parent }) => parent === undefined && HTTP_LEVEL.test(name));
  });
  return `http {\n${included.map(([name]) => `include ${name};\n`).join('')}}\n`;
}

function replacementsOf(statement: Statement, context: Context): Replacement[] {
  const { name, start, end } = statement;
  if (REMOVED.has(name)) return [{ start, end, text: '' }];
  const replacements: Replacement[] = [];
  for (const [index, word] of statement.words.entries()) {
    const text = replacedWord(statement, index, word, context) ?? context.options.scale?.[word.text];
    if (text !== undefined) replacements.push({ start: word.start, end: word.end, text });
  }
  const beginning = statement.isBlock ? blockBeginning(statement, context) : [];
  if (beginning.length > 0) replacements.push({ start: end, end, text: ` ${beginning.join(' ')} ` });
  return replacements;
}

function replacedWord({ name, parent, isBlock }: Statement, index: number, { text }: Word, context: Context) {
  const { options, root, table, upstreams } = context;
  if (READ_PATH.test(name) || WRITTEN_PATH.test(name)) return belowRoot(text, root);
  if (name === 'error_log' && index === 0) return 'stderr';
  if (name === 'listen' && (parent === undefined || parent.name === 'server')) {
    if (index === 0) return `127.0.0.1:${table.portFor(writtenAddress(text))}`;
    return text.startsWith('ipv6only=') ? '' : undefined;
  }
  if (name === 'set') return withBackend(text, options.backends);
  if ((name.endsWith('_pass') || (name === 'server' && !isBlock)) && index === 0) {
    return withBackend(text, options.backends) ?? withLocalHost(text, upstreams);
  }
  return undefined;
}

function belowRoot(word: string, root: string): string | undefined {
  return /^["']?\//.test(word) ? word.replace(/^["']?/, (quote) => quote + root) : undefined;
}

/** `443` for `443`, `*:443` and `0.0.0.0:443`; an address without a port has port 80. */
function writtenAddress(word: string): string {
  const bare = word.replace(/^["']|["']$/g, '');
  if (/^\d+$/.test(bare)) return bare;
  const address = bare.startsWith('unix:') || /:\d+$/.test(bare) ? bare : `${bare}:80`;
  return address.replace(/^(\*|0\.0\.0\.0):/, '');
}

function blockBeginning(statement: Statement, { options, root, table, statements }: Context): string[] {
  if (statement.name === 'http' && statement.parent === undefined) {
    const isSet = (name: string) =>
      statements.some((other) => other.name === name && (other.parent === undefined || other.parent.name === 'http'));
    const folders = TEMPORARY_PATHS.filter((name) => !isSet(name)).map((name) => `${name} ${root}/${name};`);
    return [...folders, ...(isSet('access_log') ? [] : ['access_log off;']), ...(options.http ? [options.http] : [])];
  }
  if (statement.name === 'server' && (statement.parent === undefined || statement.parent.name === 'http')) {
    // An included file may hold the `listen` of a server.
    const hasListen = statements.some(
      ({ name, parent }) => name === 'listen' && (parent === statement || parent === undefined),
    );
    return hasListen ? [] : [`listen 127.0.0.1:${table.portFor('80')};`];
  }
  return [];
}
