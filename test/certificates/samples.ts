/** Owns one certificate and its key as fixed texts, for tests that need the same bytes on every machine. */

/** Self-signed with P-256, from 2026-11-23 03:05:59 to 2027-02-21 03:05:59, with every extension that is read. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIICpDCCAkmgAwIBAgIIANHi86S1xtcwCgYIKoZIzj0EAwIwOzELMAkGA1UEBhMC
REUxFjAUBgNVBAoMDUV4YW1wbGUsIEluYy4xFDASBgNVBAMMC2V4YW1wbGUuY29t
MB4XDTI2MTEyMzAzMDU1OVoXDTI3MDIyMTAzMDU1OVowOzELMAkGA1UEBhMCREUx
FjAUBgNVBAoMDUV4YW1wbGUsIEluYy4xFDASBgNVBAMMC2V4YW1wbGUuY29tMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEt6ijyeJ2k5JdjQs6L25tEAiz/nQFh/Pd
txb2S/Oy+HT6F+ruiso72eHi8qpUVz8A3MEzcWrIPZPFS3Zogi2kxaOCATUwggEx
MB0GA1UdDgQWBBTM19i9BRqhSavxMpgJ35dTNhvoUjAfBgNVHSMEGDAWgBTM19i9
BRqhSavxMpgJ35dTNhvoUjBiBgNVHREEWzBZggtleGFtcGxlLmNvbYINKi5leGFt
cGxlLmNvbYcEwAACAYcQIAENuAAAAAAAAAAAAAAAAYENYUBleGFtcGxlLmNvbYYU
aHR0cHM6Ly9leGFtcGxlLmNvbS8wDgYDVR0PAQH/BAQDAgeAMB0GA1UdJQQWMBQG
CCsGAQUFBwMBBggrBgEFBQcDAjAzBggrBgEFBQcBAQQnMCUwIwYIKwYBBQUHMAGG
F2h0dHA6Ly9vY3NwLmV4YW1wbGUuY29tMBMGA1UdIAQMMAowCAYGZ4EMAQIBMBIG
A1UdEwEB/wQIMAYBAf8CAQEwCgYIKoZIzj0EAwIDSQAwRgIhAM8itKMHm5OjxyFP
Q84wIaE+Lcdj1ujSWXSCeaPHTji4AiEA9KFoc3hAqWJ5gJ9MuPTt39s2obk4qjA4
EYxA3tFLNpY=
-----END CERTIFICATE-----
`;

/** The key of CERTIFICATE (PKCS#8). A test key: it protects nothing. */
export const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+qR8H96JVxXX792m
cDVt4ePKTtvHJLXxwB99rbDtlE6hRANCAAS3qKPJ4naTkl2NCzovbm0QCLP+dAWH
8923FvZL87L4dPoX6u6KyjvZ4eLyqlRXPwDcwTNxasg9k8VLdmiCLaTF
-----END PRIVATE KEY-----
`;

/** The lines of CERTIFICATE, without line ends. */
export const LINES: readonly string[] = CERTIFICATE.trimEnd().split('\n');
export const BEGIN = '-----BEGIN CERTIFICATE-----';
export const END = '-----END CERTIFICATE-----';
/** The base64 text of CERTIFICATE on one line. */
export const BODY: string = LINES.slice(1, -1).join('');
export const DER: Uint8Array = new Uint8Array(Buffer.from(BODY, 'base64'));

/** A PEM block around base64 text or bytes, in lines of 64 characters. */
export function pem(label: string, content: string | Uint8Array): string {
  const base64 = typeof content === 'string' ? content : Buffer.from(content).toString('base64');
  return `-----BEGIN ${label}-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;
}
