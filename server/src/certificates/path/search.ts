/** Owns the search for a path from a certificate to an anchor, in a bounded number of steps. */
import type { Certificate } from '../certificate.ts';
import { createIssuerPool, keyIdsFit } from '../chain.ts';
import { hexOf, sameBytes } from '../der.ts';
import { nameKey } from '../name-key.ts';
import { type PublicRoot, publicIssuerOf, publicRootOf } from '../public.ts';
import { checkSignature, type SignatureCheck } from '../signature.ts';
import { type Reason, type ReasonCode, reasonsOf, shortName } from './reason.ts';

/** Where a path ends: at a certificate (the last of the path), or behind it, at a public root of which only hashes are known. */
export type Anchor =
  | { readonly kind: 'certificate' }
  /** The last certificate has the key of the root. */
  | { readonly kind: 'public-key'; readonly root: PublicRoot }
  /** The last certificate names the root as its issuer; nothing verified that. */
  | { readonly kind: 'public-name'; readonly root: PublicRoot };

/** A path from the leaf upwards, and what was found on the way; `anchor` is undefined where it leads nowhere. */
export interface Attempt {
  readonly path: readonly Certificate[];
  readonly anchor: Anchor | undefined;
  readonly reasons: readonly Reason[];
}

export interface Search {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
  /** The anchors; undefined for the snapshot of public roots. */
  readonly roots: readonly Certificate[] | undefined;
  /** Judges one issuer by itself. */
  judgeIssuer(certificate: Certificate, isAnchor: boolean): readonly Reason[];
  /** Judges a path as a whole. */
  judgePath(path: readonly Certificate[]): readonly Reason[];
  /** Whether a reason rules a path out. */
  counts(reason: Reason): boolean;
}

/** Issuers looked at, and signatures verified, for one leaf. Real searches need some ten of each. */
const STEPS = 5000;
const SIGNATURES = 200;
/** The longest path, leaf and anchor included (Chromium's limit is 20 too). */
const LENGTH = 20;

