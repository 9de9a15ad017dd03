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

/** Setters of nginx's own that take one plain value, and the kind of it. */
const KINDS = {
  ngx_conf_set_flag_slot: 'flag',
  ngx_conf_set_num_slot: 'number',
  ngx_conf_set_size_slot: 'size',
  ngx_conf_set_off_slot: 'offset',
  ngx_conf_set_msec_slot: 'msec',
  ngx_conf_set_sec_slot: 'sec',
};

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

/** The rows of one version of a source file, by blob, because most files stay the same from release to release. */
const blobs = new Map();
function rowsOf(blob, file) {
  const known = blobs.get(blob);
  if (known !== undefined) return known;
  const text = git('cat-file', 'blob', blob);
  const rows = [];
  for (const [, table] of text.matchAll(/\bngx_command_t\s+\w+\[\]\s*=\s*\{(.*?)\n\s*ngx_null_command/gs)) {
    const commands = [...table.matchAll(/\{\s*ngx_string\("([^"]+)"\)\s*,\s*([A-Z0-9_|\s]+?)\s*,\s*(\w+)\s*,/g)];
    if (commands.length !== table.split('ngx_string(').length - 1) throw new Error(`${file}: a command was not read`);
    for (const [, name, type, setter] of commands) {
      rows.push(rowOf(name, type.split(/[|\s]+/).filter(Boolean), setter, file));
    }
  }
  blobs.set(blob, rows);
  return rows;
}

function rowOf(name, flags, setter, file) {
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
    else if (flag !== 'NGX_DIRECT_CONF') throw new Error(`${file}: ${name}: what is ${flag}?`);
  }
  if (args === undefined) throw new Error(`${file}: ${name}: no number of arguments`);
  const sorted = [...contexts].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).join('');
  const kind = flags.includes('NGX_CONF_FLAG') && setter === 'ngx_conf_set_flag_slot' ? 'flag' : KINDS[setter];
  return [name, sorted, block + args, ...(kind === undefined ? [] : [kind])].join(' ');
}

const versions = releases();
/** Module to row to the numbers of the releases that have it. */
const modules = new Map();
for (const [at, { ref }] of versions.entries()) {
  for (const line of git('ls-tree', '-r', ref, 'src').split('\n')) {
    const [, blob, file] = /^\d+ blob (\w+)\t(src\/.*\.c)$/.exec(line) ?? [];
    if (file === undefined) continue;
    for (const row of rowsOf(blob, file)) {
      const module = path.basename(file, '.c');
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
