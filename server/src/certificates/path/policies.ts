/** Owns certificate policies along a path (RFC 5280, 6.1), for applications that accept every policy. */
import type { Certificate } from '../certificate.ts';
import { type Reason, reasonsOf } from './reason.ts';

const ANY_POLICY = '2.5.29.32.0';

/** `any` stands for every policy. The sets of all certificates so far; empty where there is none that all of them have. */
type Policies = 'any' | ReadonlySet<string>;

/**
 * Judges a path (leaf first): where an authority demands that paths below it have a policy, one must be common to all.
 * The anchor's own extensions of policies do not count.
 */
export function judgePolicies(path: readonly Certificate[]): readonly Reason[] {
  let policies: Policies = 'any';
  let explicit = Number.POSITIVE_INFINITY;
  let mapping = Number.POSITIVE_INFINITY;
  let anyPolicy = Number.POSITIVE_INFINITY;
  for (let at = path.length - 2; at >= 0; at--) {
    const certificate = path[at];
    if (certificate === undefined) break;
    const { selfIssued } = certificate;
    const honoursAny = anyPolicy > 0 || (selfIssued && at > 0);
    policies = common(policies, certificate.policies, honoursAny);
    const { requireExplicitPolicy, inhibitPolicyMapping } = certificate.policyConstraints ?? {};
    const last = at === 0;
    if (last && requireExplicitPolicy === 0) explicit = 0;
    if (policies !== 'any' && policies.size === 0 && explicit <= 0) {
      return reasonsOf(certificate, (complain) =>
        complain.refused('policy-missing', 'An authority above it demands a certificate policy, and none holds here.'),
      );
    }
    if (last) break;
    policies = mapped(policies, certificate.policyMappings, mapping > 0);
    if (!selfIssued) {
      explicit--;
      mapping--;
      anyPolicy--;
    }
    explicit = Math.min(explicit, requireExplicitPolicy ?? explicit);
    mapping = Math.min(mapping, inhibitPolicyMapping ?? mapping);
    anyPolicy = Math.min(anyPolicy, certificate.inhibitAnyPolicy ?? anyPolicy);
  }
  return [];
}

function common(before: Policies, own: readonly string[], honoursAny: boolean): Policies {
  if (own.includes(ANY_POLICY) && honoursAny) return before;
  const named = own.filter((policy) => policy !== ANY_POLICY);
  return new Set(before === 'any' ? named : named.filter((policy) => before.has(policy)));
}

/** The policies as the subject's domain names them; without the mapped ones where mapping is inhibited. */
function mapped(policies: Policies, mappings: Certificate['policyMappings'], allowed: boolean): Policies {
  if (policies === 'any' || mappings.length === 0) return policies;
  const out = new Set(policies);
  for (const { issuer } of mappings) out.delete(issuer);
  if (allowed) for (const { issuer, subject } of mappings) if (policies.has(issuer)) out.add(subject);
  return out;
}
