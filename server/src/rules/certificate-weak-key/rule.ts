/** Owns certificate-weak-key: certificates whose keys are too short, broken, or of a kind that clients do not take. */
import type { Certificate } from '../../certificates/certificate.ts';
import { type KeyWeakness, keyWeakness } from '../../certificates/key-weakness.ts';
import { publishedIssuer } from '../../certificates/published-keys.ts';
import type { ProductFacts } from '../../model/product.ts';
import { reportTogether } from '../certificate-words.ts';
import type { Rule, Severity } from '../rule.ts';
import { type Presented, picked, presented, severityOf } from '../subjects.ts';

/** With a whole sentence behind the name of the certificate. */
function weaknessOf(certificate: Certificate): KeyWeakness | undefined {
  const own = keyWeakness(certificate.publicKey);
  if (own?.kind === 'unusual') return { ...own, says: `has a key that ${own.says}` };
  if (own !== undefined) return { ...own, says: `has a weak key: it ${own.says}` };
  const issuer = publishedIssuer(certificate);
  if (issuer === undefined) return undefined;
  return { kind: 'broken', says: `was issued by ${issuer}, whose private key anybody can download` };
}

/** What Chrome does not take counts where a server has nothing else to present. */
function counts({ role, read }: Presented, { kind }: KeyWeakness): boolean {
  return kind !== 'unusual' || (role === 'leaf' && read?.presenter !== undefined && !read.hasSiblings);
}

function severityFor(one: Presented, { kind }: KeyWeakness): Severity {
  if (kind === 'unusual') return 'info';
  if (kind === 'strange') return 'warning';
  // A file by itself may be meant for something else than TLS.
  if (kind === 'refused' || kind === 'unread')
    return one.read !== undefined && one.role === 'leaf' ? 'error' : 'warning';
  return severityOf(one);
}

function meansOf({ kind }: KeyWeakness, { name, loadsAnyKey }: ProductFacts): string {
  switch (kind) {
    case 'broken':
      return 'so whoever wants to can pose as the server';
    case 'short':
      return 'so clients refuse it, and OpenSSL at its usual security level does not load it ("ee key too small")';
    case 'refused':
      return loadsAnyKey
        ? 'so the server starts and handshakes fail ("no suitable signature algorithm")'
        : `so handshakes fail, if ${name} starts with it at all`;
    case 'unusual':
      return 'for which Chrome and Edge have no signature algorithm, so they refuse the handshake; OpenSSL, Go and Node take it';
    case 'unread':
    case 'strange':
      return `so they refuse the handshake${loadsAnyKey ? '' : `, if ${name} starts with it at all`}`;
  }
}

export const rule: Rule = {
  id: 'certificate-weak-key',
  severity: 'error',
  since: '0.1.0',
  summary: "A certificate's key is too short, broken, or of a kind that clients do not take",
  sources: [
    'https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/',
    'https://nvd.nist.gov/vuln/detail/CVE-2017-15361',
    'https://fermatattack.secvuln.info/',
    'https://www.rfc-editor.org/rfc/rfc8446#section-4.2.3',
  ],
  check(context) {
    const isWeak = ({ certificate }: Presented): boolean => weaknessOf(certificate) !== undefined;
    const found = picked(presented(context), isWeak).flatMap((one) => {
      const weakness = weaknessOf(one.certificate);
      return weakness === undefined || !counts(one, weakness)
        ? []
        : [{ one, weakness, severity: severityFor(one, weakness) }];
    });
    for (const severity of ['error', 'warning', 'info'] as const) {
      const weak = new Map(found.flatMap((each) => (each.severity === severity ? [[each.one, each.weakness]] : [])));
      reportTogether(context, [...weak.keys()], {
        severity,
        says: (one) => weak.get(one)?.says ?? '',
        means: (one) => meansOf(weak.get(one) ?? { kind: 'strange', says: '' }, context.model.product),
      });
    }
  },
};
