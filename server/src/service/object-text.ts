/** Owns how requests, revocation lists, bundles, public keys and parameters are described to people. */
import type { Certificate } from '../certificates/certificate.ts';
import { pinOf } from '../certificates/fingerprint.ts';
import type { OpensshKey } from '../certificates/openssh-key.ts';
import type { Parameters } from '../certificates/parameters.ts';
import type { CertificateBundle } from '../certificates/pkcs7.ts';
import type { Keystore } from '../certificates/pkcs12.ts';
import type { PublicKey } from '../certificates/public-key.ts';
import type { CertificateRequest } from '../certificates/request.ts';
import type { RevocationList } from '../certificates/revocation-list.ts';
import { checkSignature } from '../certificates/signature.ts';
import { keyKind, parametersKind } from '../certificates/summary.ts';
import { keyText, namesWord } from './certificate-text.ts';
import { closedReason } from './closed-containers.ts';
import { counted, momentWord } from './duration.ts';
import { code, list, sentence } from './markdown.ts';

/** More certificates of a bundle than these are counted, not listed. */
const MEMBERS_SHOWN = 20;

export function requestText(request: CertificateRequest): string {
  const { subject, extensions, publicKey, signed, signatureAlgorithm } = request;
  const { san, extendedKeyUsage, isCA } = extensions;
  const rows = list([
    ['Names', namesWord(san)],
    ['Key', sentence(keyKind(publicKey))],
    ['Usage', extendedKeyUsage === undefined ? undefined : extendedKeyUsage.map(code).join(', ')],
    ['Authority', isCA ? 'asks to become a CA' : undefined],
    [
      'Signature',
      checkSignature(signed, publicKey) === 'bad' ? '**not made with this key**' : sentence(signatureAlgorithm),
    ],
  ]);
  return `**Certificate request** ${code(subject.text)}\n\n${rows}`;
}

export function revocationListText(revocations: RevocationList, now: number): string {
  const { issuer, thisUpdate, nextUpdate, size, number, isDelta, signatureAlgorithm } = revocations;
  const overdue = nextUpdate !== undefined && nextUpdate < now;
  const rows = list([
    ['Revokes', counted(size, 'certificate')],
    ['From', thisUpdate === undefined ? '**no valid time**' : momentWord(thisUpdate)],
    [
      'Next list',
      nextUpdate === undefined
        ? 'not announced'
        : `${momentWord(nextUpdate)}${overdue ? ', **which is over: nothing that checks this list accepts any certificate**' : ''}`,
    ],
    ['Number', number === undefined ? undefined : code(number)],
    ['Kind', isDelta ? 'only what changed since another list' : undefined],
    ['Signature', sentence(signatureAlgorithm)],
  ]);
  return `**Revocation list** of ${code(issuer.text)}\n\n${rows}`;
}

export function publicKeyText(publicKey: PublicKey): string {
  return `**Public key** ${sentence(keyKind(publicKey))}\n\n${list([['SHA-256 of the key', code(pinOf(publicKey))]])}`;
}

export function parametersText(parameters: Parameters): string {
  return `**Parameters** ${sentence(parametersKind(parameters))}`;
}

export function bundleText({ certificates, unreadable, revocationLists }: CertificateBundle): string {
  const more = certificates.length - MEMBERS_SHOWN;
  const lines = [
    ...certificates.slice(0, MEMBERS_SHOWN).map(memberLine),
    ...(more > 0 ? [`- and ${counted(more, 'certificate')} more`] : []),
    ...(unreadable > 0 ? [`- ${counted(unreadable, 'member')} that cannot be read`] : []),
    ...(revocationLists > 0 ? [`- ${counted(revocationLists, 'revocation list')}`] : []),
  ];
  return `**PKCS#7 bundle** of ${counted(certificates.length, 'certificate')}\n\n${lines.join('\n')}`.trim();
}

/** A PKCS#12 container as far as it opens. */
export function keystoreText(keystore: Keystore): string {
  const { certificates, keys, closedKeys } = keystore;
  const more = certificates.length - MEMBERS_SHOWN;
  const lines = [
    ...certificates.slice(0, MEMBERS_SHOWN).map(({ certificate }) => memberLine(certificate)),
    ...(more > 0 ? [`- and ${counted(more, 'certificate')} more`] : []),
    ...keys.map((key) => `- ${keyText(key)}`),
    ...(closedKeys > 0 ? [`- ${counted(closedKeys, 'private key')}, encrypted`] : []),
  ];
  const isClosed = keystore.closed !== undefined || closedKeys > 0;
  return ['**PKCS#12 container**', lines.join('\n'), isClosed ? `**Closed:** ${sentence(closedReason(keystore))}` : '']
    .filter((part) => part !== '')
    .join('\n\n');
}

function memberLine({ subject, notAfter }: Certificate): string {
  return `- ${code(subject.text)}, until ${momentWord(notAfter)}`;
}

export function opensshKeyText({ type, encrypted }: OpensshKey): string {
  const kind = type === undefined ? '' : ` ${code(type)}`;
  return `**OpenSSH private key**${kind}${encrypted ? ', encrypted' : ''}: TLS libraries do not read this format`;
}
