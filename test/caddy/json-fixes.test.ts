/** Owns findings and fixes in Caddy's JSON: what `caddy adapt` makes of the bad examples of all pages is told of, and mended. */
import { expect, it } from 'vitest';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import type { Severity } from '../../server/src/rules/rule.ts';
import { caddyAdapt, caddyValidate, caddyVersion } from '../kit/caddy.ts';
import { type Generation, onGeneration } from '../kit/generations.ts';
import { USUAL_NOW } from '../kit/memory-host.ts';
import { examples, type Files, filesOf } from '../kit/proof.ts';
import { describeWith } from '../kit/required.ts';
import { fixed, type Linted, lintTexts, pathOf } from '../rules/harness.ts';

const JSON_FILE = '/etc/caddy/caddy.json';
const SETTINGS_FILE = '/etc/caddy/wsslint.json';

const bad = RULES.flatMap(({ id }) =>
  examples(id)
    .filter(({ language, kind, files }) => language === 'caddy' && kind === 'bad' && files.length > 0)
    .map((example) => ({ id, example, title: `${id}, line ${example.line}` })),
);

/** The adapter makes two routes of `try_files`, which are not put together again. */
const SILENT: readonly RegExp[] = [/^websocket-route-shadowed, /];

const MENDED = [
  'certificate-file-missing',
  'certificate-key-mismatch',
  'certificate-name-mismatch',
  'mtls-nobody-passes',
  'tls-hsts-weak',
  'tls-unknown-cipher',
  'tls-weak-cipher',
  'upstream-plain-to-tls',
  'upstream-tls-unverified',
  'websocket-closed-on-reload',
  'websocket-connection-literal',
  'websocket-http2-backend',
  'websocket-idle-timeout-short',
  'websocket-insecure-url',
  'websocket-match-too-strict',
  'websocket-upgrade-dropped',
];

interface Case {
  readonly id: string;
  readonly title: string;
  readonly config: unknown;
  lint(text: string): Linted;
  files(text: string): Files;
}

/** The example with what the adapter made of its Caddyfile in the Caddyfile's place; undefined where Caddy refuses it. */
async function caseOf({ id, example, title }: (typeof bad)[number]): Promise<Case | undefined> {
  const files = filesOf(example);
  const { config } = await caddyAdapt({ files });
  if (config === undefined) return undefined;
  const others = example.files.filter(({ path }) => path !== 'Caddyfile');
  const texts = new Map(others.map(({ path, text }) => [pathOf(example, path), text]));
  const [, version] = example.target?.split(':') ?? [];
  if (version !== undefined) texts.set(SETTINGS_FILE, JSON.stringify({ target: { caddy: version } }));
  const modes = new Map(
    others.flatMap(({ path, mode }) => (mode === undefined ? [] : [[pathOf(example, path), mode] as const])),
  );
  const now = example.now === undefined ? USUAL_NOW : Date.parse(example.now);
  return {
    id,
    title,
    // The adapter saw the files in a folder of its own.
    config: JSON.parse(JSON.stringify(config).replace(/"\/[^"]*?(?=\/etc\/caddy\/)/g, '"')),
    lint: (text) => lintTexts(new Map([...texts, [JSON_FILE, text]]), { folder: '/etc/caddy', now, modes }),
    files: (text) => ({
      ...Object.fromEntries(others.map(({ path, text: other }) => [path, other])),
      'caddy.json': text,
    }),
  };
}

const LEVELS = ['information', 'warning', 'error'];

/** The rules of findings that are at least as severe as one. */
const rulesOf = ({ run }: Linted, least: Severity): string[] =>
  run.findings.filter(({ severity }) => LEVELS.indexOf(severity) >= LEVELS.indexOf(least)).map(({ rule }) => rule);

/** Suites of this kind are gone, and Caddy 2.11 chooses another Host. */
const MENDED_SINCE = [...MENDED.filter((id) => id !== 'tls-unknown-cipher'), 'websocket-host-rewritten'].sort();

function mend(generation: Generation, rules: readonly string[]): void {
  it('has the findings, and is mended in its own layout', () =>
    onGeneration(generation, async () => {
      const mended = new Set<string>();
      const silent = new Set<string>();
      for (const one of bad) {
        const found = await caseOf(one);
        if (found === undefined) continue;
        const { id, title, config } = found;
        for (const indent of [undefined, '\t', 2]) {
          const before = found.lint(JSON.stringify(config, undefined, indent));
          const [finding] = before.findingsOf(id);
          if (finding === undefined) silent.add(title);
          const [fix] = finding?.fixes ?? [];
          if (finding === undefined || fix === undefined) continue;
          const after = fixed(before.texts, fix);
          const text = after.get(JSON_FILE) ?? '';
          if (text === before.texts.get(JSON_FILE)) continue;
          mended.add(id);
          expect([title, text]).toEqual([title, JSON.stringify(JSON.parse(text), undefined, indent)]);
          const now = lintTexts(after, before.options);
          const [was, is] = [rulesOf(before, finding.severity), rulesOf(now, finding.severity)];
          expect([title, is.filter((rule) => !was.includes(rule))]).toEqual([title, []]);
          expect([title, now.findingsOf(id).length < before.findingsOf(id).length]).toEqual([title, true]);
        }
      }
      expect([...silent].filter((title) => !SILENT.some((known) => known.test(title)))).toEqual([]);
      expect([...mended].sort()).toEqual(rules);
    }));

  it('is taken by Caddy after a fix where it was before', () =>
    onGeneration(generation, async () => {
      const version = await caddyVersion();
      let asked = 0;
      for (const one of bad) {
        const [, target = '0'] = one.example.target?.split(':') ?? [];
        if (version.localeCompare(target, 'en', { numeric: true }) < 0) continue;
        const found = await caseOf(one);
        const before = found?.lint(JSON.stringify(found.config, undefined, 2));
        const [fix] = before?.findingsOf(one.id)[0]?.fixes ?? [];
        const text = before === undefined || fix === undefined ? undefined : fixed(before.texts, fix).get(JSON_FILE);
        if (found === undefined || text === undefined || fix?.safety === 'sketch') continue;
        const { ok } = await caddyValidate({ files: found.files(JSON.stringify(found.config)) });
        if (!ok) continue;
        asked++;
        const after = await caddyValidate({ files: found.files(text) });
        expect([one.title, after.ok ? '' : after.output]).toEqual([one.title, '']);
      }
      expect(asked).toBeGreaterThan(10);
    }));
}

describeWith('caddy', 'JSON that the installed Caddy makes of bad examples', () => mend('installed', MENDED));
describeWith('sid', 'JSON that the Caddy of Debian sid makes of bad examples', () => mend('sid', MENDED_SINCE));
