/** Owns the header lines of a PEM block (RFC 1421), as OpenSSL's PEM_get_EVP_CIPHER_INFO (pem_lib.c) accepts them. */

export type HeaderProblem = 'not proc type' | 'unsupported version' | 'not encrypted' | 'short header' | 'not dek info';

/**
 * Why OpenSSL refuses a header that is not empty; undefined for the header of an encrypted key. All but
 * `unsupported version` are OpenSSL's words; for that one it gives no reason.
 */
export function headerProblem(header: string): HeaderProblem | undefined {
  const [first = '', second = ''] = header.split('\n', 2);
  if (!first.startsWith('Proc-Type:')) return 'not proc type';
  const type = /^Proc-Type:[ \t]*4,[ \t]*(.*)$/.exec(first)?.[1];
  if (type === undefined) return 'unsupported version';
  if (!/^ENCRYPTED/.test(type)) return 'not encrypted';
  if (type !== 'ENCRYPTED') return /^ENCRYPTED[ \t\r]/.test(type) ? 'short header' : 'not encrypted';
  return second.startsWith('DEK-Info:') ? undefined : 'not dek info';
}
