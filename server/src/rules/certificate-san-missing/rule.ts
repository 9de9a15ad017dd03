/** Owns certificate-san-missing: certificates of servers that name their host in the subject only. */
import type { Certificate } from '../../certificates/certificate.ts';
import { EXTENSION } from '../../certificates/oids.ts';
import { reportTogether } from '../certificate-words.ts';
import type { Rule } from '../rule.ts';
import { picked, serverLeaves } from '../subjects.ts';
import { checkSections } from './sections.ts';

/** Whether a certificate has no name that a client could compare; names that cannot be read are not absent. */
function isNameless({ san, malformed }: Certificate): boolean {
  if (malformed.some(({ oid }) => oid === EXTENSION.subjectAltName)) return false;
  return san === undefined || (san.dns.length === 0 && san.ips.length === 0);
}

export const rule: Rule = {
  id: 'certificate-san-missing',
  severity: 'error',
  since: '0.1.0',
  summary: 'A server certificate has no subject alternative name, and clients look at nothing else',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc9525#section-6.3',
    'https://support.apple.com/103769',
    'https://go.dev/doc/go1.15#commonname',
    'https://docs.openssl.org/3.0/man5/x509v3_config/#subject-alternative-name',
  ],
  check(context) {
    checkSections(context);
    const { purposes } = context;
    const nameless = picked(serverLeaves(context), ({ certificate }) => isNameless(certificate));
    const isSure = ({ read, certificate: { extendedKeyUsage } }: (typeof nameless)[number]) =>
      read !== undefined || purposes.has('server') || extendedKeyUsage !== undefined;
    for (const sure of [true, false]) {
      reportTogether(
        context,
        nameless.filter((one) => isSure(one) === sure),
        {
          // What has no usages may be a client's, which needs no names.
          severity: sure ? 'error' : 'warning',
          says: () =>
            `has no subject alternative name${sure ? '' : '; as the certificate of a server it is refused'}: browsers, Apple's systems and Go do not look at the common name`,
          means: 'so they refuse it for every name',
        },
      );
    }
  },
};
