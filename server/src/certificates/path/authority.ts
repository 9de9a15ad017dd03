/** Owns what an issuer of a path must be: an authority by its own extensions, with constraints that can be read. */
import type { Certificate } from '../certificate.ts';
import { isSelfSigned } from '../chain.ts';
import { EXTENSION } from '../oids.ts';
import { judgeConstraints } from './constraint-forms.ts';
import type { Complain } from './reason.ts';

export function judgeAuthority(certificate: Certificate, isAnchor: boolean, complain: Complain): void {
  const { extensions, isCA, keyUsage, nameConstraints, subject, subjectKeyId, version } = certificate;
  const entry = (oid: string) => extensions.find((extension) => extension.oid === oid);
  const basic = entry(EXTENSION.basicConstraints);
  if (!isCA) {
    // A root of version 1 has no extensions to say so; whoever trusts it says it instead.
    if (!(isAnchor && version === 1)) {
      const why = basic === undefined ? 'it has no basicConstraints' : 'its basicConstraints say CA:FALSE';
      complain.refused('not-an-authority', `It is no authority: ${why}.`);
    }
  } else if (basic?.critical === false) {
    complain.profile('criticality', 'Its basicConstraints are not critical, and must be in an authority.');
  }
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign')) {
    complain.refused('key-usage', 'Its keyUsage does not allow it to sign certificates (keyCertSign).');
  }
  if (subject.text === '') complain.profile('empty-name', 'It is an authority without a name.');
  if (subjectKeyId === undefined)
    complain.profile('subject-key-id', 'It is an authority without a subjectKeyIdentifier.');
  judgeAuthorityKeyId(certificate, isAnchor, complain);
  if (isAnchor && certificate.selfIssued && certificate.extendedKeyUsage !== undefined) {
    complain.profile('extension-misplaced', 'It is a root with an extendedKeyUsage, which roots must not have.');
  }
  if (nameConstraints !== undefined) judgeConstraints(nameConstraints, complain);
}

/** RFC 5280, 4.2.1.1; for roots also the CA/Browser Forum's 7.1.2.1.3. */
function judgeAuthorityKeyId(certificate: Certificate, isAnchor: boolean, complain: Complain): void {
  const { authorityIssuer, authorityKeyId, authoritySerial, extensions, selfIssued, subjectKeyId } = certificate;
  const present = extensions.some(({ oid }) => oid === EXTENSION.authorityKeyId);
  if (!present) {
    if (!isAnchor) complain.profile('authority-key-id', 'It has no authorityKeyIdentifier.');
    return;
  }
  if (!selfIssued) return;
  if (authorityKeyId === undefined) {
    complain.profile('authority-key-id', 'It is a root whose authorityKeyIdentifier has no key identifier.');
  } else if (subjectKeyId !== undefined && authorityKeyId !== subjectKeyId && isSelfSigned(certificate)) {
    complain.profile('authority-key-id', 'It signed itself, and its two key identifiers differ.');
  }
  if (authorityIssuer !== undefined || authoritySerial !== undefined) {
    complain.profile('authority-key-id', 'It is a root whose authorityKeyIdentifier names a certificate.');
  }
}
