/** Owns the values that nginx hands to OpenSSL: `ssl_ciphers`, `ssl_ecdh_curve`, and those of `ssl_conf_command`. */
import { type CipherSettings, type WrittenValue, writtenValue } from '../../../model/cipher-settings.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { isMasked } from '../mask.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, firstOf, nearest, originOf, placeOfWord, type Scope } from '../scope.ts';

const SOURCE = 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html';
const notWritten = (directive: string): Fact<undefined> =>
  known(undefined, { kind: 'default', versions: 'every version', source: `${SOURCE}#${directive}` });

/** The commands of `ssl_conf_command`, in any letter case (SSL_CONF_cmd), that set the same as a directive. */
const COMMANDS = {
  list: ['cipherstring'],
  suites13: ['ciphersuites'],
  groups: ['groups', 'curves'],
} as const;

/** What a server asks of OpenSSL; `ssl_conf_command` is applied last, so it goes before the directives. */
export function cipherSettingsOf(server: Scope, project: NginxProject): CipherSettings {
  const asked = (directive: string | undefined, commands: readonly string[]): Fact<WrittenValue | undefined> => {
    const command = commandOf(server, commands, project);
    if (command !== undefined) return command;
    return directive === undefined ? notWritten('ssl_conf_command') : directiveOf(server, directive, project);
  };
  return {
    list: asked('ssl_ciphers', COMMANDS.list),
    suites13: asked(undefined, COMMANDS.suites13),
    groups: asked('ssl_ecdh_curve', COMMANDS.groups),
    level: notWritten('ssl_conf_command'),
  };
}

function directiveOf(server: Scope, name: string, project: NginxProject): Fact<WrittenValue | undefined> {
  const found = nearest(server, name);
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const entry = firstOf(found);
  if (entry === undefined || found.kind !== 'found') return notWritten(name);
  const value = readValue(entry, 0, name, originOf(server, found.scope, entry), project);
  // `auto` leaves the groups to OpenSSL (docs, ssl_ecdh_curve).
  return name === 'ssl_ecdh_curve' && value.known && value.value?.text === 'auto' ? notWritten(name) : value;
}

/** The value of the last `ssl_conf_command` of these names; undefined where there is none. */
function commandOf(
  server: Scope,
  names: readonly string[],
  project: NginxProject,
): Fact<WrittenValue | undefined> | undefined {
  const found = nearest(server, 'ssl_conf_command');
  // A level that cannot be seen could hold any command, but hardly anybody uses them; what is written counts.
  if (found.kind !== 'found') return undefined;
  const entry = found.entries.findLast(({ directive }) =>
    names.includes(directive.wording.values[0]?.toLowerCase() ?? ''),
  );
  if (entry === undefined) return undefined;
  const setting = `ssl_conf_command ${entry.directive.wording.values[0]}`;
  return readValue(entry, 1, setting, originOf(server, found.scope, entry), project);
}

function readValue(
  entry: Entry,
  index: number,
  setting: string,
  origin: Origin,
  project: NginxProject,
): Fact<WrittenValue | undefined> {
  const word = entry.directive.args[index];
  if (word === undefined) return unknown(`\`${setting}\` has no value`);
  if (isMasked(word.value) || project.files.get(entry.file.id)?.template === true)
    return unknown(`a template writes \`${setting}\``);
  const raw = entry.file.text.slice(word.span.start, word.span.end);
  return known(writtenValue(setting, word.value, raw, placeOfWord(entry.file, word)), origin);
}
