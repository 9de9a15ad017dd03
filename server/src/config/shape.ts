/** Owns shapes: what a JSON value may be, from which its reading, the problems of reading it and its JSON Schema come. */
import type { Node } from 'jsonc-parser';
import { didYouMean } from '../text/nearest.ts';
import type { Span } from '../text/span.ts';

/** A rule as settings know it. */
export interface RuleName {
  readonly id: string;
  readonly summary: string;
}

/** What reading needs, and where it says what it could not use. */
export interface Reading {
  readonly rules: readonly RuleName[];
  /** What the value is called in messages: `"expiryDays"`. */
  readonly name: string;
  report(at: Span, message: string): void;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** One kind of value. `read` answers undefined, and has said why, when the value cannot be used. */
export interface Shape<T> {
  read(node: Node, reading: Reading): T | undefined;
  schema(rules: readonly RuleName[]): JsonSchema;
}

/** A property of an object, with the sentence that editors show. */
export interface Property<T> {
  readonly description: string;
  readonly shape: Shape<T>;
}

export function spanOf(node: Node): Span {
  return { start: node.offset, end: node.offset + node.length };
}

/** A text that `pattern` matches; `says` completes "must be …". */
export function text(says: string, pattern: RegExp = /./): Shape<string> {
  return {
    read(node, { name, report }) {
      if (typeof node.value === 'string' && pattern.test(node.value)) return node.value;
      report(spanOf(node), `${name} must be ${says}`);
      return undefined;
    },
    schema: () => ({ type: 'string', pattern: pattern.source }),
  };
}

/** A whole number from `minimum` on. */
export function wholeNumber(minimum: number): Shape<number> {
  return {
    read(node, { name, report }) {
      if (Number.isSafeInteger(node.value) && node.value >= minimum) return node.value;
      report(spanOf(node), `${name} must be a whole number, ${minimum} or more`);
      return undefined;
    },
    schema: () => ({ type: 'integer', minimum }),
  };
}

export function choice<T extends string>(values: readonly T[]): Shape<T> {
  return {
    read(node, { name, report }) {
      const value = values.find((each) => each === node.value);
      const near = typeof node.value === 'string' ? didYouMean(node.value, values) : '';
      if (value === undefined) report(spanOf(node), `${name} must be ${alternatives(values)}${near}`);
      return value;
    },
    schema: () => ({ enum: values }),
  };
}

/** A list; members that cannot be used are left out. */
export function list<T>(of: Shape<T>): Shape<readonly T[]> {
  return {
    read(node, reading) {
      if (node.type !== 'array') {
        reading.report(spanOf(node), `${reading.name} must be a list: [ … ]`);
        return undefined;
      }
      return (node.children ?? [])
        .map((child) => of.read(child, { ...reading, name: `each of ${reading.name}` }))
        .filter((member) => member !== undefined);
    },
    schema: (rules) => ({ type: 'array', items: of.schema(rules) }),
  };
}

/** The names that a dictionary may have: `problem` says what is wrong with another one. */
export interface Names {
  problem(name: string, rules: readonly RuleName[]): string | undefined;
  /** The schema of a dictionary whose values have the schema `value`. */
  schema(value: JsonSchema, rules: readonly RuleName[]): JsonSchema;
}

/** Values by names of the user. */
export function dictionary<T>(names: Names, of: Shape<T>): Shape<ReadonlyMap<string, T>> {
  return {
    read(node, reading) {
      const out = new Map<string, T>();
      const members = membersOf(node, reading);
      for (const { name, key, value } of members ?? []) {
        const problem = names.problem(name, reading.rules);
        if (problem !== undefined) {
          reading.report(spanOf(key), problem);
          continue;
        }
        const read = of.read(value, { ...reading, name: `"${name}"` });
        if (read !== undefined) out.set(name, read);
      }
      return members && out;
    },
    schema: (rules) => ({ type: 'object', ...names.schema(of.schema(rules), rules) }),
  };
}

/** An object with these properties and no others; `required` ones must be there for it to be used. */
export function object<T extends object>(
  properties: { readonly [K in keyof T]: Property<T[K]> },
  required: readonly (keyof T & string)[],
): Shape<Partial<T>> {
  const byName = new Map<string, Property<unknown>>(Object.entries(properties));
  return {
    read(node, reading) {
      const members = membersOf(node, reading);
      if (members === undefined) return undefined;
      const out = new Map<string, unknown>();
      for (const { name, key, value } of members) {
        const property = byName.get(name);
        if (property === undefined) {
          reading.report(spanOf(key), `there is no setting "${name}"${didYouMean(name, byName.keys())}`);
          continue;
        }
        const read = property.shape.read(value, { ...reading, name: `"${name}"` });
        if (read !== undefined) out.set(name, read);
      }
      const missing = required.find((name) => !members.some((member) => member.name === name));
      if (missing !== undefined) reading.report(spanOf(node), `"${missing}" is missing here`);
      if (required.some((name) => !out.has(name))) return undefined;
      // Each value came from the shape of its own property.
      return Object.fromEntries(out) as Partial<T>;
    },
    schema: (rules) => ({
      type: 'object',
      properties: Object.fromEntries(
        [...byName].map(([name, { description, shape }]) => [name, { description, ...shape.schema(rules) }]),
      ),
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: false,
    }),
  };
}

/** `a`, `a or b`, `a, b or c`, each in quotation marks. */
export function alternatives(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

interface Member {
  readonly name: string;
  readonly key: Node;
  readonly value: Node;
}

/** The members of an object in their order; of a name that is given twice, the last one, as JSON parsers do. */
function membersOf(node: Node, { name, report }: Reading): readonly Member[] | undefined {
  if (node.type !== 'object') {
    report(spanOf(node), `${name} must be an object: { … }`);
    return undefined;
  }
  const members = new Map<string, Member>();
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue;
    const own = String(key.value);
    const earlier = members.get(own);
    if (earlier !== undefined) report(spanOf(earlier.key), `"${own}" is given twice; the last one counts`);
    members.set(own, { name: own, key, value });
  }
  return [...members.values()];
}
