/** Owns what a variable can be worth during a WebSocket handshake, from the `map` and `set` lines that define it. */

import { directiveTable } from '../../../facts/nginx-directives.ts';
import { mayBeBuiltIn } from '../../../facts/nginx-variables.ts';
import type { SourceFile } from '../../../files/store.ts';
import { remembered } from '../../../text/names.ts';
import { isMasked } from '../mask.ts';
import { type Entry, enclosing, own, type Scope, value } from '../scope.ts';
import type { Word } from '../syntax/tree.ts';
import { variablesIn } from '../syntax/variables.ts';
import { USES_ONLY } from './uses-only.ts';

/** A value during a handshake: one text, or one of several, or not to be known. */
export type Possible =
  | { readonly known: true; readonly values: readonly string[] }
  | { readonly known: false; readonly why: string };

/** The handshake that values are judged by: that of browsers (RFC 6455, 4.1). */
const HANDSHAKE: ReadonlyMap<string, string> = new Map([
  ['http_upgrade', 'websocket'],
  ['http_connection', 'Upgrade'],
  ['request_method', 'GET'],
  ['http_sec_websocket_version', '13'],
]);

/** The same for a client that asks for HTTP/2 in clear text (RFC 7540, 3.2). */
const H2C: ReadonlyMap<string, string> = new Map([
  ...HANDSHAKE,
  ['http_upgrade', 'h2c'],
  ['http_connection', 'Upgrade, HTTP2-Settings'],
  ['http_sec_websocket_version', ''],
]);

const MAX_VALUES = 64;

/** Where the variables of a project are defined. */
export interface Variables {
  /** What a value is worth in a block during a handshake. */
  evaluate(text: string, scope: Scope): Possible;
  /** The same while a client asks for `h2c`. */
  evaluateH2c(text: string, scope: Scope): Possible;
  /** The blocks of `map` that define a variable. */
  maps(name: string): readonly Entry[];
  /** Whether the project defines a variable in any way that can be seen. */
  defines(name: string): boolean;
}

function possible(values: readonly string[]): Possible {
  const unique = [...new Set(values)];
  return unique.length > MAX_VALUES
    ? { known: false, why: 'it has too many possible values' }
    : { known: true, values: unique };
}

/** Compiles a regular expression of nginx (PCRE) behind `~` or `~*`; undefined where JavaScript's differ too much to say. */
export function regex(source: string): RegExp | undefined {
  const insensitive = source.startsWith('~*');
  try {
    return new RegExp(source.slice(insensitive ? 2 : 1), insensitive ? 'i' : '');
  } catch {
    return undefined;
  }
}

/** The entry of a map that a text selects (docs, map: exact texts first, then regular expressions in order, then default). */
function select(map: Entry, text: string): Possible {
  const scope = map.scope as Scope;
  if (scope.holes.length > 0) return { known: false, why: 'part of its `map` cannot be seen' };
  let fallback = '';
  let byRegex: string | undefined;
  for (const { directive } of scope.entries) {
    const key = directive.name.value;
    const result = directive.args[0]?.value ?? '';
    if (key === 'default') fallback = result;
    else if (key === 'hostnames' || key === 'volatile') continue;
    else if (key.startsWith('~')) {
      const compiled = regex(key);
      if (compiled === undefined)
        return { known: false, why: 'its `map` has a regular expression that cannot be judged' };
      if (byRegex === undefined && compiled.test(text)) byRegex = result;
    } else if ((key.startsWith('\\') ? key.slice(1) : key).toLowerCase() === text.toLowerCase())
      return { known: true, values: [result] };
  }
  return { known: true, values: [byRegex ?? fallback] };
}

/** The groups that a regular expression names: nginx makes variables of them. */
const NAMED_GROUP = /\(\?P?[<'](\w+)[>']/g;

/** The variable that an argument stands for: `$name` or `${name}`. */
function definedBy(word: Word | undefined): string | undefined {
  return word?.value.startsWith('$') === true ? word.value.slice(1).replace(/^\{(.*)\}$/, '$1') : undefined;
}

function listUnder<T>(lists: Map<string, T[]>, name: string, one: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [one]);
  else list.push(one);
}

/** What is no value in a `geo` block (ngx_http_geo). */
const GEO_SETTINGS = new Set(['delete', 'proxy', 'proxy_recursive', 'ranges', 'include', 'volatile']);

