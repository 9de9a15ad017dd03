/**
 * Owns the documentation that follows from sources: docs/rules/, a page for each server, docs/certificates.md, docs/settings.md, and the
 * README's rules and sample.
 * `--check` writes nothing and fails when something is not up to date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { situationsPage } from './docs-certificates.mjs';
import { judgedExamples, serverPages } from './docs-servers.mjs';
import { cell, code, listed, note, table } from './docs-words.mjs';

const root = path.resolve(import.meta.dirname, '..');

/** Rules, pages, settings and the command line, from the TypeScript sources. */
async function readSources() {
  const contents = `
    export { DEFAULTS } from './server/src/config/settings.ts';
    export { jsonSchema } from './server/src/config/schema.ts';
    export { PAGES } from './server/src/rules/pages.generated.ts';
    export { RULES } from './server/src/rules/registry.generated.ts';
    export { runCli } from './server/src/cli/run.ts';
    export { core } from './server/src/node/cli-core.ts';
    export { nodeHost, withSlashes } from './server/src/node/host.ts';
    export { parseExamples } from './test/kit/markdown.ts';
    export { lintExample } from './test/rules/harness.ts';
  `;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    loader: { '.md': 'text' },
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  return module.exports;
}

const LANGUAGES = new Map([
  ['nginx', { name: 'nginx', file: 'nginx.conf' }],
  ['haproxy', { name: 'HAProxy', file: 'haproxy.cfg' }],
  ['apache', { name: 'Apache httpd', file: 'apache2.conf' }],
  ['caddy', { name: 'Caddy', file: 'Caddyfile' }],
  ['stunnel', { name: 'stunnel', file: 'stunnel.conf' }],
  ['pem', { name: 'PEM files', file: 'certificate.pem' }],
  ['openssl', { name: 'OpenSSL extension files', file: 'server.ext' }],
  ['json', { name: 'wsslint.json', file: 'wsslint.json' }],
]);
const PROVED = JSON.parse(readFileSync(path.join(root, 'docs/proved.json'), 'utf8'));
const PRODUCTS = new Map([
  ['nginx', 'nginx'],
  ['openssl', 'OpenSSL'],
  ['haproxy', 'HAProxy'],
  ['apache', 'Apache httpd'],
  ['caddy', 'Caddy'],
  ['stunnel', 'stunnel'],
]);
const KINDS = new Map([
  ['bad', 'Bad'],
  ['fixed', 'Fixed'],
  ['good', 'Good'],
]);
const FENCE = /^```(\w+) (bad|fixed|good)((?: \w+=\S+)*)[ ]*$/;

/** A line of carets below a range that is reported. */
const MARKER = /^\s*(?:#|\/\/)\s*\^[\s^]*\w*$/;

/** The languages that a page's broken examples have findings in. */
function languagesOf(page) {
  const found = new Set();
  let inside;
  for (const line of page.split('\n')) {
    if (line.startsWith('```')) {
      const [, language, kind] = FENCE.exec(line) ?? [];
      inside = kind === 'bad' ? language : undefined;
    } else if (inside !== undefined && MARKER.test(line)) found.add(inside);
  }
  return [...LANGUAGES].filter(([id]) => found.has(id)).map(([, { name }]) => name);
}

/** What stands above an example: whether it is bad, its file, and the circumstances that it is judged in. */
function caption(language, kind, tags, isPart) {
  const given = new Map(tags.split(' ').flatMap((tag) => (tag === '' ? [] : [tag.split(/=(.*)/s)])));
  const file = given.get('file') ?? (isPart ? LANGUAGES.get(language)?.file : undefined);
  const target = given
    .get('target')
    ?.split(',')
    .map((one) => one.split(':'))
    .map(([product, version]) => `${PRODUCTS.get(product)} ${version}`)
    .join(', ');
  const now = given.get('now');
  const mode = given.get('mode');
  return [
    KINDS.get(kind),
    file === undefined ? '' : `, \`${file}\``,
    target === undefined ? '' : `, for ${target}`,
    now === undefined ? '' : `, on ${now}`,
    mode === undefined ? '' : `, with mode ${mode}`,
    ':',
  ].join('');
}

