/** Owns certificate-self-signed: certificates of servers that no authority vouches for. */
import { reportTogether } from '../certificate-words.ts';
import { isLocalName } from '../local-names.ts';
import { namesOf } from '../replacements.ts';
import type { Rule } from '../rule.ts';
import { type Presented, serverLeaves } from '../subjects.ts';

/** Whether all names are of machines or private networks: those of the certificate, or those that it is presented for. */
function isLocal({ certificate, read }: Presented): boolean {
  const own = namesOf(certificate);
  const names = own.length > 0 ? own : certificate.subject.commonNames;
  const asked = read?.use.names ?? [];
  return names.every(isLocalName) || (asked.length > 0 && asked.every(({ name }) => isLocalName(name)));
}

export const rule: Rule = {
  id: 'certificate-self-signed',
  severity: 'info',
  since: '0.1.0',
  summary: 'A server presents a certificate that is signed with its own key',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc5280#section-6.1',
    'https://docs.openssl.org/3.0/man1/openssl-verification-options/',
  ],
  check(context) {
    const own = serverLeaves(context).filter((one) => one.certificate.selfIssued && !isLocal(one));
    reportTogether(context, own, {
      severity: 'info',
      says: () =>
        'is signed with its own key: browsers refuse it, and other clients, too, unless they are told to trust just this one',
    });
  },
};
