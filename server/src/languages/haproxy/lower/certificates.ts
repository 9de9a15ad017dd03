/** Owns the files that a configuration names, and the certificates of `bind` lines with their keys. */
import { BIND_VALUES, BUNDLE_ENDINGS, NO_CERTIFICATE, SERVER_VALUES } from '../../../facts/haproxy.ts';
import type { FileId } from '../../../files/host.ts';
import { join } from '../../../files/paths.ts';
import type { CertificateUse, FileUse } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { RevocationCheck } from '../../../model/revocation.ts';
import { globalStatements, isThere, locate, type PathContext } from '../paths.ts';
import { placeOf } from '../proxies.ts';
import type { ListEntry } from '../syntax/crt-list.ts';
import { parametersOf } from '../syntax/query.ts';
import type { Statement, Word } from '../syntax/tree.ts';
import { entryNames, entryUse, isOfItsOwn, listOf, type ReadList } from './crt-lists.ts';
import { type Load, loadedFile, loadNamed, loadValue } from './stores.ts';

/** Parameters of `bind` and `server` lines that name a file, with the base folder they count from. */
const FILE_PARAMETERS: ReadonlyMap<string, 'crt-base' | 'ca-base'> = new Map([
  ['crt', 'crt-base'],
  ['default-crt', 'crt-base'],
  ['ca-file', 'ca-base'],
  ['ca-verify-file', 'ca-base'],
  ['crl-file', 'ca-base'],
  ['crt-list', 'crt-base'],
  ['ca-sign-file', 'ca-base'],
]);
/** Statements that name a file, and the word it stands in. `crt-list` files count from the start folder, as these do. */
const FILE_STATEMENTS: ReadonlyMap<string, number> = new Map([
  ['lua-load', 1],
  ['lua-load-per-thread', 1],
  ['ssl-dh-param-file', 1],
  ['errorfile', 2],
]);
/** No paths: `@store/name` of a `crt-store`, which loads it, the system's authorities, and `!` or `%` of templates. */
const NO_PATH = /^@|[<>{}]/;

const PASSPHRASES = 'https://docs.haproxy.org/dev/configuration.html#3.1-ssl-passphrase-cmd';

const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;

function use(
  setting: string,
  word: Word,
  from: FileId,
  base: 'crt-base' | 'ca-base' | undefined,
  context: PathContext,
): FileUse | undefined {
  if (word.variable || word.value === '' || NO_PATH.test(word.value)) return undefined;
  return {
    place: { file: from, span: word.span },
    setting,
    written: word.value,
    file: locate(word.value, setting === 'crt-list' ? undefined : base, from, context),
  };
}

/** The files that one line names. */
export function filesOf(statement: Statement, context: PathContext): FileUse[] {
  const [keyword] = statement.words;
  const { file } = statement.source;
  const at = FILE_STATEMENTS.get(keyword?.value ?? '');
  const word = at === undefined ? undefined : statement.words[at];
  if (keyword !== undefined && word !== undefined)
    return [use(keyword.value, word, file, undefined, context)].filter((one) => one !== undefined);
  const values =
    keyword?.value === 'bind'
      ? BIND_VALUES
      : keyword?.value === 'server' || keyword?.value === 'default-server'
        ? SERVER_VALUES
        : undefined;
  if (values === undefined) return [];
  return parametersOf(statement.words, 1, values).flatMap(({ name, value }) => {
    const base = FILE_PARAMETERS.get(name.value);
    const found = base === undefined || value === undefined ? undefined : use(name.value, value, file, base, context);
    return found === undefined ? [] : [found];
  });
}

/** The files that a path stands for: those of a folder, the parts of a bundle, or itself (manual, "crt" of bind). */
function members(path: FileId, { environment, dependencies }: PathContext): readonly FileId[] {
  const opened = environment.files.open(path, dependencies);
  if (opened.ok) return [path];
  if (opened.reason === 'directory') {
    const names = (environment.files.list(path, dependencies) ?? [])
      .filter(({ kind, name }) => kind === 'file' && !NO_CERTIFICATE.test(name))
      .map(({ name }) => name);
    return names.sort().map((name) => join(path, name));
  }
  const bundle = BUNDLE_ENDINGS.map((ending) => `${path}.${ending}`).filter((part) =>
    isThere(part, environment, dependencies),
  );
  return bundle.length > 0 ? bundle : [path];
}

/** The key of a certificate of a `crt-store`: in the file that `key` names, or in that of the certificate. */
function keyOfLoad(load: Load, certificate: FileUse, context: PathContext): Pick<CertificateUse, 'key' | 'keyless'> {
  const word = loadValue(load, 'key');
  if (word !== undefined) return { key: word.variable ? undefined : loadedFile(load, 'key', word, context) };
  const { file } = certificate;
  const opened = file.known ? context.environment.files.open(file.value, context.dependencies) : undefined;
  if (opened?.ok !== true) return { key: undefined };
  if (PRIVATE_KEY.test(opened.file.text)) return { key: certificate };
  // A file of that name with `.key` is not looked for here (seen with 3.0 and 3.2).
  return { key: undefined, keyless: 'there is no `key` on this line, and no key in the file' };
}

/** The certificate that a `load` line brings. */
function usesOfLoad(
  load: Load,
  names: CertificateUse['names'],
  presenting: Presenting,
  context: PathContext,
): CertificateUse[] {
  const word = loadValue(load, 'crt');
  if (word === undefined || word.variable || !load.always) return [];
  const certificate = loadedFile(load, 'crt', word, context);
  return [{ certificate, ...keyOfLoad(load, certificate, context), keyUncompared: true, names, ...presenting }];
}