/** The page as people read it: the tags of its examples are written out above them. */
function readable(page) {
  const names = page.split('\n').map((line) => FENCE.exec(line)?.[3].match(/name=(\S+)/)?.[1]);
  return page
    .split('\n')
    .map((line, i) => {
      const [, language, kind, tags] = FENCE.exec(line) ?? [];
      if (kind === undefined) return line.replace(/^unfixable:\s*(\w)/i, (_, first) => `No fix is offered: ${first}`);
      const isPart = names[i] !== undefined && names.filter((name) => name === names[i]).length > 1;
      return `${caption(language, kind, tags, isPart)}\n\n\`\`\`${language}`;
    })
    .join('\n');
}

/** On which real servers a rule's proof was run; `WSSLINT_RECORD=1` with the proofs writes it down. */
function proofOf(id) {
  const servers = Object.entries(PROVED[id] ?? {});
  const words = servers.map(([server, versions]) => `${LANGUAGES.get(server).name} ${listed(versions)}`);
  return words.length === 0 ? '' : `\n*Proved on ${words.join('; ')}.*\n`;
}

function rulePage({ id, severity, since, sources }, page) {
  const heading = `# ${id}\n`;
  if (!page.startsWith(heading)) throw new Error(`the page of ${id} does not start with its id`);
  const facts = [`Severity: ${severity}`, languagesOf(page).join(', '), `since ${since}`].filter(Boolean).join(' · ');
  const missing = sources.filter((source) => !page.includes(source));
  const title = /^## Sources$/m.test(page) ? '' : '\n## Sources\n\n';
  const more = missing.length === 0 ? '' : `${title}${missing.map((source) => `- <${source}>\n`).join('')}`;
  const body = readable(page.slice(heading.length)).trimEnd();
  return `${note(`server/src/rules/${id}/`)}\n${heading}\n*${facts}*\n${proofOf(id)}${body}\n${more}`;
}

function ruleTable(rules, pages, folder) {
  return table(
    ['Rule', 'Severity', 'Says', 'In'],
    rules.map(({ id, severity, summary }) => [
      `[${id}](${folder}${id}.md)`,
      severity,
      cell(summary),
      languagesOf(pages[id]).join(', '),
    ]),
  );
}

function ruleIndex(rules, pages) {
  return `${note('server/src/rules/')}
# Rules

The severity is the usual one; where a finding is less certain, its own may be lower. \`wsslint explain RULE\` prints a
rule's page. Every example of these pages is a test: the lines above the carets are what is reported, "Fixed" is what the
first fix makes of it, and "Good" stays silent.

${ruleTable(rules, pages, '')}`;
}

/** What a value may be, in words; `many` for the members of a list. */
function typeOf(schema, many = false) {
  if (schema.enum !== undefined) return schema.enum.map((value) => code(JSON.stringify(value))).join(' or ');
  if (schema.oneOf !== undefined) return schema.oneOf.map((one) => typeOf(one, many)).join(' or ');
  switch (schema.type) {
    case 'array':
      return `${many ? 'lists' : 'a list'} of ${typeOf(schema.items, true)}`;
    case 'object':
      return many ? 'objects' : 'an object';
    case 'integer':
      return `a whole number, ${schema.minimum} or more`;
    default:
      return many ? 'texts' : 'a text';
  }
}

/** The value that holds where nothing is set, as it would be written. */
function defaultOf(name, schema, defaults) {
  if (!Object.hasOwn(defaults, name)) return '';
  return code(schema.type === 'object' ? '{}' : JSON.stringify(defaults[name]));
}

function settingsPage(properties, defaults, contributed) {
  const own = Object.entries(properties).map(([name, schema]) => [
    code(name),
    cell(schema.description),
    typeOf(schema),
    defaultOf(name, schema, defaults),
  ]);
  const editor = Object.entries(contributed).map(([name, { markdownDescription, description, default: value }]) => [
    code(name),
    cell(markdownDescription ?? description ?? ''),
    code(JSON.stringify(value)),
  ]);
  return `${note('server/src/config/schema.ts and package.json')}
# Settings

Settings are read from the nearest \`wsslint.json\` in the folder of a configuration's root file or above it, by the editor and
by the command line alike. Comments and trailing commas are allowed. What cannot be used is reported by
[settings-invalid](rules/settings-invalid.md) and left out; the rest holds.

\`\`\`jsonc
{
  // The versions that run the configuration.
  "target": { "nginx": "1.26.3", "openssl": "3.0" },
  // Where the server's absolute paths are in this repository.
  "pathMap": { "/etc/nginx": "./nginx", "/etc/letsencrypt": "./test-certificates" },
  "webSocketPaths": ["/feed/"],
  "rules": {
    "certificate-expiring": "off",
    "websocket-idle-timeout-short": "info"
  },
  "overrides": [{ "files": ["staging/**"], "rules": { "tls-legacy-protocol": "off" } }]
}
\`\`\`

## wsslint.json

${table(['Name', 'Meaning', 'Value', 'Default'], own)}
## Settings of VS Code

The same names with \`wsslint.\` before them. They hold where no \`wsslint.json\` says otherwise. Other editors send the same
settings as the section \`wsslint\`.

${table(['Name', 'Meaning', 'Default'], editor)}`;
}