/** Finds a path against which nothing counts, or gives the one that came farthest. Never throws. */
export function findPath(search: Search): Attempt {
  const { leaf, roots } = search;
  const intermediates = createIssuerPool(search.intermediates);
  const anchors = createIssuerPool(roots ?? []);
  const anchorBytes = new Set((roots ?? []).map(({ der }) => hexOf(der)));
  const judged = new Map<Certificate, readonly Reason[]>();
  const checks = new Map<Certificate, Map<string, SignatureCheck>>();
  let steps = 0;
  let signatures = 0;
  let best: Attempt | undefined;

  const isBetter = (attempt: Attempt): boolean => {
    if (best === undefined) return true;
    const anchored = Number(attempt.anchor !== undefined) - Number(best.anchor !== undefined);
    if (anchored !== 0) return anchored > 0;
    const counting = ({ reasons }: Attempt) => reasons.filter(search.counts).length;
    return attempt.anchor === undefined ? attempt.path.length > best.path.length : counting(attempt) < counting(best);
  };
  /** Keeps the best failure, and says whether the attempt is none. */
  const settles = (attempt: Attempt): boolean => {
    const isGood = attempt.anchor !== undefined && !attempt.reasons.some(search.counts);
    if (isGood || isBetter(attempt)) best = attempt;
    return isGood;
  };
  const deadEnd = (path: readonly Certificate[], before: readonly Reason[], code: ReasonCode, text: string) =>
    settles({
      path,
      anchor: undefined,
      reasons: [...before, ...reasonsOf(path[path.length - 1] ?? leaf, (complain) => complain.refused(code, text))],
    });
  const judge = (certificate: Certificate, isAnchor: boolean): readonly Reason[] => {
    const known = isAnchor ? undefined : judged.get(certificate);
    if (known !== undefined) return known;
    const reasons = search.judgeIssuer(certificate, isAnchor);
    if (!isAnchor) judged.set(certificate, reasons);
    return reasons;
  };
  const complete = (path: readonly Certificate[], anchor: Anchor, reasons: readonly Reason[]): boolean =>
    settles({ path, anchor, reasons: [...reasons, ...search.judgePath(path)] });

  /** Certificates of one key share a check; undefined when too many were made. */
  const checked = (certificate: Certificate, { publicKey }: Certificate): SignatureCheck | undefined => {
    const known = checks.get(certificate) ?? new Map<string, SignatureCheck>();
    checks.set(certificate, known);
    const key = hexOf(publicKey.spki);
    if (!known.has(key) && ++signatures <= SIGNATURES) {
      known.set(key, checkSignature(certificate.signed, publicKey, true));
    }
    return known.get(key);
  };

  /** Why the issuer's key did not make the signature; undefined where it did. */
  const signatureReasons = (certificate: Certificate, issuer: Certificate): readonly Reason[] =>
    reasonsOf(certificate, (complain) => {
      const check = checked(certificate, issuer);
      if (check === undefined) {
        complain.refused('too-much-work', 'There are too many certificates that could have issued it.');
        return;
      }
      if (check === 'bad')
        complain.refused('signature-wrong', `Its signature is not by ${shortName(issuer.subject.text)}.`);
      if (check === 'unsupported') {
        const what = `${certificate.signatureAlgorithm} with a key of the kind ${issuer.publicKey.algorithm}`;
        complain.refused('signature-unknown', `Its signature cannot be verified here: ${what}.`);
      }
      if (keyIdsFit(issuer, certificate) === false) {
        complain.profile('authority-key-id', `Its authorityKeyIdentifier is of another key than its issuer's.`);
      }
    });

  /** Goes on from the end of a path; true once a path is found. `reasons` are those of all its certificates so far. */
  const goOn = (path: readonly Certificate[], reasons: readonly Reason[]): boolean => {
    const last = path[path.length - 1] ?? leaf;
    if (anchorBytes.has(hexOf(last.der)) && complete(path, { kind: 'certificate' }, reasons)) return true;
    const ownRoot = roots === undefined ? publicRootOf(last) : undefined;
    if (ownRoot !== undefined) return complete(path, { kind: 'public-key', root: ownRoot }, reasons);
    let tried = 0;
    const tryIssuer = (issuer: Certificate, isAnchor: boolean): boolean => {
      if (++steps > STEPS || signatures > SIGNATURES || isOn(path, issuer)) return false;
      tried++;
      const ahead = [...path, issuer];
      const found = [...reasons, ...signatureReasons(last, issuer), ...judge(issuer, isAnchor)];
      if (isAnchor) return complete(ahead, { kind: 'certificate' }, found);
      if (found.some(search.counts)) return settles({ path: ahead, anchor: undefined, reasons: found });
      return goOn(ahead, found);
    };
    for (const root of anchors.namedLikeIssuer(last)) if (tryIssuer(root, true)) return true;
    if (path.length >= LENGTH) {
      return deadEnd(path, reasons, 'chain-too-long', `The path is longer than ${LENGTH} certificates here.`);
    }
    // What names itself as its issuer seldom leads on, and a crowd of such could use up all steps.
    for (const selfIssued of [false, true]) {
      for (const issuer of intermediates.namedLikeIssuer(last)) {
        if (issuer.selfIssued === selfIssued && tryIssuer(issuer, false)) return true;
      }
    }
    const hiddenRoot = roots === undefined ? publicIssuerOf(last) : undefined;
    if (hiddenRoot !== undefined) return complete(path, { kind: 'public-name', root: hiddenRoot }, reasons);
    if (tried > 0) return false;
    if (nameKey(last.subject) === nameKey(last.issuer)) {
      return deadEnd(
        path,
        reasons,
        'root-not-trusted',
        'It names itself as its issuer, and is not among the trusted certificates.',
      );
    }
    return deadEnd(
      path,
      reasons,
      'issuer-missing',
      `Its issuer, ${shortName(last.issuer.text)}, is neither among the certificates beside it nor among the trusted ones.`,
    );
  };

  goOn([leaf], []);
  const fallback: Attempt = { path: [leaf], anchor: undefined, reasons: [] };
  const attempt = best ?? fallback;
  if (steps <= STEPS && signatures <= SIGNATURES) return attempt;
  if (attempt.anchor !== undefined && !attempt.reasons.some(search.counts)) return attempt;
  const overrun = reasonsOf(leaf, (complain) =>
    complain.refused(
      'too-much-work',
      `The search for its path was given up after ${STEPS} steps or ${SIGNATURES} signatures.`,
    ),
  );
  return { ...attempt, reasons: [...attempt.reasons.filter(({ code }) => code !== 'too-much-work'), ...overrun] };
}

/** The same certificate, or another one for the same name and key, is no further step. */
function isOn(path: readonly Certificate[], { der, publicKey, subject }: Certificate): boolean {
  return path.some(
    (one) =>
      sameBytes(one.der, der) ||
      (nameKey(one.subject) === nameKey(subject) && sameBytes(one.publicKey.spki, publicKey.spki)),
  );
}
