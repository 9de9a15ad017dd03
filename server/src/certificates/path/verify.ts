/** Owns the validation of certification paths (RFC 5280, 6, and RFC 9525): from a leaf and what is at hand to a verdict. */
import type { Certificate } from '../certificate.ts';
import type { RevocationList } from '../revocation-list.ts';
import { judgeAny } from './any-certificate.ts';
import { judgeAuthority } from './authority.ts';
import { judgeLeaf, PURPOSE, type Usage } from './leaf.ts';
import { COMPARISONS, judgeNames } from './name-constraints.ts';
import { judgePolicies } from './policies.ts';
import { type Reason, reasonsOf } from './reason.ts';
import { judgeRevocation } from './revocation.ts';
import { type Anchor, anchorOf, findPath } from './search.ts';

export interface PathQuestion {
  readonly leaf: Certificate;
  /** What else is at hand, in any order. */
  readonly intermediates: readonly Certificate[];
  /** Trusted certificates, roots or not; undefined for the snapshot of public roots. */
  readonly roots: readonly Certificate[] | undefined;
  readonly usage: Usage;
  /** Names that the leaf must be for, all of them. */
  readonly names: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Used where they are by an issuer of the path; nothing is said about other certificates' revocation. */
  readonly lists: readonly RevocationList[];
  /** How many intermediates are allowed, those not counted that have the same name as their issuer; undefined for no limit. */
  readonly maxIntermediates?: number | undefined;
  /** Whether what breaks only a profile counts against a path too. */
  readonly strict: boolean;
}

export interface PathVerdict {
  readonly valid: boolean;
  /** From the leaf upwards; where it is not valid, as far as the search came. */
  readonly path: readonly Certificate[];
  /** Undefined where the path leads nowhere. */
  readonly anchor: Anchor | undefined;
  /** Why it is not valid; empty where it is. */
  readonly reasons: readonly Reason[];
  /** What breaks a profile without counting. */
  readonly remarks: readonly Reason[];
}

/** Validates. Bounded in steps, signatures and comparisons of names, whatever the certificates; never throws. */
export function verifyPath(question: PathQuestion): PathVerdict {
  const { leaf, now, strict, usage } = question;
  const comparisons = { left: COMPARISONS };
  const counts = ({ weight }: Reason) => strict || weight === 'refused';
  const own = reasonsOf(leaf, (complain) => {
    judgeAny(leaf, now, anchorOf(leaf, question.roots) !== undefined, complain);
    judgeLeaf(leaf, usage, question.names, complain);
  });
  const attempt = findPath({
    ...question,
    counts,
    judgeIssuer: (certificate, isAnchor) =>
      reasonsOf(certificate, (complain) => {
        judgeAny(certificate, now, isAnchor, complain);
        judgeAuthority(certificate, isAnchor, complain);
      }),
    judgePath: (path) => [
      ...judgeLengths(path, question.maxIntermediates),
      ...judgePurpose(path, usage),
      ...judgeNames(path, comparisons),
      ...judgePolicies(path),
      ...judgeRevocation(path, question.lists, now),
    ],
  });
  const all = [...own, ...attempt.reasons];
  const reasons = all.filter(counts);
  return {
    valid: attempt.anchor !== undefined && reasons.length === 0,
    path: attempt.path,
    anchor: attempt.anchor,
    reasons,
    remarks: all.filter((reason) => !counts(reason)),
  };
}

/** RFC 5280, 4.2.1.9: intermediates whose subject is also their issuer are not counted. */
function judgeLengths(path: readonly Certificate[], most: number | undefined): readonly Reason[] {
  const reasons: Reason[] = [];
  let below = 0;
  for (const [at, certificate] of path.entries()) {
    if (at === 0) continue;
    const { pathLength } = certificate;
    if (pathLength !== undefined && below > pathLength) {
      reasons.push(
        ...reasonsOf(certificate, (complain) =>
          complain.refused('path-length', `It allows ${pathLength} authorities below it, and here are ${below}.`),
        ),
      );
    }
    const isAnchor = at === path.length - 1;
    if (!isAnchor && !certificate.selfIssued) below++;
  }
  const [leaf] = path;
  if (most === undefined || below <= most || leaf === undefined) return reasons;
  const tooLong = reasonsOf(leaf, (complain) =>
    complain.refused('chain-too-long', `Its path has ${below} intermediates, and ${most} are allowed.`),
  );
  return [...reasons, ...tooLong];
}

/** Browsers and OpenSSL read an authority's extended key usage as a limit on what it issues. */
function judgePurpose(path: readonly Certificate[], usage: Usage): readonly Reason[] {
  const purpose = PURPOSE[usage];
  return path.slice(1).flatMap((certificate) => {
    const { extendedKeyUsage } = certificate;
    if (extendedKeyUsage === undefined || extendedKeyUsage.includes('anyExtendedKeyUsage')) return [];
    if (extendedKeyUsage.includes(purpose)) return [];
    return reasonsOf(certificate, (complain) =>
      complain.refused('usage', `Its extendedKeyUsage does not let it issue certificates for ${purpose}.`),
    );
  });
}
