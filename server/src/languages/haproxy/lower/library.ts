/** Owns what the TLS library lets through of the versions that a `bind` line offers. */
import { BIND_VALUES, legacyByDefault } from '../../../facts/haproxy.ts';
import type { FileId } from '../../../files/host.ts';
import type { TlsVersion } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { globalStatements } from '../paths.ts';
import { placeOf } from '../proxies.ts';
import { alwaysIn, parametersOf } from '../syntax/query.ts';
import type { Statement, Whole, Word } from '../syntax/tree.ts';

/** A cipher string of a line in a `crt-list`, which takes the place of all others. */
export interface ListedCiphers {
  readonly word: Word;
  readonly file: FileId;
}

/** The security level of a cipher string: the last `@SECLEVEL=`, if there is one. */
function levelOf(ciphers: string): number | undefined {
  const level = [...ciphers.matchAll(/@SECLEVEL=(\d)/g)].at(-1)?.[1];
  return level === undefined ? undefined : Number(level);
}

/** Whether the TLS library lets TLS 1.0 and 1.1 through: at security level 0, from a cipher string or `ssl-security-level`. */
export function legacyAllowed(
  bind: Statement,
  whole: Whole,
  target: Target,
  part: boolean,
  listed?: ListedCiphers,
): Fact<boolean> {
  const inList = listed === undefined ? undefined : levelOf(listed.word.value);
  if (listed !== undefined && inList !== undefined) {
    const fallback = legacyByDefault(target);
    if (inList > 0 && !fallback.known) return fallback;
    return known(inList === 0, { kind: 'written', place: { file: listed.file, span: listed.word.span } });
  }
  const own =
    listed === undefined
      ? parametersOf(bind.words, 2, BIND_VALUES).findLast(({ name }) => name.value === 'ciphers')
      : { value: undefined };
  const shared = globalStatements(whole, 'ssl-default-bind-ciphers').at(-1);
  const level = globalStatements(whole, 'ssl-security-level').at(-1);
  const ciphers = own === undefined ? shared?.statement.words[1] : own.value;
  if (
    [shared, level].some(
      (one) => one !== undefined && (!alwaysIn(one.section, one.statement) || one.section.header.branch !== ''),
    )
  ) {
    return unknown('a cipher string or the security level stands in an `.if` block');
  }
  const decides = [ciphers, level?.statement.words[1]].filter((word) => word !== undefined);
  if (decides.some(({ variable }) => variable))
    return unknown('the environment decides the cipher string or the security level');
  const inCiphers = ciphers === undefined ? undefined : levelOf(ciphers.value);
  const number = inCiphers ?? (level === undefined ? undefined : Number(level.statement.words[1]?.value));
  if (number === undefined || Number.isNaN(number)) {
    return part ? unknown('the security level may stand in another file') : legacyByDefault(target);
  }
  const inGlobal = inCiphers === undefined ? level : own === undefined ? shared : undefined;
  const word = inCiphers === undefined ? level?.statement.words[1] : ciphers;
  const fallback = legacyByDefault(target);
  if (number > 0 && !fallback.known) return fallback;
  return known(number === 0, { kind: 'written', place: placeOf(inGlobal?.statement ?? bind, word?.span) });
}

/** The versions that a client can complete: those on offer, without what the TLS library refuses. */
export function seenVersions(
  versions: Fact<readonly TlsVersion[]>,
  legacy: Fact<boolean>,
  target: Target,
): Fact<readonly TlsVersion[]> {
  if (!versions.known || !versions.value.some((version) => version < 'TLSv1.2')) return versions;
  if (!legacy.known) return unknown(`whether TLS 1.0 and 1.1 are open is not known: ${legacy.why}`);
  if (!legacy.value)
    return known(
      versions.value.filter((version) => version >= 'TLSv1.2'),
      versions.origin,
    );
  // OpenSSL is built without SSLv3 from 1.1.0 on (its CHANGES), unless somebody asks for it.
  const without = atLeast(target, 'openssl', '1.1.0');
  if (without === undefined && versions.value.includes('SSLv3'))
    return unknown('whether the TLS library has SSLv3 is not known');
  return without === true
    ? known(
        versions.value.filter((version) => version !== 'SSLv3'),
        versions.origin,
      )
    : versions;
}
