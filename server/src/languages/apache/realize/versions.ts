/** Owns writing `SSLProtocol`. */
import type { TlsVersion } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import type { Server } from '../lower/servers.ts';
import { versionCommands } from '../lower/version-commands.ts';
import { protocolOf } from '../lower/versions.ts';
import { own } from '../scope.ts';
import { byFile, linesAfter, replaceArgs } from './layout.ts';

/** `-all +TLSv1.2 +TLSv1.3`: without signs each word would take the place of those before it. */
function versionsText(versions: readonly TlsVersion[]): string {
  return ['-all', ...versions.map((version) => `+${version}`)].join(' ');
}

export function setVersions(server: Server, versions: readonly TlsVersion[]): FileEdits[] | undefined {
  const text = versionsText(versions);
  const found = protocolOf(server.levels);
  const commands = versionCommands(server.levels);
  // A command would count afterwards.
  if (found.kind === 'hidden' || commands === undefined || (commands.min ?? commands.max) !== undefined)
    return undefined;
  if (found.kind === 'found') {
    const edit = replaceArgs(found.entry, 0, text);
    return edit === undefined ? undefined : byFile([edit]);
  }
  const anchor = ['sslcertificatekeyfile', 'sslcertificatefile', 'sslengine']
    .map((key) => own(server.scope, key).at(-1))
    .find((entry) => entry !== undefined);
  return anchor === undefined ? undefined : byFile([linesAfter(anchor, [`SSLProtocol ${text}`])]);
}