/** One of the values that a block of `geo` or `split_clients` has; which one depends on the client. */
function choiceWorth({ directive, scope }: Entry): Possible {
  const name = directive.name.value;
  if (scope === undefined || scope.holes.length > 0 || own(scope, 'include').length > 0)
    return { known: false, why: `part of its \`${name}\` cannot be seen` };
  const lines = scope.entries.filter((entry) => name !== 'geo' || !GEO_SETTINGS.has(entry.directive.name.value));
  const values = lines.map((entry) => value(entry) ?? '');
  if (values.some((text) => text.includes('$') || isMasked(text)))
    return { known: false, why: `its \`${name}\` has values that are not known` };
  const isComplete = own(scope, name === 'geo' ? 'default' : '*').length > 0;
  return possible(isComplete ? values : [...values, '']);
}

/** What some blocks define. */
export interface Definitions {
  readonly maps: readonly (readonly [name: string, map: Entry])[];
  readonly sets: readonly (readonly [name: string, set: Assigned])[];
  /** Blocks of `geo` and `split_clients`, whose values are all written there. */
  readonly choices: readonly (readonly [name: string, choice: Entry])[];
  /** By other directives, or by groups of regular expressions. */
  readonly others: readonly string[];
}

interface Assigned {
  readonly entry: Entry;
  readonly scope: Scope;
}

const hasGroups = new WeakMap<SourceFile, boolean>();

function mayHaveGroups(file: SourceFile): boolean {
  let has = hasGroups.get(file);
  if (has === undefined) {
    has = file.text.includes('(?');
    hasGroups.set(file, has);
  }
  return has;
}

/** Whether a directive may define variables: not those that only use them, nor those that take a flag, a number or a time. */
const mayDefine = remembered(
  (word) =>
    !USES_ONLY.has(word) &&
    !(directiveTable().get(word) ?? []).some(({ value }) => value !== undefined && value.kind !== 'words'),
);

/** The variables that blocks define; undefined where they define none, as most servers. */
export function definitionsIn(scopes: readonly Scope[]): Definitions | undefined {
  const maps: [string, Entry][] = [];
  const sets: [string, Assigned][] = [];
  const choices: [string, Entry][] = [];
  const others: string[] = [];
  const findGroups = (text: string): void => {
    if (!text.includes('(?')) return;
    for (const [, name] of text.matchAll(NAMED_GROUP)) if (name !== undefined) others.push(name);
  };
  let file: SourceFile | undefined;
  let looksForGroups = false;
  const telling = new Set([...(scopes[0]?.vocabulary.names ?? [])].filter(mayDefine));
  for (const scope of scopes) {
    const { entries } = scope;
    // By number: large configurations have a hundred thousand lines.
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at] as Entry;
      if (entry.file !== file) {
        file = entry.file;
        looksForGroups = mayHaveGroups(file);
      }
      const { name: word } = entry;
      if (!looksForGroups && !telling.has(word)) continue;
      const { args } = entry.directive;
      if (word === 'map') {
        const defined = definedBy(args[1]);
        if (defined !== undefined) maps.push([defined, entry]);
      } else if (word === 'set') {
        const defined = definedBy(args[0]);
        if (defined !== undefined) sets.push([defined, { entry, scope }]);
      } else if (word === 'geo' || word === 'split_clients') {
        const defined = definedBy(args.at(-1));
        if (defined !== undefined) choices.push([defined, entry]);
      } else if (!USES_ONLY.has(word)) {
        // js_set, set_by_lua, auth_request_set, geoip2 entries and what other modules bring.
        for (const arg of word === 'auth_request_set' ? args.slice(0, 1) : args) {
          const defined = definedBy(arg);
          if (defined !== undefined) others.push(defined);
        }
        if (word.startsWith('$')) others.push(word.slice(1));
      }
      if (!looksForGroups) continue;
      findGroups(word);
      for (const arg of args) findGroups(arg.value);
    }
  }
  const count = maps.length + sets.length + choices.length + others.length;
  return count === 0 ? undefined : { maps, sets, choices, others };
}

