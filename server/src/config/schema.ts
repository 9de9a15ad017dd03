/** Owns the description of all settings: names, shapes and the sentences that editors show for them. */
import type { Node } from 'jsonc-parser';
import { PRODUCTS } from '../model/target.ts';
import { didYouMean } from '../text/nearest.ts';
import type { Level, RuleSetting } from './settings.ts';
import {
  choice,
  dictionary,
  type JsonSchema,
  list,
  type Names,
  object,
  type RuleName,
  type Shape,
  spanOf,
  text,
  wholeNumber,
} from './shape.ts';

const LEVELS = ['off', 'error', 'warning', 'info'] as const satisfies readonly Level[];

/** `"off"`, a severity, or a severity with the rule's options. */
const ruleSetting: Shape<RuleSetting> = {
  read(node, reading) {
    if (node.type !== 'array') {
      const level = choice(LEVELS).read(node, reading);
      return level && { level, options: {} };
    }
    const [first, options, ...others] = node.children ?? [];
    if (first === undefined || options?.type !== 'object' || others.length > 0) {
      reading.report(spanOf(node), `${reading.name} must be a severity, or a severity and options: ["warning", { … }]`);
      return undefined;
    }
    const level = choice(LEVELS).read(first, reading);
    return level && { level, options: plain(options) };
  },
  schema: () => ({
    oneOf: [
      { enum: LEVELS },
      { type: 'array', items: [{ enum: LEVELS }, { type: 'object' }], minItems: 2, maxItems: 2 },
    ],
  }),
};

const ruleNames: Names = {
  problem(name, rules) {
    const ids = rules.map((rule) => rule.id);
    return ids.includes(name) ? undefined : `there is no rule "${name}"${didYouMean(name, ids)}`;
  },
  schema: (value, rules) => ({
    properties: Object.fromEntries(rules.map(({ id, summary }) => [id, { description: summary, ...value }])),
    additionalProperties: false,
  }),
};

const productNames: Names = {
  problem(name) {
    const isProduct = PRODUCTS.some((product) => product === name);
    return isProduct ? undefined : `there is no product "${name}"${didYouMean(name, PRODUCTS)}`;
  },
  schema: (value) => ({
    properties: Object.fromEntries(PRODUCTS.map((product) => [product, value])),
    additionalProperties: false,
  }),
};

const ABSOLUTE = /^(\/|[A-Za-z]:\/)/;

const absolutePaths: Names = {
  problem: (name) =>
    ABSOLUTE.test(name) ? undefined : `"${name}" must be an absolute path, such as "/etc/letsencrypt"`,
  schema: (value) => ({ patternProperties: { [ABSOLUTE.source]: value }, additionalProperties: false }),
};

const path = text('a path, relative to this file or absolute');

/** One path, or several that are read as one. */
const root: Shape<readonly string[]> = {
  read(node, reading) {
    if (node.type === 'array') return list(path).read(node, reading);
    const one = path.read(node, reading);
    return one === undefined ? undefined : [one];
  },
  schema: (names) => ({ oneOf: [path.schema(names), { ...list(path).schema(names), minItems: 1 }] }),
};

const rules = dictionary(ruleNames, ruleSetting);

/** What a settings file may hold, as it is written there. */
export interface WrittenSettings {
  readonly $schema: string;
  readonly target: ReadonlyMap<string, string>;
  readonly roots: readonly (readonly string[])[];
  readonly pathMap: ReadonlyMap<string, string>;
  readonly profile: 'intermediate' | 'modern';
  readonly rules: ReadonlyMap<string, RuleSetting>;
  readonly overrides: readonly Partial<WrittenOverride>[];
  readonly webSocketPaths: readonly string[];
  readonly expiryDays: number;
}

export interface WrittenOverride {
  readonly files: readonly string[];
  readonly rules: ReadonlyMap<string, RuleSetting>;
}

/** All settings. */
export const SETTINGS: Shape<Partial<WrittenSettings>> = object<WrittenSettings>(
  {
    $schema: { description: 'The JSON Schema of this file.', shape: text('an address') },
    target: {
      description:
        'The versions that will run the configuration. Without one, only what holds for every supported version is said.',
      shape: dictionary(productNames, text('a version in quotation marks, such as "1.26.3"', /^v?\d+(\.\d+)*/)),
    },
    roots: {
      description:
        'The main configuration files, where wsslint does not see by itself that they are; relative to this file. What HAProxy reads as one (`-f a.cfg -f conf.d`) is a list: ["a.cfg", "conf.d"].',
      shape: list(root),
    },
    pathMap: {
      description:
        'Folders here for absolute paths of the machine that runs the configuration: {"/etc/letsencrypt": "./letsencrypt"}.',
      shape: dictionary(absolutePaths, path),
    },
    profile: {
      description: "Mozilla's TLS recommendation that fixes follow.",
      shape: choice(['intermediate', 'modern']),
    },
    rules: {
      description: 'Rules by id: "off", another severity, or a severity with options.',
      shape: rules,
    },
    overrides: {
      description: 'Other rule settings for some files; the last one that matches wins.',
      shape: list(
        object<WrittenOverride>(
          {
            files: {
              description: 'Patterns relative to this file: "staging/**", "*.local.conf".',
              shape: list(text('a file pattern')),
            },
            rules: { description: 'Rules by id, as in "rules" of the whole file.', shape: rules },
          },
          ['files', 'rules'],
        ),
      ),
    },
    webSocketPaths: {
      description: 'Paths that are WebSockets, though nothing in the configuration says so.',
      shape: list(text('a path that starts with "/"', /^\//)),
    },
    expiryDays: {
      description: 'Days before its end from which a certificate is reported.',
      shape: wholeNumber(0),
    },
  },
  [],
);

/** The JSON Schema of wsslint.json, with these rules. */
export function jsonSchema(rules: readonly RuleName[]): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Settings of wsslint',
    // What VS Code's JSON support asks before it accepts comments and trailing commas.
    allowComments: true,
    allowTrailingCommas: true,
    ...SETTINGS.schema(rules),
  };
}

/** A rule's options as plain values; `Object.fromEntries` makes `__proto__` an ordinary name. */
function plain(node: Node): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
      key === undefined || value === undefined ? [] : [[String(key.value), plainValue(value)]],
    ),
  );
}

function plainValue(node: Node): unknown {
  if (node.type === 'object') return plain(node);
  return node.type === 'array' ? (node.children ?? []).map(plainValue) : node.value;
}
