/**
 * Owns server/src/facts/nginx-directives.generated.ts: the command tables (ngx_command_t) of nginx's own modules, release by
 * release. Run with a clone of https://github.com/nginx/nginx: node scripts/nginx-directives.mjs <git directory>
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const OUTPUT = path.join(import.meta.dirname, '../server/src/facts/nginx-directives.generated.ts');
/** The oldest release that wsslint judges. */
const FIRST = [1, 18, 0];

/** A letter for each context, as in nginx-directives.ts. */
const CONTEXTS = {
  NGX_MAIN_CONF: 'm',
  NGX_EVENT_CONF: 'e',
  NGX_HTTP_MAIN_CONF: 'h',
  NGX_HTTP_SRV_CONF: 's',
  NGX_HTTP_LOC_CONF: 'l',
  NGX_HTTP_SIF_CONF: 'i',
  NGX_HTTP_LIF_CONF: 'j',
  NGX_HTTP_LMT_CONF: 't',
  NGX_HTTP_UPS_CONF: 'u',
  NGX_STREAM_MAIN_CONF: 'H',
  NGX_STREAM_SRV_CONF: 'S',
  NGX_STREAM_UPS_CONF: 'U',
  NGX_MAIL_MAIN_CONF: 'M',
  NGX_MAIL_SRV_CONF: 'N',
  NGX_ANY_CONF: '*',
};
const ORDER = 'mehslijtuHSUMN*';

/** Setters of nginx's own that take plain values, and the kind of them. */
const KINDS = {
  ngx_conf_set_flag_slot: 'flag',
  ngx_conf_set_num_slot: 'number',
  ngx_conf_set_size_slot: 'size',
  ngx_conf_set_off_slot: 'offset',
  ngx_conf_set_msec_slot: 'msec',
  ngx_conf_set_sec_slot: 'sec',
  ngx_conf_set_bufs_slot: 'bufs',
  ngx_conf_set_enum_slot: 'enum',
  ngx_mail_ssl_starttls: 'enum',
  ngx_conf_set_bitmask_slot: 'mask',
};

/** Setters that know a list of words from an argument on, and refuse every other one. */
const PARAMETERS = {
  ngx_http_core_listen: 2,
  ngx_stream_core_listen: 2,
  ngx_mail_core_listen: 2,
  ngx_http_upstream_server: 2,
  ngx_stream_upstream_server: 2,
  ngx_http_limit_req: 1,
  ngx_http_limit_req_zone: 2,
  ngx_http_file_cache_set_slot: 2,
  ngx_http_core_open_file_cache: 1,
  ngx_http_log_open_file_cache: 1,
  ngx_http_headers_add: 3,
  ngx_http_rewrite: 3,
};

/** Setters that say "is duplicate" of some repetitions only: of `off` beside others, of the same zone. */
const REPEATABLE =
  /^ngx_(http_proxy_redirect|http_proxy_cookie_\w+|http_mirror|http_v2_push|(http|stream)_limit_(req|conn))$/;
/** Setters that leave it to another one to say so. */
const ONCE_BY_ANOTHER =
  /^ngx_(http|stream)_set_complex_value_size_slot$|^ngx_mail_ssl_starttls$|^ngx_(http|mail)_ssl_enable$/;

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: node scripts/nginx-directives.mjs <git directory of nginx>');
const git = (...args) => execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });

