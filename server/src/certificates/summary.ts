/** Owns one line about each block of a file: what an outline, a list or a lens says of it. Never anything secret. */
import type { PemItem } from './file.ts';
import type { Parameters } from './parameters.ts';
import type { PublicKey } from './public-key.ts';

/** `CN=example.com`, `EC prime256v1, encrypted`, `3 certificates`; the label for what nothing is known of. */
export function summaryOf(item: PemItem): string {
  switch (item.kind) {
    case 'damaged':
      return 'damaged';
    case 'certificate':
      return item.certificate.subject.text || firstName(item.certificate.san) || 'no subject';
    case 'request':
      return item.request.subject.text || firstName(item.request.extensions.san) || 'no subject';
    case 'key': {
      const { algorithm, bits, curve, encrypted } = item.key;
      const kind = algorithm === undefined ? undefined : keyKind({ algorithm, bits, curve });
      return [kind, encrypted ? 'encrypted' : undefined].filter((part) => part !== undefined).join(', ');
    }
    case 'revocation-list':
      return item.list.issuer.text || 'no issuer';
    case 'public-key':
      return keyKind(item.publicKey);
    case 'parameters':
      return parametersKind(item.parameters);
    case 'bundle': {
      const { length } = item.bundle.certificates;
      return length === 1 ? '1 certificate' : `${length} certificates`;
    }
    case 'openssh-key':
      return [item.key.type, item.key.encrypted ? 'encrypted' : undefined].filter(Boolean).join(', ');
    case 'other':
      return item.label;
  }
}

/** `RSA 2048 bits`, `EC prime256v1 256 bits`, `Ed25519 256 bits`, `ML-DSA-65`. */
export function keyKind({ algorithm, bits, curve }: Pick<PublicKey, 'algorithm' | 'bits' | 'curve'>): string {
  return [algorithm, curve, bits === undefined ? undefined : `${bits} bits`]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** `Diffie-Hellman 2048 bits (ffdhe2048)`, `EC prime256v1 256 bits`. */
export function parametersKind(parameters: Parameters): string {
  if (parameters.kind === 'ec') return keyKind({ ...parameters, algorithm: 'EC' });
  const { bits, family } = parameters;
  return `Diffie-Hellman ${bits} bits${family === undefined ? '' : ` (${family}${bits})`}`;
}

function firstName(san: { readonly dns: readonly string[]; readonly ips: readonly string[] } | undefined) {
  return san?.dns[0] ?? san?.ips[0];
}
