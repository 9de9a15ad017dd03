/**
 * Owns what stunnel knows and does by itself, by version. "manual" is its manual page; "NEWS" the file of that name in its
 * sources. Which options a global part and a service take was asked of stunnel 5.68, 5.74 and 5.82.
 */
import type { TlsVersion } from '../model/model.ts';
import { type Fact, known, type Origin, unknown } from '../model/origin.ts';
import { atLeast, type Target } from '../model/target.ts';

export const MANUAL = 'https://www.stunnel.org/static/stunnel.html';

/** What is not written, and the same in every version. */
export function byDefault(option: string, versions = 'every version'): Origin {
  return { kind: 'default', versions, source: `${MANUAL}#${option}` };
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Options that may stand before the first service only. `icon…` and `taskbar` are of the Windows build. */
export const GLOBAL_OPTIONS: readonly string[] = words(`chroot compression EGD engine engineCtrl engineDefault fips
  foreground iconActive iconError iconIdle log output pid provider providerParameter RNDbytes RNDfile RNDoverwrite
  setEnv syslog taskbar`);

/** Options of services; before the first service they are defaults for all. */
export const SERVICE_OPTIONS: readonly string[] = words(`accept CAengine CAfile CApath CAstore cert checkEmail checkHost
  checkIP ciphers ciphersuites client config connect CRLcheckChain CRLfile CRLpath curve curves debug delay engineId
  engineNum exec execArgs failover ident include key libwrap local logId OCSP OCSPaia OCSPflag OCSPnonce OCSPrequire
  options protocol protocolAuthentication protocolDomain protocolHeader protocolHost protocolPassword protocolUsername
  PSKidentity PSKsecrets pty redirect renegotiation requireCert reset retry securityLevel service session
  sessionCacheSize sessionCacheTimeout sessiond sessionResume setgid setuid sni socket sslVersion sslVersionMax
  sslVersionMin stack ticketKeySecret ticketMacSecret TIMEOUTbusy TIMEOUTclose TIMEOUTconnect TIMEOUTidle TIMEOUTocsp
  transparent transport verify verifyChain verifyPeer`);

/** Options of older versions, and of patches that are still about: nobody can say that they are wrong. */
export const OTHER_OPTIONS: ReadonlySet<string> = new Set(
  words('protocolcredentials xforwardedfor dhparam maxfail eckey ocspflags options_set'),
);

/** Options whose values are `yes` or `no`. */
export const SWITCHES: ReadonlySet<string> = new Set(
  words(`client crlcheckchain delay fips libwrap ocspaia ocspnonce ocsprequire pty renegotiation requirecert reset
  rndoverwrite sessionresume syslog taskbar verifychain verifypeer`),
);

/** Options whose values are seconds. */
export const TIMES: ReadonlySet<string> = new Set(words('timeoutbusy timeoutclose timeoutconnect timeoutidle'));

/** Options that name a file; `include`, `CApath` and `CRLpath` name folders. */
export const FILE_OPTIONS: ReadonlySet<string> = new Set(words('cert key cafile crlfile'));

/** The names of versions, in small letters: case does not count. SSLv2 is refused by every version on OpenSSL 1.1.0 and newer. */
export const TLS_NAMES: ReadonlyMap<string, TlsVersion> = new Map([
  ['sslv3', 'SSLv3'],
  ['tlsv1', 'TLSv1'],
  ['tlsv1.1', 'TLSv1.1'],
  ['tlsv1.2', 'TLSv1.2'],
  ['tlsv1.3', 'TLSv1.3'],
]);

/** What `options` calls the versions that it switches off. */
export const VERSION_OPTIONS: ReadonlyMap<string, TlsVersion> = new Map([
  ['NO_SSLV2', 'SSLv2'],
  ['NO_SSLV3', 'SSLv3'],
  ['NO_TLSV1', 'TLSv1'],
  ['NO_TLSV1_1', 'TLSv1.1'],
  ['NO_TLSV1_2', 'TLSv1.2'],
  ['NO_TLSV1_3', 'TLSv1.3'],
]);

/** Seconds (manual, TIMEOUTidle; `stunnel -version` prints it). */
export const IDLE: Fact<number> = known(43_200, byDefault('TIMEOUTidle'));

/** The oldest version of a service that names none (manual, sslVersionMin); SSLv3 is off since 5.06 (NEWS). */
export const OLDEST: Fact<TlsVersion> = known('TLSv1', byDefault('sslVersionMin'));

/** The security level that stunnel sets by itself: 2 from 5.57 on, the library's own before (NEWS; manual, securityLevel). */
export function securityLevel(target: Target): Fact<number | undefined> {
  const since = atLeast(target, 'stunnel', '5.57');
  if (since === false) return known(undefined, byDefault('securityLevel', 'stunnel before 5.57'));
  return known(2, byDefault('securityLevel', 'stunnel 5.57 and newer'));
}

/**
 * Whether TLS 1.0 and 1.1 can be negotiated at a security level: OpenSSL 3 signs their handshakes with SHA-1, which it allows
 * at level 0 only (OpenSSL 3.0 CHANGES; seen with stunnel 5.68, 5.74 and 5.82).
 */
export function legacyAt(level: Fact<number | undefined>, target: Target): Fact<boolean> {
  if (!level.known) return level;
  if (level.value === 0) return known(true, level.origin);
  const three = atLeast(target, 'openssl', '3.0');
  if (three === true) return known(false, level.origin);
  return unknown(
    three === undefined
      ? 'the OpenSSL version is not known'
      : 'the security levels before OpenSSL 3 differ between distributions',
  );
}
