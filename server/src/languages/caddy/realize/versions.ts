/** Owns writing `protocols` of `tls`: the oldest version, and the newest. */
import type { TlsVersion } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { protocolsOf } from '../lower/tls.ts';
import type { Scope } from '../scope.ts';
import { byFile, replaceArgs } from './layout.ts';

export function setVersions(scope: Scope, versions: readonly TlsVersion[]): FileEdits[] | undefined {
  const entry = protocolsOf(scope);
  const words = ['TLSv1.2', 'TLSv1.3'].filter((version) => versions.some((one) => one === version));
  if (entry === undefined || words.length !== versions.length) return undefined;
  const edits = replaceArgs(
    entry,
    0,
    words.map((version) => version.toLowerCase().replace('v', '')),
  );
  return edits === undefined ? undefined : byFile(edits);
}
