/** Owns buffers towards back ends whose sizes do not fit each other, so that nginx refuses them (ngx_http_proxy_merge_loc_conf and its like). */
import type { ConfigProblem } from '../../../model/model.ts';
import { type Entry, firstOf, nearest, own, type Scope, scopeWord, value } from '../scope.ts';
import { conflict } from './conflicts.ts';
import { isPlaceholder, OFFSET } from './plain-values.ts';

/** Memory pages, which the defaults are made of (ngx_pagesize): those of x86, and what other machines may have up to. */
const PAGES = { x86: 4096, largest: 65536 } as const;

const FAMILIES = ['proxy', 'fastcgi', 'uwsgi', 'scgi'].map((family) => ({
  one: `${family}_buffer_size`,
  all: `${family}_buffers`,
  busy: `${family}_busy_buffers_size`,
  write: `${family}_temp_file_write_size`,
  file: `${family}_max_temp_file_size`,
}));
type Family = (typeof FAMILIES)[number];

const UNITS: ReadonlyMap<string, number> = new Map([
  ['k', 1024],
  ['m', 1024 ** 2],
  ['g', 1024 ** 3],
]);

function bytesOf(text: string): number | undefined {
  if (isPlaceholder(text) || !OFFSET.test(text)) return undefined;
  return Number.parseInt(text, 10) * (UNITS.get(text.slice(-1).toLowerCase()) ?? 1);
}

/** As nginx writes sizes: `128k`. */
function sizeWord(bytes: number): string {
  return bytes % 1024 === 0 && bytes > 0 ? `${bytes / 1024}k` : `${bytes}`;
}

/** What counts for a level; `entry` where it is written. */
interface Size {
  readonly bytes: number;
  readonly entry: Entry | undefined;
}

/** A size that counts for a block; undefined where that cannot be seen. */
function sizeOf(scope: Scope, name: string, fallback: number, index = 0): Size | undefined {
  const found = nearest(scope, name);
  if (found.kind === 'absent') return { bytes: fallback, entry: undefined };
  const entry = firstOf(found);
  const text = entry === undefined ? undefined : value(entry, index);
  const bytes =
    text === undefined ? undefined : index === 0 && name.endsWith('_buffers') ? countOf(text) : bytesOf(text);
  return bytes === undefined ? undefined : { bytes, entry };
}

function countOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Blocks in which these directives stand, and whose values nginx compares. */
const LEVELS = new Set(['http', 'server', 'location']);

/** Finds what a level with a size of its own says that nginx refuses; undefined where no level has any. */
export function bufferJudge(names: ReadonlySet<string>): ((scope: Scope) => ConfigProblem[]) | undefined {
  const families = FAMILIES.map((family) => ({
    family,
    written: Object.values(family).filter((name) => names.has(name)),
  })).filter(({ written }) => written.length > 0);
  if (families.length === 0) return undefined;
  return (scope) => {
    if (!LEVELS.has(scope.name)) return [];
    return families.flatMap(({ family, written }) => {
      if (!written.some((name) => own(scope, name).length > 0)) return [];
      // Sizes in `http` are compared once they count for a server.
      if (scope.name === 'http' && !own(scope, 'server').some((one) => one.scope && takesAll(one.scope, written)))
        return [];
      return problemsIn(scope, family);
    });
  };
}

function takesAll(server: Scope, names: readonly string[]): boolean {
  return server.holes.length === 0 && names.every((name) => own(server, name).length === 0);
}

/** Where only smaller defaults are refused, the machine decides. */
function problemsIn(scope: Scope, family: Family): ConfigProblem[] {
  const wrong = wrongSizes(scope, family, PAGES.x86);
  if (wrong === undefined) return [];
  const problem = conflict(wrong.entry, wrong.says);
  if (wrongSizes(scope, family, PAGES.largest) !== undefined) return [problem];
  const message = `nginx does not start where memory pages are 4k, as on x86: ${wrong.says}`;
  return [{ ...problem, severity: 'warning', message }];
}

interface Wrong {
  readonly entry: Entry;
  readonly says: string;
}

function wrongSizes(scope: Scope, { one, all, busy, write, file }: Family, page: number): Wrong | undefined {
  const first = sizeOf(scope, one, page);
  const count = sizeOf(scope, all, 8);
  const each = sizeOf(scope, all, page, 1);
  if (first === undefined || count === undefined || each === undefined) return undefined;
  const buffers = `\`${all} ${count.bytes} ${sizeWord(each.bytes)}\`${count.entry === undefined ? ' (the default)' : ''}`;
  if (count.bytes < 2) return at(scope, [count], `\`${all}\` has at least 2 buffers`);

  const largest = first.bytes > each.bytes ? first : each;
  const word = `${first.bytes > each.bytes ? `\`${one}\`` : `one of \`${all}\``}, ${sizeWord(largest.bytes)}`;
  const limit = sizeOf(scope, busy, 2 * largest.bytes);
  if (limit === undefined) return undefined;
  if (limit.bytes < largest.bytes)
    return at(scope, [limit, largest], `\`${busy}\` (${sizeWord(limit.bytes)}) is at least as large as ${word}`);
  const room = (count.bytes - 1) * each.bytes;
  if (limit.bytes > room) {
    const what =
      limit.entry === undefined
        ? `\`${busy}\`, by default twice ${word}, is ${sizeWord(limit.bytes)}`
        : `\`${busy}\` is ${sizeWord(limit.bytes)}`;
    const least = Math.ceil(limit.bytes / largest.bytes) + 1;
    return at(
      scope,
      [limit, largest, count],
      `${what}, and has to fit into all of ${buffers} but one, ${sizeWord(room)}; \`${all} ${least} ${sizeWord(largest.bytes)}\` has room for it`,
    );
  }
  const parts = sizeOf(scope, write, 2 * largest.bytes);
  if (parts !== undefined && parts.bytes < largest.bytes)
    return at(scope, [parts, largest], `\`${write}\` (${sizeWord(parts.bytes)}) is at least as large as ${word}`);
  const whole = sizeOf(scope, file, 1024 ** 3);
  if (whole !== undefined && whole.bytes !== 0 && whole.bytes < largest.bytes)
    return at(scope, [whole, largest], `\`${file}\` (${sizeWord(whole.bytes)}) is 0, or at least as large as ${word}`);
  return undefined;
}

/** At the first of the sizes that this level writes itself, or else anywhere. */
function at(scope: Scope, sizes: readonly Size[], says: string): Wrong | undefined {
  const entries = sizes.flatMap(({ entry }) => entry ?? []);
  const entry = entries.find((one) => scope.entries.includes(one)) ?? entries[0];
  if (entry === undefined) return undefined;
  const where = scope.entries.includes(entry) ? '' : ` in \`${scopeWord(scope)}\``;
  return { entry, says: `${says}${where}` };
}
