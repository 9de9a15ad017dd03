/** Owns the values that Apache hands to OpenSSL: `SSLCipherSuite`, and those of `SSLOpenSSLConfCmd`. */
import { byDefault, CIPHER_SUFFIX, MOD_SSL } from '../../../facts/apache.ts';
import { type CipherSettings, type WrittenValue, writtenValue } from '../../../model/cipher-settings.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { type Entry, isOpen, nearest, originOf, placeOfWord, value } from '../scope.ts';
import type { Server } from './servers.ts';

/** The commands of `SSLOpenSSLConfCmd`, in small letters (SSL_CONF_cmd), that set the same as a directive. */
const COMMANDS = { list: ['cipherstring'], suites13: ['ciphersuites'], groups: ['groups', 'curves'] } as const;

const notWritten = (directive: string): Fact<undefined> =>
  known(undefined, byDefault(`${MOD_SSL}#${directive.toLowerCase()}`));

/** `SSLCipherSuite [protocol] list`: the protocol is `SSL` where none is written (since 2.4.36). */
const isFor = (protocol: string) => (entry: Entry) =>
  (entry.directive.args.length < 2 ? 'ssl' : (value(entry)?.toLowerCase() ?? '')) === protocol;

/** What a server asks of OpenSSL; `SSLOpenSSLConfCmd` is applied last, so it goes before the directives. */
export function cipherSettingsOf(server: Server): CipherSettings {
  const command = (names: readonly string[]): Fact<WrittenValue | undefined> | undefined => {
    const found = nearest(server.levels, 'sslopensslconfcmd', (entry) =>
      names.includes(value(entry)?.toLowerCase() ?? ''),
    );
    // A level that cannot be seen could hold any command, but hardly anybody uses them; what is written counts.
    if (found.kind !== 'found') return undefined;
    const setting = `SSLOpenSSLConfCmd ${value(found.entry)}`;
    return known(read(found.entry, 1, setting), originOf(server.scope, found.scope, found.entry));
  };
  const directive = (protocol: string): Fact<WrittenValue | undefined> => {
    const found = nearest(server.levels, 'sslciphersuite', isFor(protocol));
    if (found.kind === 'hidden') return unknown(found.hole.why);
    if (found.kind === 'absent') return notWritten('SSLCipherSuite');
    const { entry, scope } = found;
    const index = entry.directive.args.length < 2 ? 0 : 1;
    if (isOpen(value(entry, index) ?? '')) return unknown('a variable decides `SSLCipherSuite`');
    const written = read(entry, index, 'SSLCipherSuite');
    const withSuffix = written !== undefined && protocol === 'ssl' ? { ...written, appended: CIPHER_SUFFIX } : written;
    return known(withSuffix, originOf(server.scope, scope, entry));
  };
  return {
    list: command(COMMANDS.list) ?? directive('ssl'),
    suites13: command(COMMANDS.suites13) ?? directive('tlsv1.3'),
    groups: command(COMMANDS.groups) ?? notWritten('SSLOpenSSLConfCmd'),
    level: notWritten('SSLOpenSSLConfCmd'),
  };
}

function read(entry: Entry, index: number, setting: string): WrittenValue | undefined {
  const word = entry.directive.args[index];
  if (word === undefined) return undefined;
  const raw = entry.file.text.slice(word.span.start, word.span.end);
  return writtenValue(setting, value(entry, index) ?? '', raw, placeOfWord(entry.file, word));
}
