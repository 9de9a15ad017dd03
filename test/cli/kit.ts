/** Owns what the tests of the command line share: a small linter in place of the real one, and a run that keeps its output. */
import type { Engine, ProjectReport, Run } from '../../server/src/analysis/engine-types.ts';
import type { Core, RulePage, Surroundings } from '../../server/src/cli/core.ts';
import { runCli } from '../../server/src/cli/run.ts';
import { emptySettings } from '../../server/src/config/settings.ts';
import type { FileId, Host } from '../../server/src/files/host.ts';
import { createFileStore, noDependencies, type SourceFile } from '../../server/src/files/store.ts';
import type { LoadedProject } from '../../server/src/languages/language.ts';
import { nodeHost } from '../../server/src/node/host.ts';
import { readPasswordFile } from '../../server/src/node/password-file.ts';
import { nodeWriter } from '../../server/src/node/writer.ts';
import type { Finding, Fix } from '../../server/src/rules/rule.ts';

export const RULES: readonly RulePage[] = [
  {
    id: 'tls-legacy-protocol',
    severity: 'warning',
    summary: 'An old version is offered',
    page: '# tls-legacy-protocol\n\nOld versions, see [RFC 8996](https://www.rfc-editor.org/rfc/rfc8996).\n\n```nginx bad\nserver {\n\n}\n```\n',
    address: 'https://example.com/tls-legacy-protocol.md',
  },
  {
    id: 'config-syntax',
    severity: 'error',
    summary: 'The product does not accept the file',
    page: '# config-syntax\n',
    address: 'https://example.com/config-syntax.md',
  },
];

interface Word {
  readonly severity: Finding['severity'];
  readonly fix?: { readonly safety: Fix['safety']; readonly becomes: string };
}

/** The words that the small linter knows, and what it makes of them. */
const WORDS: ReadonlyMap<string, Word> = new Map([
  ['bad', { severity: 'error', fix: { safety: 'safe', becomes: 'good' } }],
  ['twice', { severity: 'error', fix: { safety: 'safe', becomes: 'bad' } }],
  ['loose', { severity: 'warning', fix: { safety: 'behaviour', becomes: 'tight' } }],
  ['empty', { severity: 'warning', fix: { safety: 'sketch', becomes: 'fill me in' } }],
  ['odd', { severity: 'info' }],
  ['break', { severity: 'error', fix: { safety: 'safe', becomes: '}' } }],
  ['ping', { severity: 'error', fix: { safety: 'safe', becomes: 'pong' } }],
  ['pong', { severity: 'error', fix: { safety: 'safe', becomes: 'ping' } }],
]);

function findingsIn(file: SourceFile): Finding[] {
  return [...file.text.matchAll(/[a-z]+/g)].flatMap((match) => {
    const word = WORDS.get(match[0]);
    if (word === undefined) return [];
    const span = { start: match.index, end: match.index + match[0].length };
    const { fix } = word;
    return [
      {
        rule: 'tls-legacy-protocol',
        severity: word.severity,
        message: `${match[0]} is ${word.severity}`,
        at: { file: file.id, span },
        related: [],
        fixes:
          fix === undefined
            ? []
            : [
                {
                  title: `write ${fix.becomes}`,
                  safety: fix.safety,
                  edits: [{ file: file.id, edits: [{ span, newText: fix.becomes }] }],
                },
              ],
      },
    ];
  });
}

/** An engine that finds words; each file is a project of nginx, and of PEM when its name ends so. */
function wordEngine(host: Host): Engine {
  const files = createFileStore(host);
  let last: readonly ProjectReport[] = [];
  const report = (path: FileId): ProjectReport[] => {
    const opened = files.open(path, noDependencies());
    if (!opened.ok) return [];
    const { file } = opened;
    const language = path.endsWith('.pem') ? 'pem' : 'nginx';
    const project = { language, root: path, files: [file], model: { role: 'root' } } as unknown as LoadedProject;
    return [{ project, settings: emptySettings(), findings: findingsIn(file), nextChange: undefined }];
  };
  return {
    files,
    certificates: { read: (path, dependencies) => files.open(path, dependencies) as never, unlock: () => undefined },
    run(paths): Run {
      last = paths.flatMap(report);
      return { projects: last, findings: last.flatMap(({ findings }) => findings), files: new Set(paths) };
    },
    projectsOf: (file) => last.filter(({ project }) => project.root === file),
    changed: (path) => files.invalidate(path),
    edited: (path, text) => files.overlay(path, text),
    timePassed: () => undefined,
    unlock: () => undefined,
  };
}

export const wordCore: Core = {
  rules: RULES,
  claims: (file, text) => /\.(conf|pem)$/.test(file) || text().startsWith('#!conf'),
  createEngine: wordEngine,
  effective: (report, file) => `${report.project.root} seen from ${file}`,
};

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in a folder with the small linter, on the real disk unless told otherwise. */
export async function run(cwd: string, argv: readonly string[], other: Partial<Surroundings> = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli({
    argv,
    cwd,
    withSlashes: (path) => path,
    host: nodeHost(),
    readPasswordFile: async (path) => readPasswordFile(path),
    writer: nodeWriter,
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    environment: {},
    isTTY: false,
    columns: 100,
    version: () => '1.2.3',
    core: async () => wordCore,
    startServer: async () => {
      out.push('server');
    },
    ...other,
  });
  return { code, out: out.join(''), err: err.join('') };
}
