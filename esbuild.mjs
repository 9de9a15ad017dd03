/** Owns the build: the bundles of the extension, the server and the command line, and what is generated from sources. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, context } from 'esbuild';

const root = import.meta.dirname;

/**
 * Rule pages travel inside the bundles as text. Their examples are whole certificates and keys, because they are tests;
 * a reader needs no base64, and no package should carry keys, even keys made for examples.
 */
const rulePages = {
  name: 'rule-pages',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.md$/ }, async (page) => ({
      contents: (await readFile(page.path, 'utf8')).replace(pemBodies, '…\n'),
      loader: 'text',
    })),
};
const pemBodies = /^(?:[A-Za-z0-9+/]{64}\n)+(?:[A-Za-z0-9+/=]{1,64}\n)?(?=-----END )/gm;

/** `module` first, because jsonc-parser's `main` cannot be bundled. */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  plugins: [rulePages],
  legalComments: 'none',
  logLevel: 'warning',
};

const bundles = [
  { entryPoints: ['client/src/extension.ts'], outfile: 'dist/client.js', external: ['vscode'] },
  { entryPoints: ['server/src/node/server-main.ts'], outfile: 'dist/server.js' },
  { entryPoints: ['server/src/node/cli-main.ts'], outfile: 'dist/cli-main.js' },
];

/** The entry of the command line, which loads `cli-main.js`. */
const start = {
  entryPoints: ['server/src/node/cli-start.ts'],
  outfile: 'dist/cli.js',
  banner: { js: '#!/usr/bin/env node' },
};
const withoutCode = { ...start, define: { CODE_CACHE: 'undefined' } };

/** Bundles a source text, runs it, and returns its exports. */
async function evaluate(contents) {
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  const { outputFiles } = await build({ ...common, stdin, write: false });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  return module.exports;
}

async function writeJson(file, value) {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Writes the TextMate grammars, and the schema that completes and checks wsslint.json while it is typed. */
async function generate() {
  const { grammars, schema } = await evaluate(`
    import { jsonSchema } from './server/src/config/schema.ts';
    import { RULES } from './server/src/rules/registry.generated.ts';
    export { grammars } from './syntaxes/src/index.ts';
    export const schema = jsonSchema(RULES);
  `);
  await writeJson('dist/wsslint.schema.json', schema);
  for (const [name, grammar] of Object.entries(grammars)) {
    await writeJson(`dist/syntaxes/${name}.tmLanguage.json`, grammar);
  }
}

/**
 * nginx's own reference of its directives and variables, for hovers and completion; the server reads it when it is first
 * asked for. The package is under the Apache License 2.0.
 */
async function writeReference() {
  const { Format, getDirectives, getVariables } = await import('@nginx/reference-lib');
  const directives = getDirectives(Format.Markdown).map(
    ({ name, module, syntax, default: usual, contexts, description }) => ({
      name,
      module,
      syntax,
      usual,
      contexts,
      description,
    }),
  );
  const variables = getVariables(Format.Markdown).map(({ name, module, description }) => ({
    name: name.replace(/^\$/, ''),
    module,
    description,
  }));
  const source = 'The reference of nginx, https://nginx.org/en/docs/, from @nginx/reference-lib (Apache License 2.0)';
  await mkdir(path.join(root, 'dist'), { recursive: true });
  await writeFile(path.join(root, 'dist/nginx-reference.json'), JSON.stringify({ source, directives, variables }));
}

/**
 * Keeps what V8 compiles when the command line lints the examples, for this version of Node. Its name has the hash of the
 * program, because V8 itself compares no more than the length.
 */
async function writeCode() {
  const program = path.join(root, 'dist/cli-main.js');
  const hash = createHash('sha256')
    .update(await readFile(program))
    .digest('hex')
    .slice(0, 16);
  const name = `cli-main.${hash}.code`;
  for (const file of await readdir(path.join(root, 'dist')))
    if (file.endsWith('.code') && file !== name) await rm(path.join(root, 'dist', file));
  const compiler = path.join(root, 'dist/compile-main.cjs');
  await build({ ...common, entryPoints: ['server/src/node/compile-main.ts'], outfile: compiler });
  const target = path.join(root, 'dist', name);
  const { status } = spawnSync(process.execPath, [compiler, program, target, path.join(root, 'examples')]);
  await rm(compiler);
  // 1: it has found something in the examples.
  const define = { CODE_CACHE: status === 1 ? JSON.stringify(name) : 'undefined' };
  await build({ ...common, minify: true, ...start, define });
}

/** Everything that the extension and the command line run. */
export async function buildAll() {
  await Promise.all([
    generate(),
    writeReference(),
    ...bundles.map((bundle) => build({ ...common, minify: true, ...bundle })),
  ]);
  await writeCode();
  await chmod(path.join(root, 'dist/cli.js'), 0o755);
}

/** The end-to-end tests into out/e2e: the suite for the extension host, and the rig that the scripts import. */
export async function buildEndToEnd() {
  const shared = { ...common, outdir: 'out/e2e', packages: 'external', sourcemap: 'inline' };
  await Promise.all([
    build({ ...shared, entryPoints: { suite: 'test/e2e/suite/index.ts' } }),
    build({ ...shared, entryPoints: { rig: 'test/e2e/rig/index.ts' }, format: 'esm', outExtension: { '.js': '.mjs' } }),
  ]);
}

async function watchAll() {
  await Promise.all([generate(), writeReference()]);
  const contexts = await Promise.all(
    [...bundles, withoutCode].map((bundle) => context({ ...common, sourcemap: true, logLevel: 'info', ...bundle })),
  );
  await Promise.all(contexts.map((each) => each.watch()));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await (process.argv.includes('--watch') ? watchAll() : buildAll());
}
