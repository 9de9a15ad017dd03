/** Owns the Suite B keywords: at the start of a string they replace all of it (check_suiteb_cipher_list, ssl/ssl_ciph.c). */

/** The longest first, because OpenSSL compares only the start of the string. */
const KEYWORDS = new Map([
  ['SUITEB128ONLY', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['SUITEB128C2', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['SUITEB128', 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['SUITEB192', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
]);

/** The keyword a string starts with, and the string that OpenSSL reads instead. */
export function suiteB(text: string): { readonly keyword: string; readonly instead: string } | undefined {
  for (const [keyword, instead] of KEYWORDS) if (text.startsWith(keyword)) return { keyword, instead };
  return undefined;
}
