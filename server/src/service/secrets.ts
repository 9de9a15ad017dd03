/** Owns keeping private keys out of what is shown, where a configuration holds one itself (`ssl_certificate_key data:…`). */

const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[^`]*?(?:-----END [A-Z0-9 ]*-----|$)/g;

/** The text with every private key in PEM replaced; one without an end takes the rest with it. */
export function withoutKeys(text: string): string {
  return text.replace(PRIVATE_KEY, '(a private key)');
}
