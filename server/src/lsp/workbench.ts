/** Owns what is being worked on: the workspace with its files, and documents that are no files, each with its engine. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import { claimOf } from '../analysis/languages.ts';
import type { BaseSettings } from '../config/find.ts';
import { readEditorSettings } from '../config/read.ts';
import { DEFAULTS, overlay } from '../config/settings.ts';
import type { FileId } from '../files/host.ts';
import { dirname, isInside } from '../files/paths.ts';
import { FILE_LIMIT, type ReadPolicy } from '../files/store.ts';
import type { LanguageId } from '../model/model.ts';
import type { Target } from '../model/target.ts';
import { type Core, engineFor, isWanted } from './core.ts';
import { type Discovery, discover } from './discovery.ts';
import type { Document, Documents } from './documents.ts';

/** What the editor says of its workspace. */
export interface Situation {
  readonly folders: readonly FileId[];
  readonly trusted: boolean;
  /** The versions of this machine's nginx, where the user wants them to count. */
  readonly local: Target | undefined;
  /** The `wsslint` section of the editor's settings that holds in a folder, or where there is none. */
  readonly settingsIn: (folder: FileId | undefined) => unknown;
}

/** An engine with the files that it is to run over. */
export interface View {
  readonly engine: Engine;
  files(): readonly FileId[];
}

export interface Workbench {
  readonly workspace: View;
  /** The workspace's, and that of the documents that are no files. */
  readonly views: readonly View[];
  readonly searching: boolean;
  viewOf(document: Document): View;
  /** An open document has come, changed or (`undefined`) gone. */
  edited(document: Document, text: string | undefined): void;
  /** A path may have changed on disk. */
  touched(path: FileId): void;
  /** Passwords to try on PKCS#12 containers. */
  unlock(passwords: readonly string[]): void;
  timePassed(): void;
  dispose(): void;
}

/** Runs an engine over its files. */
export function runView(view: View): Run {
  return view.engine.run(view.files());
}

/** `changed` is called when the search has found what there is; it tells the folder where it gave up, if it did. */
export function createWorkbench(
  core: Core,
  documents: Documents,
  situation: Situation,
  changed: (gaveUpAt: FileId | undefined) => void,
  failed: (what: string, error: unknown) => void,
): Workbench {
  const { folders } = situation;
  const mayRead = readPolicy(core, situation);
  const base = editorSettings(core, situation);
  const languageOf = (file: FileId): LanguageId | undefined => {
    const document = documents.all().find(({ id }) => id === file);
    return document === undefined ? undefined : languageOfDocument(document);
  };
  const shared = { base, languageOf, failed, local: situation.local };
  const workspace = engineFor(core, { ...shared, mayRead, workspaces: folders });
  const loose = engineFor(core, { ...shared, mayRead: () => false, workspaces: [] });
  const wanted = (file: FileId): boolean => isWanted(file, () => textOf(core, file));
  const discovery: Discovery = discover(core.host, folders, wanted, mayRead, changed);

  const opened = (isLoose: boolean): FileId[] =>
    documents.all().flatMap((document) => (document.loose === isLoose && isJudged(document) ? [document.id] : []));
  const workspaceView: View = {
    engine: workspace,
    files: () => [...new Set([...discovery.files, ...opened(false)])].sort(),
  };
  const looseView: View = { engine: loose, files: () => opened(true) };

  const viewOf = (document: Document): View => (document.loose ? looseView : workspaceView);
  const edited = (document: Document, text: string | undefined): void => {
    viewOf(document).engine.edited(document.id, text);
  };
  for (const document of documents.all()) edited(document, document.text);

  return {
    workspace: workspaceView,
    views: [workspaceView, looseView],
    get searching() {
      return discovery.searching;
    },
    viewOf,
    edited,
    touched(path) {
      workspace.changed(path);
      discovery.look(path);
    },
    unlock: (passwords) => workspace.unlock(passwords),
    timePassed() {
      workspace.timePassed();
      loose.timePassed();
    },
    dispose: () => discovery.stop(),
  };
}

/** The language that an editor's id names; other extensions write `NGINX` in capitals, and `apacheconf` for Apache. */
function languageNamed(id: string): LanguageId | undefined {
  const name = id.toLowerCase();
  if (name === 'apacheconf') return 'apache';
  if (name === 'caddyfile') return 'caddy';
  const same: readonly LanguageId[] = ['nginx', 'haproxy', 'apache', 'stunnel', 'pem'];
  return same.find((language) => language === name);
}

/**
 * Editors tell nginx and Apache apart by folders and endings that both use (`sites-available`, `.conf`), so between these two
 * the text decides where it is plain.
 */
function languageOfDocument(document: Document): LanguageId | undefined {
  const { id, languageId, text } = document;
  const named = languageNamed(languageId) ?? languageOfNameless(document);
  if (named !== 'nginx' && named !== 'apache') return named;
  const claimed = claimOf(id, () => text)?.language.id;
  return claimed === 'nginx' || claimed === 'apache' ? claimed : named;
}

/** For documents without a name, names that leave it to the text what they are: a service of stunnel, Caddy's JSON. */
const NAMES: ReadonlyMap<string, FileId> = new Map([
  ['ini', '/untitled.conf'],
  ['json', '/caddy.json'],
]);

function languageOfNameless({ loose, languageId, text }: Document): LanguageId | undefined {
  const name = loose ? NAMES.get(languageId) : undefined;
  return name === undefined ? undefined : claimOf(name, () => text)?.language.id;
}

/** Text that no language claims is judged where the editor's user says what it is; other text is left alone. */
function isJudged(document: Document): boolean {
  return languageOfDocument(document) !== undefined || isWanted(document.id, () => document.text);
}

/** The editor's settings for a root, read once for each folder. */
function editorSettings({ rules }: Core, { folders, settingsIn }: Situation): (root: FileId) => BaseSettings {
  const read = new Map<FileId, BaseSettings>();
  return (root) => {
    const workspace = folders.find((one) => isInside(one, root));
    const folder = workspace ?? dirname(root);
    const known = read.get(folder);
    if (known !== undefined) return known;
    const { settings } = readEditorSettings(settingsIn(workspace), folder, rules);
    const base = { folder, settings: overlay(DEFAULTS, settings) };
    read.set(folder, base);
    return base;
  };
}

/** In a workspace that is not trusted nothing outside its folders is read, by whatever name. */
function readPolicy({ host }: Core, { trusted, folders }: Situation): ReadPolicy {
  if (trusted) return () => true;
  const allowed = folders.flatMap((folder) => [folder, host.realPath(folder) ?? folder]);
  return (path) => allowed.some((folder) => isInside(folder, path));
}

function textOf({ host }: Core, file: FileId): string {
  const read = host.readFile(file, FILE_LIMIT);
  return read.ok ? new TextDecoder().decode(read.bytes) : '';
}
