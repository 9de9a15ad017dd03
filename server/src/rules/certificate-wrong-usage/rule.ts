/** Owns certificate-wrong-usage: certificates that were not issued for what they are used for. */
import type { Certificate } from '../../certificates/certificate.ts';
import { reportTogether } from '../certificate-words.ts';
import type { Rule, RuleContext, Severity } from '../rule.ts';
import { clientLeaves, leaves, type Presented, picked } from '../subjects.ts';
import { checkSections } from './sections.ts';

interface Fault {
  readonly severity: Severity;
  readonly says: string;
  readonly means: string;
}

/** What OpenSSL takes for a server's beside serverAuth: the step-up usages of Netscape and Microsoft (check_purpose_ssl_server). */
const SERVER_USAGES = ['serverAuth', 'anyExtendedKeyUsage', '2.16.840.1.113730.4.1', '1.3.6.1.4.1.311.10.3.3'];
/** The critical extension that keeps everybody from using a precertificate (RFC 6962, 3.1). */
const POISON = '1.3.6.1.4.1.11129.2.4.3';
const CLIENT_USAGES = ['clientAuth', 'anyExtendedKeyUsage'];
const WORDS: ReadonlyMap<string, string> = new Map([
  ['clientAuth', 'clients'],
  ['serverAuth', 'servers'],
  ['emailProtection', 'e-mail'],
  ['codeSigning', 'code'],
  ['timeStamping', 'time stamps'],
  ['OCSPSigning', 'OCSP answers'],
]);

function wordsOf(usages: readonly string[]): string {
  const known = usages.map((usage) => WORDS.get(usage) ?? `\`${usage}\``);
  return known.length === 0 ? 'nothing' : known.join(', ').replace(/, (?=[^,]*$)/, ' and ');
}

function faultOf(certificate: Certificate, side: 'server' | 'client'): Fault | undefined {
  const { extendedKeyUsage, keyUsage, isCA, selfIssued } = certificate;
  const wanted = side === 'server' ? SERVER_USAGES : CLIENT_USAGES;
  const peers = side === 'server' ? 'clients refuse it' : 'the back end refuses it';
  if (certificate.extensions.some(({ oid }) => oid === POISON)) {
    return {
      severity: 'error',
      says: 'is a precertificate, which is made for transparency logs alone',
      means: `so ${peers}: OpenSSL says "unhandled critical extension"`,
    };
  }
  if (extendedKeyUsage !== undefined && !extendedKeyUsage.some((usage) => wanted.includes(usage))) {
    return {
      severity: 'error',
      says: `is for ${wordsOf(extendedKeyUsage)}, not for ${side}s (its extended key usage has no \`${wanted[0]}\`)`,
      means: `so ${peers}: OpenSSL says "unsuitable certificate purpose"`,
    };
  }
  if (isCA && !selfIssued) {
    return {
      severity: 'error',
      says: `is an authority's (\`CA:TRUE\`), not a ${side}'s`,
      means: 'so rustls and other strict verifiers refuse it, and the key of an authority lies on this machine',
    };
  }
  if (keyUsage === undefined) return undefined;
  if (!['digitalSignature', 'keyEncipherment', 'keyAgreement'].some((usage) => keyUsage.some((one) => one === usage))) {
    return {
      severity: 'error',
      says: `may only be used for ${keyUsage.map((usage) => `\`${usage}\``).join(', ')}, none of which TLS needs`,
      means: `so ${peers}: OpenSSL says "unsuitable certificate purpose"`,
    };
  }
  if (keyUsage.includes('digitalSignature')) return undefined;
  return {
    severity: 'warning',
    says: 'has a key usage without `digitalSignature`, which every handshake of TLS 1.3 and every ECDHE suite needs',
    means: 'so Chrome refuses it ("ERR_SSL_KEY_USAGE_INCOMPATIBLE")',
  };
}

/** In a file by itself only a configuration tells what the certificate is used for. */
function leavesOf(side: 'server' | 'client', context: RuleContext): readonly Presented[] {
  if (side === 'client') return clientLeaves(context);
  const isJudged = context.model.language !== 'pem' || context.purposes.has('server');
  return isJudged ? leaves(context) : [];
}

export const rule: Rule = {
  id: 'certificate-wrong-usage',
  severity: 'error',
  since: '0.1.0',
  summary: 'A certificate was not issued for what it is used for',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12',
    'https://docs.openssl.org/3.0/man1/openssl-verification-options/#extensions',
  ],
  check(context) {
    checkSections(context);
    for (const side of ['server', 'client'] as const) {
      const faults = new Map(
        picked(leavesOf(side, context), (one) => faultOf(one.certificate, side) !== undefined).map((one) => [
          one,
          faultOf(one.certificate, side),
        ]),
      );
      for (const severity of ['error', 'warning'] as const) {
        const faulty = [...faults].flatMap(([one, fault]) => (fault?.severity === severity ? [one] : []));
        reportTogether(context, faulty, {
          severity,
          says: (one) => faults.get(one)?.says ?? '',
          means: (one) => faults.get(one)?.means ?? '',
        });
      }
    }
  },
};
