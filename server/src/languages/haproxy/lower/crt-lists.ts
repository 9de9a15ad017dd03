/** Owns `crt-list` files as `bind` lines use them: their certificates, and lines with TLS settings of their own. */
import { LIST_VALUES } from '../../../facts/haproxy.ts';
import type { FileId } from '../../../files/host.ts';
import type { SourceFile } from '../../../files/store.ts';
import type { FileUse, SiteName } from '../../../model/model.ts';
import { locate, type PathContext } from '../paths.ts';
import { type CertificateList, type ListEntry, parseList } from '../syntax/crt-list.ts';
import { type Parameter, parametersOf } from '../syntax/query.ts';
import type { Word } from '../syntax/tree.ts';

/** A list that was read. */
export interface ReadList extends CertificateList {
  readonly file: SourceFile;
  /** The configuration file that names it, from which relative paths count. */
  readonly from: FileId;
}

const lists = new WeakMap<SourceFile, CertificateList>();

/** The list that a `crt-list` names; undefined where it cannot be read. */
export function listOf(
  { file, setting, place }: FileUse,
  { environment, dependencies }: PathContext,
): ReadList | undefined {
  if (setting !== 'crt-list' || !file.known) return undefined;
  const opened = environment.files.open(file.value, dependencies);
  if (!opened.ok || opened.file.binary) return undefined;
  let list = lists.get(opened.file);
  if (list === undefined) {
    list = parseList(opened.file.text, opened.file.id);
    lists.set(opened.file, list);
  }
  return { ...list, file: opened.file, from: place.file };
}

/** Names of a `crt-store`, and what is read as a comment nowhere but looks like one. */
const NO_PATH = /^[@#]/;

/** The certificate of one line; undefined where it is no file. */
export function entryUse({ certificate }: ListEntry, list: ReadList, context: PathContext): FileUse | undefined {
  if (NO_PATH.test(certificate.value)) return undefined;
  return {
    place: { file: list.file.id, span: certificate.span },
    setting: 'crt',
    written: certificate.value,
    file: locate(certificate.value, 'crt-base', list.from, context),
  };
}

/** The names for which a line's certificate is presented; none where it is for those that it holds itself. */
export function entryNames({ filters }: ListEntry, { file }: ReadList): SiteName[] {
  return filters
    .filter(({ value }) => !value.startsWith('!') && value !== '*')
    .map(({ value, span }) => ({ name: value.toLowerCase(), place: { file: file.id, span } }));
}

/** A line whose certificate is for whoever asks for no name, or for one that no certificate has (HAProxy 3.0). */
export function isDefault({ filters }: ListEntry): boolean {
  return filters.some(({ value }) => value === '*');
}

export function settingsOfEntry({ settings }: ListEntry): Parameter[] {
  return parametersOf(settings, 0, LIST_VALUES);
}

const OWN_VERSIONS = /^ssl-(?:min|max)-ver$/;
const OWN_CIPHERS = /^(?:ciphers|ciphersuites|curves)$/;
const OWN_CLIENTS = /^(?:verify|ca-file|ca-verify-file|crl-file)$/;

const has = (entry: ListEntry, names: RegExp): boolean => entry.settings.some(({ value }) => names.test(value));

export const asksForCiphers = (entry: ListEntry): boolean => has(entry, OWN_CIPHERS);
export const asksForVersions = (entry: ListEntry): boolean => has(entry, OWN_VERSIONS);
export const asksForClients = (entry: ListEntry): boolean => has(entry, OWN_CLIENTS);

/** Whether a line says something about TLS that the `bind` line does not. */
export function isOfItsOwn({ settings }: ListEntry): boolean {
  return settings.length > 0;
}

/** The value of a line's own setting; the last one counts. */
export function entrySetting(entry: ListEntry, name: string): Word | undefined {
  return settingsOfEntry(entry).findLast((parameter) => parameter.name.value === name)?.value;
}