const compare = (a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
const numbers = (text) => text.split('.').map(Number);

function releases() {
  const tags = git('tag', '--list', 'release-*').split('\n').filter(Boolean);
  const tagged = tags
    .map((tag) => ({ ref: tag, version: numbers(tag.slice('release-'.length)) }))
    .filter(({ version }) => version.length === 3 && compare(version, FIRST) >= 0);
  const head = /NGINX_VERSION\s+"([\d.]+)"/.exec(git('show', 'HEAD:src/core/nginx.h'))[1];
  const all = tagged.some(({ version }) => version.join('.') === head)
    ? tagged
    : [...tagged, { ref: 'HEAD', version: numbers(head) }];
  return all.sort((a, b) => compare(a.version, b.version));
}

/** What one version of a source file has, by blob, because most files stay the same from release to release. */
const blobs = new Map();
function readBlob(blob, file) {
  const known = blobs.get(blob);
  if (known !== undefined) return known;
  const text = git('cat-file', 'blob', blob);
  const commands = [];
  for (const [, table] of text.matchAll(/\bngx_command_t\s+\w+\[\]\s*=\s*\{(.*?)\n\s*ngx_null_command/gs)) {
    const found = [
      ...table.matchAll(
        /\{\s*ngx_string\("([^"]+)"\)\s*,\s*([A-Z0-9_|\s]+?)\s*,\s*(\w+)\s*,\s*[\w\s]+,\s*(?:offsetof\([^)]*\)|\w+)\s*,\s*(?:\(void \*\) )?&?(\w+)(?:\[0\])?\s*\}/g,
      ),
    ];
    if (found.length !== table.split('ngx_string(').length - 1) throw new Error(`${file}: a command was not read`);
    for (const [, name, type, setter, post] of found)
      commands.push({ name, flags: type.split(/[|\s]+/).filter(Boolean), setter, post });
  }
  const lists = [...text.matchAll(/\bngx_conf_(?:enum|bitmask)_t\s+(\w+)\[\]\s*=\s*\{(.*?)\n\};/gs)].map(
    ([, name, body]) => [name, [...body.matchAll(/ngx_string\("([^"]*)"\)/g)].map(([, word]) => word)],
  );
  const bounds = [
    ...text.matchAll(/\bngx_conf_num_bounds_t\s+(\w+)\s*=\s*\{\s*ngx_conf_check_num_bounds,\s*(\d+),\s*(-?\d+)\s*\}/g),
  ].map(([, name, low, high]) => [name, `${low}-${high === '-1' ? '' : high}`]);
  const functions = [...text.matchAll(/^(?:static )?char \*\n(\w+)\([^)]*\)\n\{\n(.*?)\n\}$/gms)];
  const once = functions.filter(([, , body]) => body.includes('"is duplicate"')).map(([, name]) => name);
  const words = functions
    .filter(([, name]) => PARAMETERS[name] !== undefined)
    .map(([, name, body]) => [
      name,
      [...body.matchAll(/ngx_str(n?)cmp\(value\[(\w)\]\.data,\s*"([^"]+)"/g)]
        .filter(([, , at]) => /[a-z]/.test(at) || Number(at) === PARAMETERS[name])
        .map(([, start, , word]) => (start ? `${word}*` : word)),
    ]);
  const read = { commands, lists: [...lists, ...words], bounds, once };
  blobs.set(blob, read);
  return read;
}

/** What a release has, over all of its files. */
function readRelease(ref) {
  const files = git('ls-tree', '-r', ref, 'src')
    .split('\n')
    .flatMap((line) => {
      const [, blob, file] = /^\d+ blob (\w+)\t(src\/.*\.c)$/.exec(line) ?? [];
      return file === undefined ? [] : [{ module: path.basename(file, '.c'), ...readBlob(blob, file) }];
    });
  return {
    files,
    lists: new Map(files.flatMap(({ lists }) => lists)),
    bounds: new Map(files.flatMap(({ bounds }) => bounds)),
    once: new Set(files.flatMap(({ once }) => once)),
  };
}

function kindOf({ name, setter, post }, { lists, bounds }) {
  const kind = KINDS[setter];
  const from = PARAMETERS[setter];
  if (from !== undefined) return `words${from}:${[...new Set(lists.get(setter))].join('|')}`;
  if (kind === 'number' && bounds.has(post)) return `number:${bounds.get(post)}`;
  if (kind !== 'enum' && kind !== 'mask') return kind;
  const words = lists.get(post);
  if (words === undefined || words.length === 0) throw new Error(`${name}: what is in ${post}?`);
  return `${kind}:${[...new Set(words)].join('|')}`;
}

function rowOf(command, release) {
  const { name, flags, setter } = command;
  let contexts = '';
  let args;
  let block = '';
  for (const flag of flags) {
    if (CONTEXTS[flag] !== undefined) contexts += CONTEXTS[flag];
    else if (flag === 'NGX_CONF_BLOCK') block = '{';
    else if (flag === 'NGX_CONF_FLAG') args = '1';
    else if (flag === 'NGX_CONF_NOARGS') args = args === undefined ? '0' : `0${args}`;
    else if (flag === 'NGX_CONF_ANY') args = '0+';
    else if (flag === 'NGX_CONF_1MORE') args = '1+';
    else if (flag === 'NGX_CONF_2MORE') args = '2+';
    else if (/^NGX_CONF_TAKE\d+$/.test(flag)) args = `${args ?? ''}${flag.slice('NGX_CONF_TAKE'.length)}`;
    else if (flag !== 'NGX_DIRECT_CONF') throw new Error(`${name}: what is ${flag}?`);
  }
  if (args === undefined) throw new Error(`${name}: no number of arguments`);
  const sorted = [...contexts].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).join('');
  const isOnce = (release.once.has(setter) && !REPEATABLE.test(setter)) || ONCE_BY_ANOTHER.test(setter);
  return [name, sorted, block + args, kindOf(command, release), isOnce ? '!' : undefined]
    .filter((word) => word !== undefined)
    .join(' ');
}

const versions = releases();
/** Module to row to the numbers of the releases that have it. */
const modules = new Map();
for (const [at, { ref }] of versions.entries()) {
  const release = readRelease(ref);
  for (const { module, commands } of release.files) {
    for (const command of commands) {
      const row = rowOf(command, release);
      if (!modules.has(module)) modules.set(module, new Map());
      const rows = modules.get(module);
      const span = rows.get(row);
      if (span === undefined) rows.set(row, { first: at, last: at });
      else span.last = at;
    }
  }
}

/** `1.25.1-` from then on, `-1.25.1` until the release before, nothing where every release has it. */
function rangeOf({ first, last }) {
  const since = first === 0 ? '' : versions[first].version.join('.');
  const until = last === versions.length - 1 ? '' : versions[last + 1].version.join('.');
  return since === '' && until === '' ? '' : ` ${since}-${until}`;
}

const newest = versions.at(-1).version.join('.');
const lines = [...modules]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .flatMap(([module, rows]) => [`[${module}]`, ...[...rows].map(([row, span]) => row + rangeOf(span))]);
writeFileSync(
  OUTPUT,
  `/**
 * Generated by scripts/nginx-directives.mjs from the command tables (ngx_command_t in src/) of nginx ${versions[0].version.join('.')} to ${newest},
 * https://github.com/nginx/nginx: do not edit. nginx-directives.ts says how to read it.
 */

/** The newest version in the table. */
export const NEWEST = '${newest}';

export const ROWS = \`
${lines.join('\n')}
\`;
`,
);
console.log(`${lines.length} lines from ${versions.length} releases`);
