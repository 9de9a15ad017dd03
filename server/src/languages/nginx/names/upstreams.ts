/** Owns where upstreams are defined and used: in `proxy_pass` and its kin, and in the variables that these take. */
import type { NginxProject } from '../project.ts';
import { type Entry, type Scope, value } from '../scope.ts';
import type { Word } from '../syntax/tree.ts';
import { variablesIn } from '../syntax/variables.ts';
import { type Occurrence, placeInWord, worldOf } from './occurrences.ts';

/** The schemes that a directive's address may begin with; `proxy_pass` of `http` needs one, `redirect` is a text for it. */
const SCHEMES: ReadonlyMap<string, RegExp> = new Map([
  ['proxy_pass', /^https?:\/\//i],
  ['proxy_redirect', /^https?:\/\//i],
  ['grpc_pass', /^(?:grpcs?:\/\/)?/i],
  ['uwsgi_pass', /^(?:s?uwsgi:\/\/)?/i],
  ['fastcgi_pass', /^/],
  ['scgi_pass', /^/],
  ['memcached_pass', /^/],
]);
const ANY_SCHEME = /^(?:[a-z]+:\/\/)?/i;
const NO_SCHEME = /^/;

/** What a value gives: an address with its scheme, or only the host of one. */
type Form = 'address' | 'host';

interface Value {
  readonly entry: Entry;
  readonly word: Word;
}

/** All occurrences of upstreams. nginx ignores the case of their names (ngx_http_upstream_add). */
export function upstreamOccurrences(project: NginxProject): Occurrence[] {
  const out: Occurrence[] = [];
  const values = valuesByVariable(project);
  const followed = new Set<string>();
  const put = (entry: Entry, word: Word, start: number, end: number, world: string, defines: boolean): void => {
    const place = placeInWord(entry.file, word, start, end);
    const name = word.value.slice(start, end);
    const key = `${world} upstream ${name.toLowerCase()}`;
    out.push({ file: entry.file.id, span: place, area: place, kind: 'upstream', key, name, defines });
  };
  const use = (entry: Entry, word: Word, schemes: RegExp, world: string): void => {
    const scheme = schemes.exec(word.value)?.[0];
    const start = scheme?.length ?? 0;
    const [first] = word.value.includes('$') ? variablesIn(word.value) : [];
    if (first !== undefined && first.start === start) follow(first.name, start === 0 ? 'address' : 'host', world);
    if (scheme === undefined || /^unix:/i.test(word.value.slice(start))) return;
    const end = start + (/^[^/?#:$]*/.exec(word.value.slice(start))?.[0].length ?? 0);
    if (end > start && word.value[end] !== '$') put(entry, word, start, end, world, false);
  };
  const follow = (name: string, form: Form, world: string): void => {
    const key = `${world} ${name.toLowerCase()}`;
    if (followed.has(`${form} ${key}`)) return;
    followed.add(`${form} ${key}`);
    for (const { entry, word } of values.get(key) ?? [])
      use(entry, word, form === 'host' ? NO_SCHEME : ANY_SCHEME, world);
  };

  for (const scope of project.scopes) {
    const world = worldOf(scope);
    for (const entry of scope.entries) {
      const { name, args } = entry.directive;
      const [first] = args;
      if (first === undefined) continue;
      if (name.value === 'upstream' && entry.scope !== undefined) {
        put(entry, first, 0, first.value.length, world, true);
      } else {
        const schemes = SCHEMES.get(name.value);
        if (schemes !== undefined) use(entry, first, world === 'stream' ? NO_SCHEME : schemes, world);
      }
    }
  }
  return out;
}

/** The values that `set`, `map`, `geo` and `split_clients` give to each variable. */
function valuesByVariable(project: NginxProject): Map<string, Value[]> {
  const values = new Map<string, Value[]>();
  const add = (name: string | undefined, scope: Scope, entry: Entry, word: Word | undefined): void => {
    if (name === undefined || word === undefined || !name.startsWith('$')) return;
    const key = `${worldOf(scope)} ${name.slice(1).replace(/[{}]/g, '').toLowerCase()}`;
    const list = values.get(key);
    if (list === undefined) values.set(key, [{ entry, word }]);
    else list.push({ entry, word });
  };
  for (const scope of project.scopes) {
    for (const entry of scope.entries) {
      switch (entry.directive.name.value) {
        case 'set':
          add(value(entry, 0), scope, entry, entry.directive.args[1]);
          break;
        case 'map':
        case 'geo':
        case 'split_clients':
          for (const line of entry.scope?.entries ?? [])
            add(entry.directive.args.at(-1)?.value, scope, line, line.directive.args[0]);
      }
    }
  }
  return values;
}
