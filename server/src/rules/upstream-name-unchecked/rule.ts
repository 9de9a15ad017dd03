/** Owns upstream-name-unchecked: back ends whose certificates are verified, but may be for any name. */
import type { Certificate } from '../../certificates/certificate.ts';
import type { AnyName } from '../../model/hops.ts';
import type { Rule, RuleContext } from '../rule.ts';

/** One that names hosts is somebody's own, pinned: nobody else has another one of its kind. */
const issues = ({ isCA, san }: Certificate): boolean => isCA && san === undefined;

/** Whether others can have certificates that pass; undefined where the file cannot be seen. */
function canOthersPass({ everybody, trusted }: AnyName, { certificates, project }: RuleContext): boolean | undefined {
  if (everybody) return true;
  if (trusted?.file.known !== true) return undefined;
  const stored = certificates.read(trusted.file.value, project.dependencies);
  if (!stored.ok) return undefined;
  return stored.pem.items.some((item) => item.kind === 'certificate' && issues(item.certificate));
}

export const rule: Rule = {
  id: 'upstream-name-unchecked',
  severity: 'warning',
  since: '0.1.0',
  summary: 'The certificate of the back end is verified, but may be for any name',
  sources: [
    'https://docs.haproxy.org/3.2/configuration.html#5.2-verify',
    'https://docs.haproxy.org/3.2/configuration.html#5.2-verifyhost',
    'https://docs.haproxy.org/3.2/configuration.html#5.2-sni',
    'https://www.rfc-editor.org/rfc/rfc9110#section-4.3.4',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check(context) {
    for (const hop of context.model.hops) {
      if (!hop.tls || hop.reach === 'local' || hop.mismatch !== undefined) continue;
      const { label, place, reach, anyName } = hop;
      if (anyName?.known !== true) continue;
      const gap = anyName.value;
      const others = gap === undefined ? false : canOthersPass(gap, context);
      if (gap === undefined || others === false) continue;
      const who = gap.everybody
        ? 'Whoever has a certificate of a public authority, and everybody can get one for a name of their own,'
        : 'Whoever has another certificate of the same authority, for whatever name,';
      context.report({
        severity: gap.everybody || (others === true && reach === 'remote') ? 'warning' : 'info',
        at: place,
        message: `\`${label}\` verifies the certificate, but not whose it is: ${gap.message}. ${who} can pose as the back end`,
        related: gap.trusted === undefined ? [] : [{ place: gap.trusted.place, message: 'the authorities' }],
        offers: gap.offers,
      });
    }
  },
};
