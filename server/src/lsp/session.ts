/** Owns the state of a running server: the documents, the workspace, the last run, and when the next one is due. */
import type { PublishDiagnosticsParams } from 'vscode-languageserver/node';
import type { ProjectReport, Run } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { findingsByFile } from '../service/diagnostics.ts';
import { mainProject } from '../service/effective.ts';
import { createCertificateNews, type Seen } from './certificate-news.ts';
import { createTerms, type Terms } from './convert.ts';
import type { Core } from './core.ts';
import { createDocuments, type Document, type Documents } from './documents.ts';
import type { StatusParams } from './protocol.ts';
import { createPublisher } from './publish.ts';
import { createSchedule, earliest } from './schedule.ts';
import { statusOf } from './status.ts';
import { toFileId } from './uri.ts';
import { createWorkbench, runView, type Situation, type View, type Workbench } from './workbench.ts';

/** What the session says to the editor. */
export interface Voice {
  diagnostics(params: PublishDiagnosticsParams): void;
  status(params: StatusParams): void;
  /** The workspace is too large; the search gave up in this folder. */
  gaveUp(folder: FileId): void;
  /** A lint has ended; `run` is that of the workspace. */
  linted(run: Run): void;
  /** What was told of the list of certificates is out of date. */
  certificatesChanged(): void;
  /** What stands above the blocks of some open document is out of date. */
  lensesChanged(): void;
  failed(what: string, error: unknown): void;
}

/** All that an answer about the workspace needs. */
export interface Whole {
  readonly view: View;
  readonly run: Run;
  readonly terms: Terms;
}

/** All that an answer about a document needs, as of its present text. */
export interface Present extends Whole {
  readonly file: FileId;
  readonly document: Document | undefined;
}

export interface Session {
  readonly documents: Documents;
  /** Starts over: with other folders, settings or trust. */
  begin(situation: Situation): void;
  opened(document: Document): void;
  closed(document: Document): void;
  touched(paths: readonly FileId[]): void;
  /** Takes a password to try on PKCS#12 containers; it stays in memory until the session ends. */
  unlock(password: string): void;
  /** Waits until the workspace is known, and answers for a URI; undefined when the session has ended. */
  at(uri: string): Promise<Present | undefined>;
  /** The same for the workspace. */
  whole(): Promise<Whole | undefined>;
  /** The editor was told of all certificates, or of the lenses of a document: it will hear when they change. */
  certificatesTold(told: Whole | Present): void;
  stop(): void;
}

export function createSession(core: Core, voice: Voice): Session {
  const documents = createDocuments();
  const publisher = createPublisher(voice.diagnostics);
  let told = new Map<string, ProjectReport | undefined>();
  let workbench: Workbench | undefined;
  let runs = new Map<View, Run>();
  const passwords = new Set<string>();
  /** Called when the first search of the workspace has ended. */
  let waiting: (() => void)[] = [];
  let known = false;

  /** When time alone changes a finding, in milliseconds since 1970. */
  let findingsChange: number | undefined;
  const news = createCertificateNews(voice.certificatesChanged, voice.lensesChanged);

  const seenBy = (uri: string): Seen | undefined => {
    const document = documents.get(uri);
    const view = document && workbench?.viewOf(document);
    const run = view && runs.get(view);
    return view && run && { engine: view.engine, run };
  };
  const wake = (): void => schedule.wakeAt(earliest([findingsChange, news.next]));
  const termsOf = (view: View): Terms => createTerms(view.engine, documents);

  const lint = (): void => {
    if (workbench === undefined || !known) return;
    try {
      const { views } = workbench;
      runs = new Map(views.map((view) => [view, runView(view)]));
      publisher.publish([...runs].map(([view, run]) => ({ terms: termsOf(view), found: findingsByFile(run) })));
      tellStatus(workbench);
      findingsChange = earliest(
        [...runs.values()].flatMap(({ projects }) => projects.map(({ nextChange }) => nextChange)),
      );
      const run = runs.get(workbench.workspace);
      if (run !== undefined) {
        voice.linted(run);
        news.linted({ engine: workbench.workspace.engine, run }, seenBy);
      }
      wake();
    } catch (error) {
      voice.failed('linting', error);
    }
  };
  const schedule = createSchedule(
    lint,
    () => {
      workbench?.timePassed();
      schedule.request();
    },
    () => core.host.now(),
  );

  /** A project that was not run again is the same object, and its status is not told again. */
  const tellStatus = (bench: Workbench): void => {
    const before = told;
    told = new Map();
    for (const document of documents.all()) {
      const view = bench.viewOf(document);
      const report = mainProject(view.engine.projectsOf(document.id), document.id);
      if (!before.has(document.uri) || before.get(document.uri) !== report) {
        voice.status(statusOf(termsOf(view), document, report));
      }
      told.set(document.uri, report);
    }
  };

  const searched = (gaveUpAt: FileId | undefined): void => {
    if (gaveUpAt !== undefined) voice.gaveUp(gaveUpAt);
    known = true;
    schedule.request();
    for (const resolve of waiting) resolve();
    waiting = [];
  };

  const present = (uri: string): Present | undefined => {
    schedule.settle();
    const document = documents.get(uri);
    const file = document?.id ?? toFileId(uri);
    const view = document === undefined ? workbench?.workspace : workbench?.viewOf(document);
    const run = view && runs.get(view);
    if (file === undefined || view === undefined || run === undefined) return undefined;
    return { file, document, view, run, terms: termsOf(view) };
  };

  return {
    documents,
    begin(situation) {
      workbench?.dispose();
      known = false;
      workbench = createWorkbench(core, documents, situation, searched, voice.failed);
      workbench.unlock([...passwords]);
    },
    opened(document) {
      workbench?.edited(document, document.text);
      schedule.request();
    },
    closed(document) {
      news.closed(document.uri);
      workbench?.edited(document, undefined);
      schedule.request();
    },
    touched(paths) {
      for (const path of paths) workbench?.touched(path);
      schedule.request();
    },
    unlock(password) {
      passwords.add(password);
      workbench?.unlock([password]);
      schedule.request();
    },
    async at(uri) {
      if (!known) await new Promise<void>((resolve) => waiting.push(resolve));
      return present(uri);
    },
    async whole() {
      if (!known) await new Promise<void>((resolve) => waiting.push(resolve));
      schedule.settle();
      const view = workbench?.workspace;
      const run = view && runs.get(view);
      return view && run && { view, run, terms: termsOf(view) };
    },
    certificatesTold(told) {
      const seen = { engine: told.view.engine, run: told.run };
      if (!('file' in told)) news.listed(seen);
      else if (told.document !== undefined) news.lensesShown(told.document.uri, told.file, seen);
      wake();
    },
    stop() {
      workbench?.dispose();
      workbench = undefined;
      passwords.clear();
      schedule.stop();
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
}
