/** Owns that the extension's manifest agrees with what it describes: files, settings, grammars, languages. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonSchema } from '../../server/src/config/schema.ts';
import { grammars } from '../../syntaxes/src/index.ts';
import { repositoryRoot } from '../kit/root.ts';

interface Setting {
  readonly type: string;
  readonly enum?: readonly string[];
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly additionalProperties?: unknown;
}

interface Manifest {
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly languages: readonly {
      id: string;
      configuration?: string;
      extensions?: string[];
      filenamePatterns?: string[];
    }[];
    readonly grammars: readonly { language: string; scopeName: string; path: string }[];
    readonly jsonValidation: readonly { url: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
}

const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as Manifest;
const { languages, jsonValidation, configuration } = manifest.contributes;
const settings = configuration.properties;

it('every file that it names exists after a build', () => {
  const named = [
    ...languages.flatMap((language) => language.configuration ?? []),
    ...manifest.contributes.grammars.map((grammar) => grammar.path),
    ...jsonValidation.map(({ url }) => url),
  ];
  expect(named.filter((file) => !existsSync(join(repositoryRoot, file)))).toEqual([]);
});

it('it names each grammar once, by its scope', () => {
  const named = manifest.contributes.grammars.map(({ language, scopeName }) => [language, scopeName]).sort();
  expect(named).toEqual(
    Object.entries(grammars)
      .map(([language, { scopeName }]) => [language, scopeName])
      .sort(),
  );
});

it('it does not claim every .conf or .cfg file', () => {
  const claims = languages.flatMap(({ extensions = [], filenamePatterns = [] }) => [
    ...extensions,
    ...filenamePatterns,
  ]);
  expect(claims.filter((claim) => /^(\*\*\/)?\*?\.(conf|cfg)$/.test(claim))).toEqual([]);
});

/** What makes no sense in wsslint.json, or must not be there. */
const EDITOR_ONLY = new Set(['wsslint.trace.server', 'wsslint.nginxBinary']);

it('no workspace can name a program to run', () => {
  expect(settings['wsslint.nginxBinary']).toMatchObject({ scope: 'machine', default: '' });
  expect(Object.keys(jsonSchema([]).properties ?? {})).not.toContain('nginxBinary');
});

it('the settings are those of wsslint.json that make sense in an editor', () => {
  const inFile = Object.keys(jsonSchema([]).properties ?? {}).filter(
    (name) => name !== '$schema' && name !== 'overrides',
  );
  const inEditor = Object.keys(settings).filter((name) => !EDITOR_ONLY.has(name));
  expect(inEditor.sort()).toEqual(inFile.map((name) => `wsslint.${name}`).sort());
});

it('a setting has the same type and choices in both', () => {
  const rule = { id: 'some-rule', summary: '' };
  const properties = (jsonSchema([rule]).properties ?? {}) as Record<
    string,
    Setting & { properties?: Record<string, object> }
  >;
  for (const [name, setting] of Object.entries(settings)) {
    const other = properties[name.replace('wsslint.', '')];
    if (other === undefined) continue;
    if (other.enum) expect(setting.enum, name).toEqual(other.enum);
    else expect(setting.type, name).toBe(other.type);
    expect(setting.markdownDescription.length, name).toBeGreaterThan(20);
  }
  const { description: _, ...ofFile } = (properties.rules?.properties?.['some-rule'] ?? {}) as Record<string, unknown>;
  expect(settings['wsslint.rules']?.additionalProperties).toEqual(ofFile);
});

it('an untrusted workspace cannot set what leads to files elsewhere, or to a program', () => {
  expect([...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort()).toEqual([
    'wsslint.nginxBinary',
    'wsslint.pathMap',
    'wsslint.roots',
  ]);
});
