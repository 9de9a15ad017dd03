/** Owns certificate-weak-signature: certificates that an issuer signed with a hash that can be forged. */
import type { Certificate } from '../../certificates/certificate.ts';
import { signatureHash } from '../../certificates/signed.ts';
import { reportTogether } from '../certificate-words.ts';
import type { Rule } from '../rule.ts';
import { picked, presented } from '../subjects.ts';

const BROKEN: ReadonlySet<string | undefined> = new Set(['MD2', 'MD5', 'SHA-1']);

function hashOf({ signed }: Certificate): string | undefined {
  return signatureHash(signed.algorithm);
}

export const rule: Rule = {
  id: 'certificate-weak-signature',
  severity: 'error',
  since: '0.1.0',
  summary: 'A certificate is signed with MD5 or SHA-1, so clients refuse it',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc9155',
    'https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/',
    'https://support.apple.com/103769',
  ],
  check(context) {
    // Nobody looks at the signature by which a root vouches for itself.
    const weak = picked(
      presented(context),
      ({ certificate }) => !certificate.selfIssued && BROKEN.has(hashOf(certificate)),
    );
    reportTogether(context, weak, {
      says: ({ certificate }) =>
        `is signed with ${hashOf(certificate)} (\`${certificate.signatureAlgorithm}\`), which clients do not accept any more`,
      means: 'and which OpenSSL 3.0 does not even load ("ca md too weak")',
    });
  },
};
