/** Owns a bench for tests of the certificate rules: files in memory, a clock that can be moved, the real engine. */
import { createEngine } from '../../server/src/analysis/engine.ts';
import type { Engine, Run } from '../../server/src/analysis/engine-types.ts';
import { createSettingsFinder } from '../../server/src/config/find.ts';
import type { FileId } from '../../server/src/files/host.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import type { Finding } from '../../server/src/rules/rule.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { lineIndex } from '../../server/src/text/lines.ts';
import { memoryHost, USUAL_NOW } from '../kit/memory-host.ts';

export const DAY = 86_400_000;
export const NOW = USUAL_NOW;

/** A moment some days from the usual one. */
export function inDays(days: number): Date {
  return new Date(NOW + days * DAY);
}

type Contents = Record<FileId, string | Uint8Array>;

export interface Bench {
  readonly engine: Engine;
  /** Sets the clock, in milliseconds since 1970, and tells the engine. */
  setClock(now: number): void;
  /** Changes a file on the disk, and tells the engine. */
  write(file: FileId, text: string): void;
  run(): Run;
  /** The findings of a rule, sorted by place. */
  findings(rule: string): readonly Finding[];
  /** `site.conf:3 message` for the findings of a rule in files whose names end so. */
  said(rule: string, ending?: string): string[];
  /** The texts after a finding's fix with this number. */
  after(finding: Finding | undefined, fix?: number): Record<FileId, string>;
}

/** A bench over files by absolute path; `/w` is the workspace, and what lies elsewhere is only read when named. */
export function bench(contents: Contents): Bench {
  const files: Contents = { ...contents };
  const clock = { now: NOW };
  const host = { ...memoryHost(files), now: () => clock.now };
  const store = createFileStore(host);
  const engine = createEngine({
    files: store,
    settings: createSettingsFinder(store, RULES),
    rules: RULES,
    workspaces: () => ['/w'],
  });
  const run = () => engine.run(Object.keys(files).filter((file) => file.startsWith('/w/')));
  const textOf = (file: FileId) => {
    const content = files[file] ?? '';
    return typeof content === 'string' ? content : '';
  };
  const findings = (rule: string) => run().findings.filter((finding) => finding.rule === rule);
  return {
    engine,
    run,
    findings,
    setClock(now) {
      clock.now = now;
      engine.timePassed();
    },
    write(file, text) {
      files[file] = text;
      engine.changed(file);
    },
    said: (rule, ending = '') =>
      findings(rule)
        .filter(({ at }) => at.file.endsWith(ending))
        .map(({ at, message }) => {
          const { line } = lineIndex(textOf(at.file)).positionAt(at.span.start);
          return `${at.file.split('/').at(-1)}:${line + 1} ${message}`;
        }),
    after(finding, fix = 0) {
      const edits = finding?.fixes[fix]?.edits;
      if (edits === undefined) throw new Error(`no fix ${fix} for: ${finding?.message}`);
      return Object.fromEntries(edits.map((one) => [one.file, applyEdits(textOf(one.file), one.edits)]));
    },
  };
}

/** A server of nginx on one line, so that line numbers tell servers apart. */
export function server(name: string, certificate?: string, key?: string, listen = '443 ssl'): string {
  const files = [certificate && `ssl_certificate ${certificate};`, key && `ssl_certificate_key ${key};`];
  return `server { listen ${listen}; server_name ${name}; ${files.filter(Boolean).join(' ')} }`;
}

/** A whole nginx.conf; each line of `http` is a line of it, from the second on. */
export function nginx(...http: readonly string[]): string {
  return `events {} http {\n${http.join('\n')}\n}\n`;
}

export function haproxy(...binds: readonly string[]): string {
  return `frontend www\n  mode http\n  timeout client 30s\n${binds.map((bind) => `  bind ${bind}\n`).join('')}`;
}
