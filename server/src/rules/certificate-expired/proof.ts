/** Owns the proof of certificate-expired: what a client says of an expired certificate. */
import { verdictProofs } from '../../../../test/certificate-rules/proofs.ts';

export const proofs = verdictProofs('certificate-expired', 'certificate has expired');
