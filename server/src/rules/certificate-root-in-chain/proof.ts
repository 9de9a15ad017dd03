/** Owns the proof of certificate-root-in-chain: what is in the file goes over the wire. */
import { needlessProofs } from '../../../../test/certificate-rules/proofs.ts';

export const proofs = needlessProofs('the root along until it is taken out', {
  nginx: 'root',
  haproxy: 'root-bundle',
  apache: 'apache-root',
  caddy: 'caddy-root',
  stunnel: 'stunnel-root',
});
