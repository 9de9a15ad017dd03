/** Owns certificate-self-signed: certificates of servers that no authority vouches for. */
import { reportTogether } from '../certificate-words.ts';
import { isLocalName } from '../local-names.ts';
import { namesOf } from '../replacements.ts';
import type { Rule } from '../rule.ts';
import { type Presented, picked, serverLeaves } from '../subjects.ts';

/** Whether a certificate that signs itself has a name that is not of a machine or a private network. */
function isForOthers({ certificate }: Presented): boolean {
  if (!certificate.selfIssued) return false;
  const own = namesOf(certificate);
  return !(own.length > 0 ? own : certificate.subject.commonNames).every(isLocalName);
}

/** Whether all names that it is presented for are of machines or private networks. */
function isAskedLocally({ read }: Presented): boolean {
  const asked = read?.use.names ?? [];
  return asked.length > 0 && asked.every(({ name }) => isLocalName(name));
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
    const own = picked(serverLeaves(context), isForOthers).filter((one) => !isAskedLocally(one));
    reportTogether(context, own, {
      severity: 'info',
      says: () =>
        'is signed with its own key: browsers refuse it, and other clients, too, unless they are told to trust just this one',
    });
  },
};
