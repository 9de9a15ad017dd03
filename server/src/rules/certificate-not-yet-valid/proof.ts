/** Owns the proof of certificate-not-yet-valid: what a client says of a certificate whose time has not come. */
import { verdictProofs } from '../../../../test/certificate-rules/proofs.ts';

export const proofs = verdictProofs('certificate-not-yet-valid', 'certificate is not yet valid');
