/** Owns the search for a path from a certificate to an anchor, in a bounded number of steps. */
import type { Certificate } from '../certificate.ts';
import { createIssuerPool, type IssuerPool, keyIdsFit, sameCertificate } from '../chain.ts';
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
  return new Finder(search).find();
}

/** A path with the reasons of all its certificates so far. */
interface Step {
  readonly path: readonly Certificate[];
  readonly reasons: readonly Reason[];
}

/** One search: what it has looked at, and the best that it has found. */
class Finder {
  readonly #search: Search;
  readonly #intermediates: IssuerPool;
  readonly #anchors: IssuerPool;
  readonly #judged = new Map<Certificate, readonly Reason[]>();
  readonly #checks = new Map<Certificate, Map<string, SignatureCheck>>();
  #steps = 0;
  #signatures = 0;
  #paths = 0;
  #best: Attempt | undefined;

  constructor(search: Search) {
    this.#search = search;
    this.#intermediates = createIssuerPool(search.intermediates);
    this.#anchors = createIssuerPool(search.roots ?? []);
  }

  find(): Attempt {
    const { leaf, roots } = this.#search;
    const own = anchorOf(leaf, roots);
    if (own === undefined || !this.#complete([leaf], own, [])) this.#goOn({ path: [leaf], reasons: [] });
    const attempt = this.#best ?? { path: [leaf], anchor: undefined, reasons: [] };
    return !this.#isOver() || this.#isGood(attempt) ? attempt : givenUp(attempt, leaf);
  }

  #isOver(): boolean {
    return this.#steps > STEPS || this.#signatures > SIGNATURES || this.#paths > PATHS;
  }

  #isGood({ anchor, reasons }: Attempt): boolean {
    return anchor !== undefined && !reasons.some(this.#search.counts);
  }

  /** Goes on from the end of a path; true once a path is found. */
  #goOn(step: Step): boolean {
    const { path } = step;
    const last = path[path.length - 1] ?? this.#search.leaf;
    let tried = 0;
    const leadsOn = (issuer: Certificate, isAnchor: boolean): boolean => {
      if (!this.#mayTry(issuer, path)) return false;
      tried++;
      return this.#tryIssuer(step, last, issuer, isAnchor);
    };
    for (const root of this.#anchors.namedLikeIssuer(last)) if (leadsOn(root, true)) return true;
    if (path.length >= LENGTH)
      return this.#deadEnd(step, 'chain-too-long', `The path is longer than ${LENGTH} certificates here.`);
    // What names itself as its issuer seldom leads on, and a crowd of such could use up all steps.
    for (const selfIssued of [false, true]) {
      for (const issuer of this.#intermediates.namedLikeIssuer(last))
        if (issuer.selfIssued === selfIssued && leadsOn(issuer, false)) return true;
    }
    const hiddenRoot = this.#search.roots === undefined ? publicIssuerOf(last) : undefined;
    if (hiddenRoot !== undefined) return this.#complete(path, { kind: 'public-name', root: hiddenRoot }, step.reasons);
    return tried > 0 ? false : this.#endOf(step, last);
  }

  /** Counts a step, also one that leads nowhere: a crowd of copies costs time, too. */
  #mayTry(issuer: Certificate, path: readonly Certificate[]): boolean {
    this.#steps++;
    return !this.#isOver() && !isOn(path, issuer);
  }

  /** Puts an issuer behind the end of a path, and goes on from there. */
  #tryIssuer({ path, reasons }: Step, last: Certificate, issuer: Certificate, isAnchor: boolean): boolean {
    const ahead = [...path, issuer];
    const anchor = isAnchor ? ({ kind: 'certificate' } as const) : publicAnchor(issuer, this.#search.roots);
    const found = [...reasons, ...this.#signatureReasons(last, issuer), ...this.#judge(issuer, anchor !== undefined)];
    if (anchor !== undefined) return this.#complete(ahead, anchor, found);
    if (found.some(this.#search.counts)) return this.#settles({ path: ahead, anchor: undefined, reasons: found });
    return this.#goOn({ path: ahead, reasons: found });
  }

  /** Where nobody is named like the issuer. */
  #endOf(step: Step, last: Certificate): boolean {
    if (nameKey(last.subject) === nameKey(last.issuer)) {
      const text = 'It names itself as its issuer, and is not among the trusted certificates.';
      return this.#deadEnd(step, 'root-not-trusted', text);
    }
    const text = `Its issuer, ${shortName(last.issuer.text)}, is neither among the certificates beside it nor among the trusted ones.`;
    return this.#deadEnd(step, 'issuer-missing', text);
  }

  #deadEnd({ path, reasons }: Step, code: ReasonCode, text: string): boolean {
    const last = path[path.length - 1] ?? this.#search.leaf;
    const end = reasonsOf(last, (complain) => complain.refused(code, text));
    return this.#settles({ path, anchor: undefined, reasons: [...reasons, ...end] });
  }

  #complete(path: readonly Certificate[], anchor: Anchor, reasons: readonly Reason[]): boolean {
    if (++this.#paths > PATHS) return false;
    return this.#settles({ path, anchor, reasons: [...reasons, ...this.#search.judgePath(path)] });
  }

  /** Keeps the best failure, and says whether the attempt is none. */
  #settles(attempt: Attempt): boolean {
    const isGood = this.#isGood(attempt);
    if (isGood || this.#isBetter(attempt)) this.#best = attempt;
    return isGood;
  }

  #isBetter(attempt: Attempt): boolean {
    const best = this.#best;
    if (best === undefined) return true;
    const anchored = Number(attempt.anchor !== undefined) - Number(best.anchor !== undefined);
    if (anchored !== 0) return anchored > 0;
    const counting = ({ reasons }: Attempt) => reasons.filter(this.#search.counts).length;
    return attempt.anchor === undefined ? attempt.path.length > best.path.length : counting(attempt) < counting(best);
  }

  #judge(certificate: Certificate, isAnchor: boolean): readonly Reason[] {
    const known = isAnchor ? undefined : this.#judged.get(certificate);
    if (known !== undefined) return known;
    const reasons = this.#search.judgeIssuer(certificate, isAnchor);
    if (!isAnchor) this.#judged.set(certificate, reasons);
    return reasons;
  }

  /** Why the issuer's key did not make the signature; nothing where it did. */
  #signatureReasons(certificate: Certificate, issuer: Certificate): readonly Reason[] {
    const check = this.#checked(certificate, issuer);
    return reasonsOf(certificate, (complain) => {
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
      if (keyIdsFit(issuer, certificate) === false)
        complain.profile('authority-key-id', `Its authorityKeyIdentifier is of another key than its issuer's.`);
    });
  }

  /** Certificates of one key share a check; undefined when too many were made. */
  #checked(certificate: Certificate, { publicKey }: Certificate): SignatureCheck | undefined {
    const known = this.#checks.get(certificate) ?? new Map<string, SignatureCheck>();
    this.#checks.set(certificate, known);
    const key = hexOf(publicKey.spki);
    if (!known.has(key) && ++this.#signatures <= SIGNATURES)
      known.set(key, checkSignature(certificate.signed, publicKey, true));
    return known.get(key);
  }
}

function givenUp(attempt: Attempt, leaf: Certificate): Attempt {
  const text = `The search for its path was given up after ${STEPS} steps, ${SIGNATURES} signatures or ${PATHS} paths.`;
  const overrun = reasonsOf(leaf, (complain) => complain.refused('too-much-work', text));
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
