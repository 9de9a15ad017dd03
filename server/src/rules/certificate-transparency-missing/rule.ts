/** Owns certificate-transparency-missing: public certificates that no log of certificates vouches for. */
import { EXTENSION } from '../../certificates/oids.ts';
import { validity } from '../../certificates/validity.ts';
import { reportTogether } from '../certificate-words.ts';
import { isForPublic } from '../leaf-order.ts';
import type { Rule } from '../rule.ts';
import { type Presented, picked, serverLeaves } from '../subjects.ts';

/** Chrome asks for timestamps in certificates that were issued from this day on. */
const ASKED_FROM = Date.UTC(2018, 4, 1);

function isUnlogged({ certificate, along }: Presented, now: number): boolean {
  const { scts, notBefore, malformed } = certificate;
  if (scts > 0 || malformed.some(({ oid }) => oid === EXTENSION.sctList)) return false;
  if (notBefore < ASKED_FROM || validity(certificate, now).state === 'expired') return false;
  return isForPublic(certificate, along);
}

export const rule: Rule = {
  id: 'certificate-transparency-missing',
  severity: 'info',
  since: '0.1.0',
  summary: 'A public certificate has no timestamps of transparency logs in it',
  sources: [
    'https://googlechrome.github.io/CertificateTransparency/ct_policy.html',
    'https://support.apple.com/103214',
    'https://www.rfc-editor.org/rfc/rfc6962#section-3.3',
  ],
  check(context) {
    const unlogged = picked(serverLeaves(context), (one) => isUnlogged(one, context.now));
    reportTogether(context, unlogged, {
      severity: 'info',
      says: () =>
        "is a public authority's, and has no timestamps of transparency logs in it: Chrome, Firefox and Safari refuse it, unless they come with the handshake, which takes a module of its own",
    });
  },
};
