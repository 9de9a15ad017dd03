/** Owns the certificate extensions that say under which policies a path holds (RFC 5280, 4.2.1.4, 5, 11 and 14). */
import { DER, type DerCursor } from './der.ts';
import { oidOf } from './oids.ts';

/** Skipped certificates until a policy is needed, or until mapping ends; undefined where the field is absent. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

export interface PolicyMapping {
  /** Dotted object identifiers. */
  readonly issuer: string;
  readonly subject: string;
}

export function readPolicyMappings(value: DerCursor): readonly PolicyMapping[] {
  const list = value.enter('policyMappings', DER.sequence);
  const mappings: PolicyMapping[] = [];
  while (list.more) {
    const pair = list.enter('a policy mapping', DER.sequence);
    const issuer = oidOf(pair.contents(pair.next('the policy of the issuer', DER.oid))) ?? '';
    const subject = oidOf(pair.contents(pair.next('the policy of the subject', DER.oid))) ?? '';
    pair.finish('a policy mapping');
    mappings.push({ issuer, subject });
  }
  return mappings;
}

export function readPolicyConstraints(value: DerCursor): PolicyConstraints {
  const fields = value.enter('policyConstraints', DER.sequence);
  const requireExplicitPolicy = fields.has(0x80) ? readCount(fields, 0x80) : undefined;
  const inhibitPolicyMapping = fields.has(0x81) ? readCount(fields, 0x81) : undefined;
  fields.finish('policyConstraints');
  return { requireExplicitPolicy, inhibitPolicyMapping };
}

/** Reads a number of certificates; numbers that no path reaches become Infinity. */
export function readCount(fields: DerCursor, tag: number): number {
  const node = fields.next('a number of certificates', tag);
  const bytes = fields.contents(node);
  if (bytes.length === 0 || ((bytes[0] ?? 0) & 0x80) !== 0)
    fields.fail(node.start, 'a number of certificates is negative');
  let count = 0;
  for (const byte of bytes) count = count * 256 + byte;
  return count;
}
