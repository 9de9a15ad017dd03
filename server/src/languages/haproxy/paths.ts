/** Owns where a path of a configuration lies on this machine: base folders of `global`, path map, workspaces, disk. */
import { MANUAL } from '../../facts/haproxy.ts';
import type { FileId } from '../../files/host.ts';
import { dirname, isAbsolute, isInside, join } from '../../files/paths.ts';
import type { Dependencies } from '../../files/store.ts';
import { type Fact, known, type Origin, unknown } from '../../model/origin.ts';
import type { Environment } from '../language.ts';
import { alwaysIn, statementsOf } from './syntax/query.ts';
import type { Section, Statement, Whole, Word } from './syntax/tree.ts';

/** What paths depend on. */
export interface PathContext {
  readonly environment: Environment;
  readonly dependencies: Dependencies;
  readonly root: FileId;
  readonly whole: Whole;
}

const ORIGIN: Origin = { kind: 'default', versions: 'every version', source: `${MANUAL}#3.1-default-path` };

const globals = new WeakMap<Whole, readonly Section[]>();

/** The statements of all `global` sections with this keyword. */
export function globalStatements(
  whole: Whole,
  keyword: string,
): { readonly section: Section; readonly statement: Statement }[] {
  let sections = globals.get(whole);
  if (sections === undefined) {
    sections = whole.sections.filter(({ kind }) => kind === 'global');
    globals.set(whole, sections);
  }
  return sections.flatMap((section) => statementsOf(section, keyword).map((statement) => ({ section, statement })));
}

/** The value of a setting of `global` that is given at most once; unknown when an `.if` block or the environment decides. */
function globalValue(whole: Whole, keyword: string): Fact<readonly Word[]> | undefined {
  const last = globalStatements(whole, keyword).at(-1);
  if (last === undefined) return undefined;
  const words = last.statement.words.slice(1);
  if (!alwaysIn(last.section, last.statement) || last.section.header.branch !== '')
    return unknown(`\`${keyword}\` stands in an \`.if\` block`);
  return words.some(({ variable }) => variable)
    ? unknown(`\`${keyword}\` comes from the environment`)
    : known(words, ORIGIN);
}

/** The folder that relative paths of a file start from (manual, "default-path"); undefined for the folder HAProxy is started in. */
function startFolder({ whole }: PathContext, from: FileId): Fact<FileId> | undefined {
  const setting = globalValue(whole, 'default-path');
  if (setting === undefined || !setting.known) return setting;
  const [policy, origin] = setting.value.map(({ value }) => value);
  if (policy === 'config') return known(dirname(from), ORIGIN);
  if (policy === 'parent') return known(dirname(dirname(from)), ORIGIN);
  return policy === 'origin' && origin !== undefined && isAbsolute(origin) ? known(origin, ORIGIN) : undefined;
}

/** An absolute path of the running machine on this one. */
function located(path: string, { environment, dependencies }: PathContext): Fact<FileId> {
  const full = join('/', path);
  for (const { from, to } of environment.pathMap) {
    const bare = from.replace(/\/+$/, '') || '/';
    if (isInside(bare, full)) return known(join(to, `.${full.slice(bare === '/' ? 0 : bare.length)}`), ORIGIN);
  }
  if (environment.workspaces.some((folder) => isInside(folder, full)) || isThere(full, environment, dependencies))
    return known(full, ORIGIN);
  return unknown(
    `\`${path}\` is not in the workspace and not on this machine; \`pathMap\` in wsslint.json can say where it is`,
  );
}

export function isThere(path: FileId, { files }: Environment, dependencies: Dependencies): boolean {
  const opened = files.open(path, dependencies);
  return opened.ok || opened.reason === 'directory';
}

/** The file that a word of the file `from` names; `base` is the setting of `global` that relative paths of this kind start from. */
export function locate(
  path: string,
  base: 'crt-base' | 'ca-base' | 'key-base' | undefined,
  from: FileId,
  context: PathContext,
): Fact<FileId> {
  if (isAbsolute(path)) return located(path, context);
  const folder = base === undefined ? undefined : globalValue(context.whole, base);
  if (folder !== undefined) {
    if (!folder.known) return folder;
    const full = `${folder.value[0]?.value ?? ''}/${path}`;
    return locate(full, undefined, from, context);
  }
  const start = startFolder(context, from);
  if (start !== undefined && !start.known) return start;
  if (start !== undefined) return located(join(start.value, path), context);
  // Where it is started nobody knows; a file of that name beside the configuration is the likely one.
  const beside = join(dirname(from), path);
  if (isThere(beside, context.environment, context.dependencies)) return known(beside, ORIGIN);
  return unknown(`\`${path}\` counts from the folder in which HAProxy is started`);
}