/** The `load` lines that a `bind` line names. */
export function loadsOfBind(bind: Statement, context: PathContext): Load[] {
  return parametersOf(bind.words, 2, BIND_VALUES).flatMap(({ name, value }) =>
    /^(?:default-)?crt$/.test(name.value) ? (loadNamed(value?.value ?? '', context) ?? []) : [],
  );
}

/** The key of a certificate: in the same file, or else in the file of that name with `.key` (manual, "crt" of bind). */
function keyOf(certificate: FileUse, path: FileId, { environment, dependencies }: PathContext): FileUse | undefined {
  const opened = environment.files.open(path, dependencies);
  if (!opened.ok) return undefined;
  if (PRIVATE_KEY.test(opened.file.text)) return certificate;
  return {
    ...certificate,
    written: `${certificate.written}.key`,
    file: known(
      `${path}.key`,
      certificate.file.known ? certificate.file.origin : { kind: 'written', place: certificate.place },
    ),
  };
}

/**
 * The lists in which a `bind` line looks for the certificates of its clients: whole chains, unless errors of theirs are
 * ignored (manual, "crl-file", "crt-ignore-err", "ca-ignore-err" of bind).
 */
export function revocationOf(bind: Statement, context: PathContext): RevocationCheck | undefined {
  const parameters = parametersOf(bind.words, 2, BIND_VALUES);
  const demand = parameters.findLast(({ name }) => name.value === 'verify')?.value?.value;
  const ignores = parameters.some(({ name }) => name.value === 'crt-ignore-err' || name.value === 'ca-ignore-err');
  if ((demand !== 'required' && demand !== 'optional') || ignores) return undefined;
  const files = filesOf(bind, context);
  const lists = files.filter(({ setting }) => setting === 'crl-file');
  if (lists.length === 0) return undefined;
  const authorities = files.filter(({ setting }) => setting === 'ca-file' || setting === 'ca-verify-file');
  const written = parameters.filter(({ name }) => name.value === 'ca-file' || name.value === 'ca-verify-file');
  const place = placeOf(bind);
  return {
    lists,
    authorities:
      authorities.length === written.length
        ? known(authorities, { kind: 'written', place })
        : unknown('a file of authorities cannot be seen'),
  };
}

/** HAProxy asks at its terminal for passwords, or a program of the user's since 3.3 (manual, "ssl-passphrase-cmd"). */
function passwordsOf(context: PathContext, part: boolean): Fact<boolean> {
  if (part) return unknown('`global` may stand in another file');
  const told = globalStatements(context.whole, 'ssl-passphrase-cmd').length > 0;
  return known(told, { kind: 'default', versions: 'every version', source: PASSPHRASES });
}

/** Who presents certificates, and what `global` says of all of them. */
export type Presenting = Pick<CertificateUse, 'label' | 'chainElsewhere' | 'passwords'>;

export function presentingOf(label: string, context: PathContext, part: boolean): Presenting {
  // In a part, `global` may stand in another file.
  const chainElsewhere = part || globalStatements(context.whole, 'issuers-chain-path').length > 0;
  return { label, chainElsewhere, passwords: passwordsOf(context, part) };
}

/** The certificates of a line in a `crt-list`: one, or those of a bundle. */
export function certificatesOfEntry(
  entry: ListEntry,
  list: ReadList,
  presenting: Presenting,
  context: PathContext,
): CertificateUse[] {
  const load = loadNamed(entry.certificate.value, context);
  if (load !== undefined) return usesOfLoad(load, entryNames(entry, list), presenting, context);
  const named = entryUse(entry, list, context);
  // A folder, which HAProxy never comes back from, stands for nothing.
  if (named === undefined || isFolder(named, context)) return [];
  return usesOf(named, entryNames(entry, list), presenting, context);
}

function isFolder({ file }: FileUse, { environment, dependencies }: PathContext): boolean {
  const opened = file.known ? environment.files.open(file.value, dependencies) : undefined;
  return opened?.ok === false && opened.reason === 'directory';
}

function usesOf(
  named: FileUse,
  names: CertificateUse['names'],
  presenting: Presenting,
  context: PathContext,
): CertificateUse[] {
  const { file } = named;
  if (!file.known) return [{ certificate: named, key: undefined, names, ...presenting }];
  return members(file.value, context).map((path): CertificateUse => {
    const certificate: FileUse = path === file.value ? named : { ...named, file: known(path, file.origin) };
    return { certificate, key: keyOf(certificate, path, context), names, ...presenting };
  });
}

/**
 * The certificates of a `bind` line, with those of its lists whose lines have no settings of their own. HAProxy presents each for
 * the names that it holds itself, where a list has none.
 */
export function certificatesOf(statement: Statement, presenting: Presenting, context: PathContext): CertificateUse[] {
  const loads = loadsOfBind(statement, context).flatMap((load) => usesOfLoad(load, [], presenting, context));
  const files = filesOf(statement, context).flatMap((named) => {
    if (named.setting === 'crt' || named.setting === 'default-crt') return usesOf(named, [], presenting, context);
    const list = listOf(named, context);
    const shared = list?.entries.filter((entry) => !isOfItsOwn(entry)) ?? [];
    return list === undefined ? [] : shared.flatMap((entry) => certificatesOfEntry(entry, list, presenting, context));
  });
  return [...loads, ...files];
}
