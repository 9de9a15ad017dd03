/** Owns the rule of who may import whom, over the imports that are really in the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../kit/root.ts';

const source = join(repositoryRoot, 'server/src');

/** Each layer may import itself and those before it; layers of one line do not know each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['text'],
  ['files', 'model', 'facts'],
  ['certificates', 'ciphers'],
  ['languages'],
  ['rules'],
  ['analysis', 'config'],
  ['service'],
  ['lsp', 'cli'],
  ['node'],
];

/** Within one line: files ← model ← facts, and config ← analysis. */
const ALLOWED_SIDEWAYS = new Set(['model>files', 'facts>model', 'analysis>config', 'cli>lsp', 'certificates>ciphers']);

/** What several languages share: it imports none of them. */
const SHARED = 'blocks';

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return path.endsWith('.ts') && entry.name !== 'proof.ts' && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8');
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm);
  return [...found].map(([, type, fixed, dynamic]) => ({
    from: path,
    to: fixed ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }));
}

const all = sources(source).flatMap(importsOf);
const inside = all
  .filter(({ to }) => to.startsWith('.'))
  .map((one) => ({ ...one, to: resolve(dirname(one.from), one.to) }));
const word = (path: string) => relative(repositoryRoot, path).split(sep).join('/');
const layerOf = (path: string) => relative(source, path).split(sep)[0] ?? '';
const level = (layer: string) => LAYERS.findIndex((names) => names.includes(layer));

describe('imports', () => {
  it('are found', () => {
    expect(inside.length).toBeGreaterThan(200);
  });

  it('go only to layers below', () => {
    const wrong = inside.filter(({ from, to, typeOnly }) => {
      const [a, b] = [layerOf(from), layerOf(to)];
      if (a === b) return false;
      // Types of a layer above bind nothing at run time: the engine's contract names the settings' types.
      if (level(a) < 0 || level(b) < 0) return true;
      if (level(a) === level(b)) return !ALLOWED_SIDEWAYS.has(`${a}>${b}`) && !typeOnly;
      return level(b) > level(a);
    });
    expect(wrong.map(({ from, to }) => `${word(from)} imports ${word(to)}`)).toEqual([]);
  });

  it('never go from one language to another', () => {
    const language = (path: string) => /languages\/([^/]+)\//.exec(word(path))?.[1];
    const wrong = inside.filter(({ from, to }) => {
      const [a, b] = [language(from), language(to)];
      return a !== undefined && b !== undefined && a !== b && b !== SHARED;
    });
    expect(wrong.map(({ from, to }) => `${word(from)} imports ${word(to)}`)).toEqual([]);
  });

  it('run in no circle, above the languages', () => {
    const open = new Set<string>();
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, way: readonly string[]): void => {
      if (open.has(file)) circles.push([...way.slice(way.indexOf(file)), file].map(word).join(' → '));
      if (open.has(file) || done.has(file)) return;
      open.add(file);
      for (const { from, to } of inside) if (from === file) visit(to, [...way, file]);
      open.delete(file);
      done.add(file);
    };
    const above = (file: string) => level(layerOf(file)) > level('rules');
    for (const file of new Set(inside.map(({ from }) => from).filter(above))) visit(file, []);
    expect(circles.filter((circle) => circle.split(' → ').some((file) => above(join(repositoryRoot, file))))).toEqual(
      [],
    );
  });

  it('reach outside packages only where they belong', () => {
    const owners: readonly (readonly [RegExp, RegExp])[] = [
      [/^(@peculiar\/x509|reflect-metadata)$/, /^server\/src\/certificates\/details\.ts$/],
      [/^nginx-conf/, /^server\/src\/cli\//],
      [/^vscode-languageserver/, /^server\/src\/(lsp|node)\//],
      [/^jsonc-parser$/, /^server\/src\/(config|languages\/caddy\/json)\//],
      [/^picomatch$/, /^server\/src\/config\//],
      [/^node:(fs|child_process|net|http|https|tls)/, /^server\/src\/node\//],
      [/^vscode$/, /^$/],
    ];
    const wrong = all.filter(({ from, to }) =>
      owners.some(([name, owner]) => name.test(to) && !owner.test(word(from))),
    );
    expect(wrong.map(({ from, to }) => `${word(from)} imports ${to}`)).toEqual([]);
  });

  it('let the client see nothing of the server but the protocol', () => {
    const client = sources(join(repositoryRoot, 'client/src')).flatMap(importsOf);
    const wrong = client.filter(({ to }) => to.includes('server/') && !to.endsWith('server/src/lsp/protocol.ts'));
    expect(wrong.map(({ from, to }) => `${word(from)} imports ${to}`)).toEqual([]);
  });
});
