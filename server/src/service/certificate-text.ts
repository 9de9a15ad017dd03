/** Owns how certificates and keys are described to people. Of a key only its kind and size are known here. */
import type { Certificate } from '../certificates/certificate.ts';
import { fingerprintOf, withColons } from '../certificates/fingerprint.ts';
import type { PrivateKey } from '../certificates/key.ts';
import { keyKind } from '../certificates/summary.ts';
import { validity } from '../certificates/validity.ts';
import { counted, momentWord } from './duration.ts';
import { code, list, sentence } from './markdown.ts';

/** More names than these are counted, not listed. */
const NAMES_SHOWN = 20;

/** A certificate as Markdown: how long, who, from whom, which key, what people hover for first; `now` in milliseconds since 1970. */
export function certificateText(certificate: Certificate, now: number): string {
  const { subject, issuer, selfIssued, publicKey, san } = certificate;
  const rows = list([
    ['Lifetime', lifetimeWord(certificate, now)],
    ['Until', momentWord(certificate.notAfter)],
    ['From', momentWord(certificate.notBefore)],
    ['Names', namesWord(san)],
    ['Issuer', selfIssued ? 'itself' : code(issuer.text)],
    ['Key', sentence(keyKind(publicKey))],
    ['SHA-256', code(withColons(fingerprintOf(certificate.der)))],
  ]);
  return `**Certificate** ${code(subject.text)}${certificate.isCA ? ' (a CA)' : ''}\n\n${rows}`;
}

/** `used 63 of 90 days (70 %), 27 days left`. */
export function lifetimeWord(certificate: Pick<Certificate, 'notBefore' | 'notAfter'>, now: number): string {
  const { state, daysLeft, lifetimeDays, usedShare } = validity(certificate, now);
  const lifetime = counted(lifetimeDays, 'day');
  switch (state) {
    case 'expired':
      return `**expired ${daysLeft === 0 ? 'today' : `${counted(-daysLeft, 'day')} ago`}**, after ${lifetime}`;
    case 'not-yet':
      return `**not yet valid**, ${lifetime} from ${momentWord(certificate.notBefore)}`;
    case 'valid': {
      const used = `used ${lifetimeDays - daysLeft} of ${lifetime} (${Math.round(usedShare * 100)} %)`;
      return `${used}, ${daysLeft === 0 ? '**ends today**' : `${counted(daysLeft, 'day')} left`}`;
    }
  }
}

export function keyText(key: PrivateKey): string {
  const kind =
    key.algorithm === undefined ? 'its kind is hidden' : sentence(keyKind({ ...key, algorithm: key.algorithm }));
  return `**Private key** ${kind}${key.encrypted ? ', encrypted' : ''}`;
}

/** The alternative names of a certificate, or those that a request asks for. */
export function namesWord(san: Certificate['san']): string {
  const names = [...(san?.dns ?? []), ...(san?.ips ?? []), ...(san?.emails ?? []), ...(san?.uris ?? [])];
  if (names.length === 0) return 'none';
  const shown = names.slice(0, NAMES_SHOWN).map(code).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}
