/** Owns the values that stunnel hands to the TLS library for a service: `ciphers`, `ciphersuites`, `curves`, `securityLevel`. */
import { type CipherSettings, type WrittenValue, writtenValue } from '../../../model/cipher-settings.ts';
import { type Fact, known } from '../../../model/origin.ts';
import { lastOf, type Scope } from '../options.ts';
import { placeOfValue } from '../project.ts';
import { levelOf } from './versions.ts';

export function cipherSettingsOf(scope: Scope): CipherSettings {
  const asked = (...keys: readonly string[]): Fact<WrittenValue | undefined> => {
    const last = lastOf(scope, ...keys);
    if (!last.known) return last;
    const { value: entry, origin } = last;
    if (entry === undefined || entry.option.value.value === '') return known(undefined, origin);
    const { name, value } = entry.option;
    return known(writtenValue(name.value, value.value, value.value, placeOfValue(entry)), origin);
  };
  return {
    list: asked('ciphers'),
    suites13: asked('ciphersuites'),
    groups: asked('curves', 'curve'),
    level: levelOf(scope),
  };
}
