/** Owns which values depend on certain built-in variables, directly or through `map`, `geo` and `set`. */
import { mayBeBuiltIn } from '../../../facts/nginx-variables.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, enclosing, type Scope, value } from '../scope.ts';
import { variablesIn } from '../syntax/variables.ts';

/** `maybe`: it has a variable whose definition cannot be seen, or is made by a module that wsslint does not evaluate. */
export type Dependence = 'yes' | 'no' | 'maybe';

interface Definition {
  readonly texts: readonly string[];
}

function bare(text: string | undefined): string | undefined {
  return text?.startsWith('$') === true ? text.slice(1).replace(/^\{(.*)\}$/, '$1') : undefined;
}

function mapTexts(map: Entry): string[] {
  const inner = map.scope?.entries ?? [];
  return [value(map) ?? '', ...inner.flatMap(({ directive }) => [directive.wording.name, ...directive.wording.values])];
}

/** A `set` in an `if` depends on the condition as well. */
function setTexts(entry: Entry, scope: Scope): string[] {
  const condition = enclosing(scope, 'if')?.opener?.directive.wording.values ?? [];
  return [value(entry, 1) ?? '', ...condition];
}

/** Says of a text whether its value depends on a variable that `seed` accepts. */
export function dependenceOn(project: NginxProject, seed: (name: string) => boolean): (text: string) => Dependence {
  const definitions = new Map<string, Definition[]>();
  const define = (name: string | undefined, texts: readonly string[]): void => {
    if (name === undefined) return;
    const known = definitions.get(name);
    if (known === undefined) definitions.set(name, [{ texts }]);
    else known.push({ texts });
  };
  for (const scope of project.scopes) {
    for (const entry of scope.entries) {
      const word = entry.directive.wording.name;
      if (word === 'map') define(bare(value(entry, 1)), mapTexts(entry));
      else if (word === 'geo')
        define(bare(value(entry, entry.directive.wording.values.length - 1)), [value(entry) ?? '']);
      else if (word === 'split_clients') define(bare(value(entry, 1)), [value(entry) ?? '']);
      else if (word === 'set') define(bare(value(entry)), setTexts(entry, scope));
    }
  }
  const known = new Map<string, Dependence>();
  const ofName = (name: string): Dependence => {
    if (seed(name)) return 'yes';
    const before = known.get(name);
    if (before !== undefined) return before;
    const mine = definitions.get(name);
    if (mine === undefined) return mayBeBuiltIn(name) ? 'no' : 'maybe';
    // What refers to itself adds nothing of its own.
    known.set(name, 'no');
    const result = strongest(mine.flatMap(({ texts }) => texts.map(ofText)));
    known.set(name, result);
    return result;
  };
  const ofText = (text: string): Dependence =>
    text.includes('$') ? strongest(variablesIn(text).map(({ name }) => ofName(name))) : 'no';
  return ofText;
}

function strongest(all: readonly Dependence[]): Dependence {
  return all.includes('yes') ? 'yes' : all.includes('maybe') ? 'maybe' : 'no';
}
