/** Owns the certificates of sites with their keys, and all files that a configuration names. */
import { byDefault, DOCS } from '../../../facts/caddy.ts';
import type { CertificateUse, FileUse, SiteName } from '../../../model/model.ts';
import { known } from '../../../model/origin.ts';
import { scopesBelow } from '../../blocks/scope.ts';
import { locate, pemFilesBelow } from '../paths.ts';
import type { CaddyProject } from '../project.ts';
import { type Entry, isUnknown, own, placeOfArg, type Scope, settingOf } from '../scope.ts';

/** Lines that name a PEM file, and which of their words. */
const FILE_LINES: ReadonlyMap<string, 'first' | 'all'> = new Map([
  ['trusted_ca_cert_file', 'all'],
  ['trusted_leaf_cert_file', 'all'],
  ['tls_trusted_ca_certs', 'all'],
  ['tls_client_auth', 'all'],
  ['pem_file', 'all'],
  ['ca_root', 'first'],
  ['acme_ca_root', 'first'],
  ['trusted_roots', 'all'],
]);

/** The file that a word names; undefined where the environment decides. */
export function fileUse(entry: Entry, index: number, project: CaddyProject): FileUse | undefined {
  const arg = entry.args[index];
  if (arg === undefined || arg.value === '' || isUnknown(arg.value) || arg.value.includes('{')) return undefined;
  return {
    place: placeOfArg(entry, index),
    setting: entry.name === 'file' ? 'trust_pool file' : settingOf(entry, index),
    written: arg.value,
    file: locate(arg.value, project.paths),
  };
}

/** `tls <certificate> <key>`; one file may hold both only where it is named twice. */
function pairOf(entry: Entry, project: CaddyProject): { certificate: FileUse; key: FileUse | undefined } | undefined {
  if (entry.args.length < 2) return undefined;
  const certificate = fileUse(entry, 0, project);
  return certificate === undefined ? undefined : { certificate, key: fileUse(entry, 1, project) };
}

// Nothing in a configuration is a password.
const NO_PASSWORDS = known(false, byDefault(`${DOCS}/caddyfile/directives/tls`));

/** The files below the folders of a line, each a certificate with its key. Who gets which of them, their names decide. */
function inFolders(entry: Entry, label: string, project: CaddyProject): CertificateUse[] {
  return entry.args.flatMap((arg, i) => {
    const folder = fileUse(entry, i, project);
    if (folder === undefined) return [];
    const origin = { kind: 'written' as const, place: folder.place };
    return pemFilesBelow(arg.value, project.paths).map(({ written, file }): CertificateUse => {
      const certificate = { ...folder, written, file: known(file, origin) };
      return { certificate, key: certificate, names: [], label, passwords: NO_PASSWORDS };
    });
  });
}

export function certificatesOf(
  scope: Scope,
  names: readonly SiteName[],
  label: string,
  project: CaddyProject,
): CertificateUse[] {
  return own(scope, 'tls').flatMap((entry) => {
    const pair = pairOf(entry, project);
    const named = pair === undefined ? [] : [{ ...pair, names, label, passwords: NO_PASSWORDS }];
    return [...named, ...own(entry.scope, 'load').flatMap((line) => inFolders(line, label, project))];
  });
}

/** Lines of `tls` that bring certificates from elsewhere, at the start or with a handshake. */
const BRINGS: ReadonlySet<string> = new Set(['load', 'on_demand', 'get_certificate']);
/** In JSON, what is loaded for all sites, and what is got for names, whatever the servers do by themselves. */
const FOR_ALL: ReadonlySet<string> = new Set(['load_files', 'load_folders', 'automation']);

/** Whether any site may have certificates without automatic HTTPS. */
export function mayHaveCertificates(project: CaddyProject): boolean {
  return scopesBelow(project.main).some(
    ({ entries, holes, opener }) =>
      holes.length > 0 ||
      entries.some(
        ({ name, args }) =>
          (name === 'tls' && args.length > 1) ||
          (opener?.name === 'tls' && BRINGS.has(name)) ||
          (opener?.name === '' && FOR_ALL.has(name)),
      ),
  );
}

/** What JSON loads and no site chooses by itself: whoever asks for a name of theirs gets them. */
export function looseCertificates(project: CaddyProject): CertificateUse[] {
  const label = 'Caddy';
  const options = project.main.entries.find(({ name }) => name === '')?.scope;
  const chosen = new Set(
    scopesBelow(project.main).flatMap((scope) => own(scope, 'tls').map((entry) => placeOfArg(entry, 0).span.start)),
  );
  const files = own(options, 'load_files').flatMap((entry): CertificateUse[] => {
    const pair = pairOf(entry, project);
    return pair === undefined || chosen.has(pair.certificate.place.span.start)
      ? []
      : [{ ...pair, names: [], label, passwords: NO_PASSWORDS }];
  });
  return [...files, ...own(options, 'load_folders').flatMap((line) => inFolders(line, label, project))];
}

/** Files of authorities below a line: `trust_pool file a.pem b.pem`, or its block with `pem_file`. */
export function trustFiles(entry: Entry, project: CaddyProject): FileUse[] {
  const own = entry.args.flatMap((arg, i) => (i === 0 || arg.value === '' ? [] : (fileUse(entry, i, project) ?? [])));
  const inner = (entry.scope?.entries ?? [])
    .filter(({ name }) => name === 'pem_file')
    .flatMap((line) => line.args.flatMap((_, i) => fileUse(line, i, project) ?? []));
  return [...own, ...inner];
}

/** Every file that the configuration names, each word once. */
export function fileUsesOf(project: CaddyProject): FileUse[] {
  const out = new Map<string, FileUse>();
  const add = (use: FileUse | undefined): void => {
    if (use !== undefined) out.set(`${use.place.file}\n${use.place.span.start}`, use);
  };
  for (const scope of scopesBelow(project.main)) {
    for (const entry of scope.entries) {
      const which = FILE_LINES.get(entry.name);
      if (which !== undefined) {
        const count = which === 'all' ? entry.args.length : 1;
        for (let i = 0; i < count; i++)
          if (!(entry.name === 'tls_client_auth' && entry.args.length < 2)) add(fileUse(entry, i, project));
      }
      if ((entry.name === 'tls' || entry.name === 'load_files') && entry.args.length >= 2) {
        add(fileUse(entry, 0, project));
        add(fileUse(entry, 1, project));
      }
      if (/^(tls_)?trust_pool$/.test(entry.name) && entry.args[0]?.value === 'file')
        for (const use of trustFiles(entry, project)) add(use);
    }
  }
  return [...out.values()];
}