/** The findings that the README shows; the others are left out of the sample. */
const SHOWN = ['websocket-upgrade-dropped', 'certificate-key-mismatch'];

/** What the command line prints about the examples, cut to a few findings. */
async function sample({ runCli, core, nodeHost, withSlashes }) {
  const argv = ['examples', '--now', '2026-11-23'];
  let printed = '';
  await runCli({
    argv,
    cwd: withSlashes(root),
    withSlashes,
    host: nodeHost(),
    stdout: { write: (text) => (printed += text) },
    stderr: process.stderr,
    environment: {},
    isTTY: false,
    columns: 100,
    core: async () => core,
  });
  const parts = printed.trimEnd().split('\n\n');
  const shown = parts.filter((part) => SHOWN.some((rule) => part.split('\n')[0].endsWith(` ${rule}`)));
  if (shown.length < SHOWN.length) throw new Error(`the examples no longer have ${SHOWN.join(' and ')}`);
  const text = [...shown, '…', parts.at(-1)].join('\n\n');
  return `\`\`\`console\n$ npx wsslint ${argv.join(' ')}\n${text}\n\`\`\`\n`;
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function between(text, name, content) {
  const begin = `<!-- ${name} -->\n`;
  const start = text.indexOf(begin);
  const end = text.indexOf(`<!-- /${name} -->`);
  if (start < 0 || end < start) throw new Error(`README.md has no place for its ${name}`);
  return `${text.slice(0, start + begin.length)}\n${content}\n${text.slice(end)}`;
}

const sources = await readSources();
const { DEFAULTS, jsonSchema, PAGES, RULES } = sources;
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const servers = serverPages({
  root,
  languages: [...LANGUAGES]
    .map(([id, { name }]) => ({ id, name }))
    .filter(({ id }) => PRODUCTS.has(id) && id !== 'openssl'),
  judged: judgedExamples(sources),
  proved: PROVED,
});
const outputs = new Map([
  ['docs/rules/README.md', ruleIndex(RULES, PAGES)],
  ...RULES.map((rule) => [`docs/rules/${rule.id}.md`, rulePage(rule, PAGES[rule.id])]),
  ['docs/certificates.md', situationsPage(root)],
  ...servers,
  [
    'docs/settings.md',
    settingsPage(jsonSchema(RULES).properties, DEFAULTS, manifest.contributes.configuration.properties),
  ],
  [
    'README.md',
    [
      ['rules', ruleTable(RULES, PAGES, 'docs/rules/')],
      ['sample', await sample(sources)],
      [
        'servers',
        `${listed([...servers.keys()].map((page) => `[${LANGUAGES.get(path.basename(page, '.md')).name}](${page})`))}.\n`,
      ],
    ].reduce((text, [name, content]) => between(text, name, content), readme),
  ],
]);

const folder = path.join(root, 'docs/rules');
mkdirSync(folder, { recursive: true });
const left = readdirSync(folder).map((name) => `docs/rules/${name}`);
const superfluous = left.filter((name) => !outputs.has(name));
const stale = [...outputs].filter(([name, text]) => {
  const file = path.join(root, name);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
if (process.argv.includes('--check')) {
  for (const name of superfluous) console.error(`${name} belongs to no rule: run \`npm run generate\``);
  for (const [name] of stale) console.error(`${name} is not up to date: run \`npm run generate\``);
  process.exitCode = superfluous.length + stale.length > 0 ? 1 : 0;
} else {
  for (const name of superfluous) rmSync(path.join(root, name));
  for (const [name, text] of stale) writeFileSync(path.join(root, name), text);
}
