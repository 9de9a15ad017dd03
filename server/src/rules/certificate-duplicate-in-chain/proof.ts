/** Owns the proof of certificate-duplicate-in-chain: what is in the file goes over the wire. */
import { needlessProofs } from '../../../../test/certificate-rules/proofs.ts';

export const proofs = needlessProofs('the certificate twice until the copy is taken out', {
  nginx: 'leaf-twice',
  haproxy: 'issuer-twice',
  apache: 'apache-leaf-twice',
  caddy: 'caddy-leaf-twice',
  stunnel: 'stunnel-leaf-twice',
});
