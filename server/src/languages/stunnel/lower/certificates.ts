/** Owns the certificates of services with their keys, and all files that a configuration names. */
import { byDefault, FILE_OPTIONS } from '../../../facts/stunnel.ts';
import type { CertificateUse, FileUse, SiteName } from '../../../model/model.ts';
import { known } from '../../../model/origin.ts';
import { isOpen } from '../claim.ts';
import { entriesOf, lastOf, type Scope } from '../options.ts';
import { locate } from '../paths.ts';
import { type Entry, placeOfValue, type StunnelProject } from '../project.ts';

/** `pkcs11:…` and its kind are no files; PKCS#12 containers are, but no text. */
const NO_FILE = /^(?!\/)[\w+.-]+:(?![\\/])|^pkcs11:/i;
const CONTAINER = /\.(p12|pfx)$/i;

/** The file that an option names; undefined when it names none. */
export function fileUse(entry: Entry, { paths }: StunnelProject): FileUse | undefined {
  const { name, value } = entry.option;
  if (value.value === '' || isOpen(value.value) || NO_FILE.test(value.value)) return undefined;
  return { place: placeOfValue(entry), setting: name.value, written: value.value, file: locate(value.value, paths) };
}

/** Every file that the configuration names, each line once. */
export function fileUsesOf(project: StunnelProject): FileUse[] {
  const all = [...project.globals, ...project.services.flatMap(({ own }) => own)];
  return all.flatMap((entry) => {
    const use = FILE_OPTIONS.has(entry.option.key) ? fileUse(entry, project) : undefined;
    return use === undefined ? [] : [use];
  });
}

/** The files that options of a service name; undefined where one is none, so that not all can be seen. */
export function filesNamed(scope: Scope, ...keys: readonly string[]): FileUse[] | undefined {
  const entries = entriesOf(scope, ...keys).filter(({ option }) => option.value.value !== '');
  const uses = entries.flatMap((entry) => fileUse(entry, scope.project) ?? []);
  return uses.length === entries.length ? uses : undefined;
}

/** A certificate's key lies in the same file unless `key` names another (manual, key). */
export function certificatesOf(scope: Scope, label: string, names: readonly SiteName[]): CertificateUse[] {
  const { project } = scope;
  const cert = lastOf(scope, 'cert');
  const key = lastOf(scope, 'key');
  if (!cert.known || cert.value === undefined) return [];
  const certificate = fileUse(cert.value, project);
  if (certificate === undefined || CONTAINER.test(certificate.written)) return [];
  // OpenSSL completes a chain from the authorities that are loaded for verifying.
  const chainElsewhere =
    project.hidden !== undefined || entriesOf(scope, 'cafile', 'capath', 'caengine', 'castore').length > 0;
  const named = key.known && key.value !== undefined ? fileUse(key.value, project) : undefined;
  const inside = key.known && (key.value === undefined || key.value.option.value.value === '');
  return [
    {
      certificate,
      key: inside ? certificate : named,
      names,
      label,
      chainElsewhere,
      // stunnel asks at its terminal, and nowhere else.
      passwords: known(false, byDefault('key')),
    },
  ];
}
