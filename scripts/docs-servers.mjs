/** Owns the pages of servers: what somebody wrote about a language (its about.md), with what its code and its examples tell. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cell, note, table } from './docs-words.mjs';

/** Facts of the model by the words of people, each with where it is found. */
const FACTS = [
  ['which TLS versions a listener completes', ({ endpoints }) => endpoints.map(({ versions }) => versions)],
  [
    'whether the TLS library lets TLS 1.0 and 1.1 through',
    ({ endpoints }) => endpoints.map((one) => one.legacyAllowedByLibrary),
  ],
  ['cipher string', ({ endpoints }) => endpoints.map(({ ciphers }) => ciphers.list)],
  ['suites of TLS 1.3', ({ endpoints }) => endpoints.map(({ ciphers }) => ciphers.suites13)],
  ['groups of the key exchange', ({ endpoints }) => endpoints.map(({ ciphers }) => ciphers.groups)],
  ['parameters of DHE suites', ({ endpoints }) => endpoints.map(({ dh }) => dh)],
  [
    'what a handshake gets: a certificate, an alert, nothing',
    ({ endpoints }) => endpoints.map(({ handshake }) => handshake),
  ],
  ['stapling', ({ endpoints }) => endpoints.map(({ stapling }) => stapling)],
  ['which client certificates are asked for', ({ endpoints }) => endpoints.map((one) => one.clientCertificates)],
  ['who gets in without one', ({ clients }) => clients.map(({ ways }) => ways)],
  ['by which authorities they are verified', ({ clients }) => clients.map(({ trust }) => trust)],
  ['whether a listener speaks TLS', ({ listeners }) => listeners.map(({ tls }) => tls)],
  ['whether it answers names that no site has', ({ listeners }) => listeners.map((one) => one.answersUnknownNames)],
  ['what requests without TLS get', ({ sites }) => sites.map(({ plainAnswer }) => plainAnswer)],
  ['`Strict-Transport-Security`', ({ sites }) => sites.map(({ hsts }) => hsts)],
  ['`ws://` addresses in pages over TLS', ({ sites }) => sites.map(({ insecureUrls }) => insecureUrls)],
  ['redirects that handshakes meet', ({ sites }) => sites.map(({ redirects }) => redirects)],
  ['whether an upgrade reaches the back end', ({ routes }) => routes.map(({ upgrade }) => upgrade)],
  ['how long a silent tunnel lives', ({ routes }) => routes.map(({ idle }) => idle)],
  ['HTTP version towards the back end', ({ routes }) => routes.map(({ backendHttp }) => backendHttp)],
  ['Host that the back end gets', ({ routes }) => routes.map(({ handshake }) => handshake.host)],
  [
    'whether ordinary requests ask for an upgrade, too',
    ({ routes }) => routes.map(({ handshake }) => handshake.alwaysAsks),
  ],
  ['whether other protocols can be upgraded to', ({ routes }) => routes.map(({ handshake }) => handshake.anyProtocol)],
  ['what the back end learns of early data', ({ routes }) => routes.map(({ earlyData }) => earlyData)],
  ['whether the back end is verified', ({ hops }) => hops.map(({ verified }) => verified)],
  ['whether its name is compared', ({ hops }) => hops.map(({ anyName }) => anyName)],
  ['whether a server name is sent to it', ({ hops }) => hops.map(({ nameSent }) => nameSent)],
];

/** Every example of every rule page with the projects that it makes, and with the rule's findings where it is a bad one. */
export function judgedExamples({ RULES: rules, PAGES: pages, parseExamples, lintExample }) {
  return rules.flatMap(({ id }) =>
    parseExamples(pages[id]).blocks.map((example) => {
      const linted = lintExample(example);
      const findings = example.kind === 'bad' ? linted.findingsOf(id) : [];
      const models = linted.run.projects.map(({ project }) => project.model);
      return { rule: id, language: example.language, models, findings };
    }),
  );
}

