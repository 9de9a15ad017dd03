/** Owns the variables of a project: which lines define them, and what they are worth in the requests that rules ask about. */

import { directiveTable } from '../../../facts/nginx-directives.ts';
import type { SourceFile } from '../../../files/store.ts';
import { remembered } from '../../../text/names.ts';
import type { Entry, Scope } from '../scope.ts';
import { TABLES, type Wording } from '../syntax/tree.ts';
import { USES_ONLY } from './uses-only.ts';
import { type Assigned, type Defined, Evaluator, type Possible } from './values.ts';

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

/** A request that came before the handshake was through (docs, var_ssl_early_data). */
const EARLY: ReadonlyMap<string, string> = new Map([['ssl_early_data', '1']]);

/** Where the variables of a project are defined. */
export interface Variables {
  /** What a value is worth in a block during a handshake. */
  evaluate(text: string, scope: Scope): Possible;
  /** The same while a client asks for `h2c`. */
  evaluateH2c(text: string, scope: Scope): Possible;
  /** The same in a request that came as early data, of which nothing else is known. */
  evaluateEarly(text: string, scope: Scope): Possible;
  /** The blocks of `map` that define a variable. */
  maps(name: string): readonly Entry[];
  /** Whether the project defines a variable in any way that can be seen. */
  defines(name: string): boolean;
}

/** The groups that a regular expression names: nginx makes variables of them. */
const NAMED_GROUP = /\(\?P?[<'](\w+)[>']/g;

/** The variable that an argument stands for: `$name` or `${name}`. */
function definedBy(text: string | undefined): string | undefined {
  return text?.startsWith('$') === true ? text.slice(1).replace(/^\{(.*)\}$/, '$1') : undefined;
}

function listUnder<T>(lists: Map<string, T[]>, name: string, one: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [one]);
  else list.push(one);
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

/** Definitions while they are being found. */
interface Growing {
  readonly maps: [string, Entry][];
  readonly sets: [string, Assigned][];
  readonly choices: [string, Entry][];
  readonly others: string[];
}

function addDefinitions({ maps, sets, choices, others }: Growing, entry: Entry, scope: Scope): void {
  const { name: word } = entry;
  const { values } = entry.directive.wording;
  if (word === 'map') {
    const defined = definedBy(values[1]);
    if (defined !== undefined) maps.push([defined, entry]);
  } else if (word === 'set') {
    const defined = definedBy(values[0]);
    if (defined !== undefined) sets.push([defined, { entry, scope }]);
  } else if (word === 'geo' || word === 'split_clients') {
    const defined = definedBy(values.at(-1));
    if (defined !== undefined) choices.push([defined, entry]);
  } else {
    // js_set, set_by_lua, auth_request_set, geoip2 entries and what other modules bring.
    for (const text of word === 'auth_request_set' ? values.slice(0, 1) : values) {
      const defined = definedBy(text);
      if (defined !== undefined) others.push(defined);
    }
    if (word.startsWith('$')) others.push(word.slice(1));
  }
}

function addGroups(others: string[], { name, values }: Wording): void {
  for (const text of [name, ...values])
    if (text.includes('(?'))
      for (const [, group] of text.matchAll(NAMED_GROUP)) if (group !== undefined) others.push(group);
}

/** The variables that blocks define; undefined where they define none, as most servers. */
export function definitionsIn(scopes: readonly Scope[]): Definitions | undefined {
  const found: Growing = { maps: [], sets: [], choices: [], others: [] };
  let file: SourceFile | undefined;
  let looksForGroups = false;
  const telling = new Set([...(scopes[0]?.vocabulary.names ?? [])].filter(mayDefine));
  for (const scope of scopes) {
    const { entries } = scope;
    const isTable = TABLES.has(scope.name);
    // By number: large configurations have a hundred thousand lines.
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at] as Entry;
      if (entry.file !== file) {
        file = entry.file;
        looksForGroups = mayHaveGroups(file);
      }
      if (!isTable && telling.has(entry.name)) addDefinitions(found, entry, scope);
      if (looksForGroups) addGroups(found.others, entry.directive.wording);
    }
  }
  const { maps, sets, choices, others } = found;
  return maps.length + sets.length + choices.length + others.length === 0 ? undefined : found;
}

/** What all the lines of a project define, by name. */
function collected(definitions: readonly Definitions[]): Defined {
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
  return { maps, sets, choices, others };
}

/** `main` is the outermost level, in which the values of maps are evaluated. */
export function variablesOf(main: Scope, definitions: readonly Definitions[]): Variables {
  const defined = collected(definitions);
  const { maps, sets, choices, others } = defined;
  const handshake = new Evaluator(main, defined, HANDSHAKE);
  const h2c = new Evaluator(main, defined, H2C);
  const early = new Evaluator(main, defined, EARLY);
  return {
    evaluate: (text, scope) => handshake.evaluate(text, scope),
    evaluateH2c: (text, scope) => h2c.evaluate(text, scope),
    evaluateEarly: (text, scope) => early.evaluate(text, scope),
    maps: (name) => maps.get(name) ?? [],
    defines: (name) => maps.has(name) || sets.has(name) || choices.has(name) || others.has(name),
  };
}