/** `main` is the outermost level, in which the values of maps are evaluated. */
export function variablesOf(main: Scope, definitions: readonly Definitions[]): Variables {
  const maps = new Map<string, Entry[]>();
  const sets = new Map<string, Assigned[]>();
  const choices = new Map<string, Entry[]>();
  const others = new Set<string>();
  for (const found of definitions) {
    for (const [name, entry] of found.maps) listUnder(maps, name, entry);
    for (const [name, set] of found.sets) listUnder(sets, name, set);
    for (const [name, entry] of found.choices) listUnder(choices, name, entry);
    for (const name of found.others) others.add(name);
  }

  const evaluatorFor = (request: ReadonlyMap<string, string>): Variables['evaluate'] => {
    const evaluate = (text: string, scope: Scope, depth: number): Possible => {
      if (isMasked(text)) return { known: false, why: 'a template writes it' };
      if (!text.includes('$')) return { known: true, values: [text] };
      if (depth > 16) return { known: false, why: 'its variables refer to each other' };
      let results: string[] = [''];
      let at = 0;
      const append = (more: readonly string[]) => {
        results = results.flatMap((head) => more.map((tail) => head + tail)).slice(0, MAX_VALUES + 1);
      };
      for (const variable of variablesIn(text)) {
        append([text.slice(at, variable.start)]);
        const worth = variableWorth(variable.name, scope, depth);
        if (!worth.known) return worth;
        append(worth.values);
        at = variable.end;
      }
      append([text.slice(at)]);
      return possible(results);
    };

    const variableWorth = (name: string, scope: Scope, depth: number): Possible => {
      const fixed = request.get(name);
      if (fixed !== undefined) return { known: true, values: [fixed] };
      // Where a name is mapped twice, nginx uses the last one.
      const map = maps.get(name)?.at(-1);
      if (map !== undefined && !sets.has(name)) return mapWorth(map, depth);
      const chosen = choices.get(name)?.at(-1);
      const assigned = sets.get(name);
      if (chosen !== undefined && map === undefined && assigned === undefined && !others.has(name))
        return choiceWorth(chosen);
      if (assigned !== undefined && map === undefined && chosen === undefined) {
        const worth = assignedWorth(assigned, scope, depth);
        if (worth !== undefined) return worth;
      }
      const defined =
        map !== undefined || chosen !== undefined || assigned !== undefined || others.has(name) || mayBeBuiltIn(name);
      return {
        known: false,
        why: `\`$${name}\` is ${defined ? 'not known before a request' : 'defined nowhere that can be seen'}`,
      };
    };

    /** One of all values that `set` lines of the server give; none of them where no line is sure to run. */
    const assignedWorth = (lines: readonly Assigned[], scope: Scope, depth: number): Possible | undefined => {
      const server = enclosing(scope, 'server');
      const always = lines.filter((line) => line.scope.name === 'server' || line.scope === scope);
      if (lines.some((line) => enclosing(line.scope, 'server') !== server)) return undefined;
      if (always.length === 0 || lines.length > MAX_VALUES) return undefined;
      const all: string[] = [];
      for (const line of lines) {
        const worth = evaluate(value(line.entry, 1) ?? '', line.scope, depth + 1);
        if (!worth.known) return worth;
        all.push(...worth.values);
      }
      return possible(all);
    };

    const mapWorth = (map: Entry, depth: number): Possible => {
      const source = evaluate(value(map) ?? '', main, depth + 1);
      const scope = map.scope;
      if (scope === undefined) return { known: false, why: 'its `map` has no block' };
      if (source.known) {
        const selected: string[] = [];
        for (const text of source.values) {
          const result = select(map, text);
          if (!result.known) return result;
          for (const chosen of result.values) {
            const worth = evaluate(chosen, main, depth + 1);
            if (!worth.known) return worth;
            selected.push(...worth.values);
          }
        }
        return possible(selected);
      }
      if (scope.holes.length > 0) return { known: false, why: 'part of its `map` cannot be seen' };
      const all: string[] = own(scope, 'default').length > 0 ? [] : [''];
      for (const { directive } of scope.entries) {
        if (directive.args.length !== 1) continue;
        const worth = evaluate(directive.args[0]?.value ?? '', main, depth + 1);
        if (!worth.known) return worth;
        all.push(...worth.values);
      }
      return possible(all);
    };

    /** Only `set` makes a value differ between blocks; without one, each text is evaluated once. */
    const everywhere = sets.size === 0 ? new Map<string, Possible>() : undefined;
    const evaluateIn = (text: string, scope: Scope): Possible => {
      const known = everywhere?.get(text);
      if (known !== undefined) return known;
      const worth = evaluate(text, scope, 0);
      everywhere?.set(text, worth);
      return worth;
    };
    return evaluateIn;
  };

  return {
    evaluate: evaluatorFor(HANDSHAKE),
    evaluateH2c: evaluatorFor(H2C),
    maps: (name) => maps.get(name) ?? [],
    defines: (name) => maps.has(name) || sets.has(name) || choices.has(name) || others.has(name),
  };
}
