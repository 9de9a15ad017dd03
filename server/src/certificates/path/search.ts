/** Owns the search for a path from a certificate to an anchor, in a bounded number of steps. */
import type { Certificate } from '../certificate.ts';
import { createIssuerPool, keyIdsFit, sameCertificate } from '../chain.ts';
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

/** Issuers looked at, and signatures verified, for one leaf. Real searches need some ten of each, and one or two paths. */
const STEPS = 5000;
const SIGNATURES = 200;
/** Whole paths that are judged, each with all its names, policies and revocation lists. */
const PATHS = 100;
/** The longest path, leaf and anchor included (Chromium's limit is 20 too). */
const LENGTH = 20;

/** Finds a path against which nothing counts, or gives the one that came farthest. Never throws. */
export function findPath(search: Search): Attempt {
  const { leaf, roots } = search;
  const intermediates = createIssuerPool(search.intermediates);
  const anchors = createIssuerPool(roots ?? []);
  const judged = new Map<Certificate, readonly Reason[]>();
  const checks = new Map<Certificate, Map<string, SignatureCheck>>();
  let steps = 0;
  let signatures = 0;
  let paths = 0;
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
    ++paths <= PATHS && settles({ path, anchor, reasons: [...reasons, ...search.judgePath(path)] });
  const isOver = () => steps > STEPS || signatures > SIGNATURES || paths > PATHS;

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
    let tried = 0;
    const tryIssuer = (issuer: Certificate, isAnchor: boolean): boolean => {
      steps++;
      if (isOver() || isOn(path, issuer)) return false;
      tried++;
      const ahead = [...path, issuer];
      const anchor = isAnchor ? ({ kind: 'certificate' } as const) : publicAnchor(issuer, roots);
      const found = [...reasons, ...signatureReasons(last, issuer), ...judge(issuer, anchor !== undefined)];
      if (anchor !== undefined) return complete(ahead, anchor, found);
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

  const own = anchorOf(leaf, roots);
  if (own === undefined || !complete([leaf], own, [])) goOn([leaf], []);
  const fallback: Attempt = { path: [leaf], anchor: undefined, reasons: [] };
  const attempt = best ?? fallback;
  if (!isOver()) return attempt;
  if (attempt.anchor !== undefined && !attempt.reasons.some(search.counts)) return attempt;
  const overrun = reasonsOf(leaf, (complain) =>
    complain.refused(
      'too-much-work',
      `The search for its path was given up after ${STEPS} steps, ${SIGNATURES} signatures or ${PATHS} paths.`,
    ),
  );
  return { ...attempt, reasons: [...attempt.reasons.filter(({ code }) => code !== 'too-much-work'), ...overrun] };
}

/** Whether a certificate is trusted itself: it is among the roots, or has the key of a public root where there are none. */
export function anchorOf(certificate: Certificate, roots: readonly Certificate[] | undefined): Anchor | undefined {
  const isGiven = roots?.some((root) => sameCertificate(root, certificate)) === true;
  return isGiven ? { kind: 'certificate' } : publicAnchor(certificate, roots);
}

function publicAnchor(certificate: Certificate, roots: readonly Certificate[] | undefined): Anchor | undefined {
  const root = roots === undefined ? publicRootOf(certificate) : undefined;
  return root === undefined ? undefined : { kind: 'public-key', root };
}

/** The same certificate, or another one for the same name and key, is no further step. */
function isOn(path: readonly Certificate[], { der, publicKey, subject }: Certificate): boolean {
  return path.some(
    (one) =>
      sameBytes(one.der, der) ||
      (nameKey(one.subject) === nameKey(subject) && sameBytes(one.publicKey.spki, publicKey.spki)),
  );
}