/** What a model has of each kind, so that facts can be picked. */
function partsOf({ sites, hops }) {
  const endpoints = sites.flatMap(({ endpoint }) => endpoint ?? []);
  return {
    sites,
    hops,
    endpoints,
    listeners: sites.flatMap(({ listeners }) => listeners),
    routes: sites.flatMap(({ routes }) => routes),
    clients: endpoints.flatMap(({ clientCertificates: facts }) => (facts.known ? [facts.value] : [])),
  };
}

/** For each fact whether any example has it known; otherwise why not. */
function factRows(models) {
  const parts = models.map(partsOf);
  return FACTS.flatMap(([words, pick]) => {
    const found = parts.flatMap(pick).filter((fact) => fact !== undefined);
    if (found.length === 0) return [[words, 'not looked at']];
    if (found.some(({ known }) => known)) return [[words, 'worked out']];
    return [[words, `unknown: ${[...new Set(found.map(({ why }) => why))].join('; ')}`]];
  });
}

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();

/** The reasons for which a language leaves facts unknown, as its code says them. */
function reasonsOf(folder) {
  const reasons = new Set();
  for (const file of filesBelow(folder)) {
    const text = readFileSync(file, 'utf8');
    for (const [, quote, reason] of text.matchAll(/\b(?:unknown|UNKNOWN)\(\s*(['`])((?:\\.|(?!\1)[^\\])*)\1/g))
      reasons.add(
        quote === '`' ? reason.replaceAll('\\`', '`').replace(/\$\{[^{}]*\}/g, '…') : reason.replaceAll("\\'", "'"),
      );
  }
  return [...reasons].filter((reason) => /[a-z]{3}/.test(reason)).sort();
}

/** The offers of a rule's findings in the examples of a language: title of the first, with how safe it is. */
function fixesOf(examples) {
  const fixes = new Map();
  for (const { findings } of examples)
    for (const fix of findings.flatMap((finding) => finding.fixes)) {
      const kind = fix.title.replace(/`[^`]*`/g, '').toLowerCase();
      if (!fixes.has(kind)) fixes.set(kind, fix);
    }
  return [...fixes.values()];
}

/**
 * The page of each language that has a server, by path. `judged` are the examples of all rule pages: rule, language, models, and the
 * rule's findings.
 */
export function serverPages({ root, languages, judged, proved }) {
  const pages = new Map();
  for (const { id, name } of languages) {
    const folder = path.join(root, 'server/src/languages', id);
    if (!existsSync(folder)) continue;
    const mine = judged.filter(({ language }) => language === id);
    const rules = [...new Set(mine.filter(({ findings }) => findings.length > 0).map(({ rule }) => rule))].sort();
    const rows = rules.map((rule) => {
      const fixes = fixesOf(mine.filter((one) => one.rule === rule));
      return [
        `[${rule}](rules/${rule}.md)`,
        fixes.map(({ title, safety }) => `${cell(title)} (${safety})`).join('<br>') || '–',
        proved[rule]?.[id]?.join(', ') ?? '–',
      ];
    });
    const about = path.join(folder, 'about.md');
    const [before, after] = existsSync(about)
      ? readFileSync(about, 'utf8').split(/^(?=## What is not looked at$)/m)
      : [`# ${name}\n`];
    const models = judged.flatMap((one) => one.models).filter(({ language }) => language === id);
    pages.set(
      `docs/${id}.md`,
      `${note(`server/src/languages/${id}/ and the examples of the rules`)}
${before.trimEnd()}

## What it works out

Each is a fact that can be observed on the wire. Where it cannot be known, wsslint says nothing.

${table(
  ['Fact', 'In the examples of the rules'],
  factRows(models).map((row) => row.map(cell)),
)}
Reasons why a fact stays unknown, in the words that hovers and the effective view show:

${reasonsOf(folder)
  .map((reason) => `- ${reason}\n`)
  .join('')}
## Rules, fixes and proofs

Fixes are \`safe\` (nothing changes beyond the defect; on save and with \`--fix\`), \`behaviour\` (does what its title says, one click) or
\`sketch\` (you fill something in). The versions are those on which the rule's examples ran.

${table(['Rule', 'Fixes', `Proved on ${name}`], rows)}
${after ?? ''}`
        .trimEnd()
        .concat('\n'),
    );
  }
  return pages;
}
