/** Owns what values with variables can be worth in a request of which some is known, by what `map`, `set`, `geo` and `split_clients` give. */
import { mayBeBuiltIn } from '../../../facts/nginx-variables.ts';
import { isMasked } from '../mask.ts';
import { type Entry, enclosing, own, type Scope, value } from '../scope.ts';
import { variablesIn } from '../syntax/variables.ts';

/** A value in a request: one text, or one of several, or not to be known. */
export type Possible =
  | { readonly known: true; readonly values: readonly string[] }
  | { readonly known: false; readonly why: string };

/** A `set` line and the block that it stands in. */
export interface Assigned {
  readonly entry: Entry;
  readonly scope: Scope;
}

/** What a project defines, by the names of variables. */
export interface Defined {
  readonly maps: ReadonlyMap<string, readonly Entry[]>;
  readonly sets: ReadonlyMap<string, readonly Assigned[]>;
  readonly choices: ReadonlyMap<string, readonly Entry[]>;
  readonly others: ReadonlySet<string>;
}

const MAX_VALUES = 64;
const MAX_DEPTH = 16;

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
    const key = directive.wording.name;
    const result = directive.wording.values[0] ?? '';
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

/** What is no value in a `geo` block (ngx_http_geo). */
const GEO_SETTINGS = new Set(['delete', 'proxy', 'proxy_recursive', 'ranges', 'include', 'volatile']);

/** One of the values that a block of `geo` or `split_clients` has; which one depends on the client. */
function choiceWorth({ directive, scope }: Entry): Possible {
  const name = directive.wording.name;
  if (scope === undefined || scope.holes.length > 0 || own(scope, 'include').length > 0)
    return { known: false, why: `part of its \`${name}\` cannot be seen` };
  const lines = scope.entries.filter((entry) => name !== 'geo' || !GEO_SETTINGS.has(entry.directive.wording.name));
  const values = lines.map((entry) => value(entry) ?? '');
  if (values.some((text) => text.includes('$') || isMasked(text)))
    return { known: false, why: `its \`${name}\` has values that are not known` };
  const isComplete = own(scope, name === 'geo' ? 'default' : '*').length > 0;
  return possible(isComplete ? values : [...values, '']);
}

/** Works values out for one kind of request, of which it knows some variables. */
export class Evaluator {
  /** Only `set` makes a value differ between blocks; without one, each text is evaluated once. */
  private readonly everywhere: Map<string, Possible> | undefined;

  /** `main` is the outermost level, in which the values of maps are evaluated. */
  constructor(
    private readonly main: Scope,
    private readonly defined: Defined,
    private readonly request: ReadonlyMap<string, string>,
  ) {
    this.everywhere = defined.sets.size === 0 ? new Map() : undefined;
  }

  /** What a text is worth in a block. */
  evaluate(text: string, scope: Scope): Possible {
    const known = this.everywhere?.get(text);
    if (known !== undefined) return known;
    const worth = this.textWorth(text, scope, 0);
    this.everywhere?.set(text, worth);
    return worth;
  }

  private textWorth(text: string, scope: Scope, depth: number): Possible {
    if (isMasked(text)) return { known: false, why: 'a template writes it' };
    if (!text.includes('$')) return { known: true, values: [text] };
    if (depth > MAX_DEPTH) return { known: false, why: 'its variables refer to each other' };
    let results: readonly string[] = [''];
    let at = 0;
    for (const variable of variablesIn(text)) {
      const worth = this.variableWorth(variable.name, scope, depth);
      if (!worth.known) return worth;
      results = continued(results, text.slice(at, variable.start), worth.values);
      at = variable.end;
    }
    const end = text.slice(at);
    return possible(end === '' ? results : results.map((head) => head + end));
  }

  private variableWorth(name: string, scope: Scope, depth: number): Possible {
    const fixed = this.request.get(name);
    if (fixed !== undefined) return { known: true, values: [fixed] };
    const { maps, sets, choices, others } = this.defined;
    // Where a name is mapped twice, nginx uses the last one.
    const map = maps.get(name)?.at(-1);
    const assigned = sets.get(name);
    if (map !== undefined && assigned === undefined) return this.mapWorth(map, depth);
    const chosen = choices.get(name)?.at(-1);
    if (chosen !== undefined && map === undefined && assigned === undefined && !others.has(name))
      return choiceWorth(chosen);
    if (assigned !== undefined && map === undefined && chosen === undefined) {
      const worth = this.assignedWorth(assigned, scope, depth);
      if (worth !== undefined) return worth;
    }
    const isDefined =
      map !== undefined || chosen !== undefined || assigned !== undefined || others.has(name) || mayBeBuiltIn(name);
    return {
      known: false,
      why: `\`$${name}\` is ${isDefined ? 'not known before a request' : 'defined nowhere that can be seen'}`,
    };
  }

  /** One of all values that `set` lines of the server give; none of them where no line is sure to run. */
  private assignedWorth(lines: readonly Assigned[], scope: Scope, depth: number): Possible | undefined {
    const server = enclosing(scope, 'server');
    const isSure = lines.some((line) => line.scope.name === 'server' || line.scope === scope);
    if (lines.some((line) => enclosing(line.scope, 'server') !== server)) return undefined;
    if (!isSure || lines.length > MAX_VALUES) return undefined;
    const all: string[] = [];
    for (const line of lines) {
      const worth = this.textWorth(value(line.entry, 1) ?? '', line.scope, depth + 1);
      if (!worth.known) return worth;
      all.push(...worth.values);
    }
    return possible(all);
  }

  private mapWorth(map: Entry, depth: number): Possible {
    const source = this.textWorth(value(map) ?? '', this.main, depth + 1);
    const { scope } = map;
    if (scope === undefined) return { known: false, why: 'its `map` has no block' };
    return source.known ? this.selectedBy(source.values, map, depth) : this.anyOf(scope, depth);
  }

  /** What a map makes of some texts. */
  private selectedBy(texts: readonly string[], map: Entry, depth: number): Possible {
    const selected: string[] = [];
    for (const text of texts) {
      const result = select(map, text);
      if (!result.known) return result;
      for (const chosen of result.values) {
        const worth = this.textWorth(chosen, this.main, depth + 1);
        if (!worth.known) return worth;
        selected.push(...worth.values);
      }
    }
    return possible(selected);
  }

  /** What a map makes of any text. */
  private anyOf(scope: Scope, depth: number): Possible {
    if (scope.holes.length > 0) return { known: false, why: 'part of its `map` cannot be seen' };
    const all: string[] = own(scope, 'default').length > 0 ? [] : [''];
    for (const { directive } of scope.entries) {
      if (directive.args.length !== 1) continue;
      const worth = this.textWorth(directive.wording.values[0] ?? '', this.main, depth + 1);
      if (!worth.known) return worth;
      all.push(...worth.values);
    }
    return possible(all);
  }
}

/** Each of some beginnings with a text and each of some ends behind it, as far as they are counted. */
function continued(heads: readonly string[], middle: string, ends: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (const head of heads) {
    for (const end of ends) {
      if (out.length > MAX_VALUES) return out;
      out.push(head + middle + end);
    }
  }
  return out;
}
