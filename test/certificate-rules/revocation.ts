/** Owns revocation lists of test authorities. */
import { createPrivateKey, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Authority } from '../kit/authority.ts';

/** An empty list of an authority, as PEM. */
export async function revocationList(
  authority: Authority,
  { thisUpdate, nextUpdate }: { readonly thisUpdate: Date; readonly nextUpdate: Date },
): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const der = createPrivateKey(authority.key).export({ format: 'der', type: 'pkcs8' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
  const list = await x509.X509CrlGenerator.create({
    issuer: new x509.X509Certificate(authority.certificate).subject,
    thisUpdate,
    nextUpdate,
    signingAlgorithm: algorithm,
    signingKey,
  });
  // OpenSSL reads lists under this label only.
  return `${list.toString('pem').replace(/(BEGIN|END) CRL/g, '$1 X509 CRL')}\n`;
}
