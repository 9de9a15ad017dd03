/** Owns whether a certificate of a path is revoked, by the revocation lists at hand. */
import type { Certificate } from '../certificate.ts';
import { nameKey } from '../name-key.ts';
import { EXTENSION } from '../oids.ts';
import { type RevocationList, revocationOf } from '../revocation-list.ts';
import { checkSignature } from '../signature.ts';
import { type Complain, moment, type Reason, reasonsOf } from './reason.ts';

const CRL_NUMBER = '2.5.29.20';
/** Understood in a list, critical or not. A list for a part of the certificates (2.5.29.28) or a delta is not. */
const UNDERSTOOD: ReadonlySet<string> = new Set([EXTENSION.authorityKeyId, CRL_NUMBER]);
/** Takes a revocation back, in a delta. */
const REMOVED = 8;

/** Judges each certificate of a path (leaf first) whose issuer has lists at hand; others are not looked at. */
export function judgeRevocation(
  path: readonly Certificate[],
  lists: readonly RevocationList[],
  nowMs: number,
): readonly Reason[] {
  return path.slice(0, -1).flatMap((certificate, at) => {
    const issuer = path[at + 1];
    if (issuer === undefined) return [];
    const own = lists.filter((list) => nameKey(list.issuer) === nameKey(certificate.issuer));
    return own.flatMap((list) =>
      reasonsOf(certificate, (complain) => {
        if (!judgeList(list, issuer, nowMs, complain)) return;
        const found = revocationOf(list, certificate.serial);
        if (found === undefined || found.reason === REMOVED) return;
        if (found.extensions.some(({ critical }) => critical)) {
          complain.refused('crl-not-valid', 'The revocation list has an entry for it that is not understood.');
        } else {
          const since = found.time === undefined ? '' : ` on ${moment(found.time)}`;
          complain.refused('revoked', `Its issuer revoked it${since}.`);
        }
      }),
    );
  });
}

/** Whether a list may be believed; complains where it may not. */
function judgeList(list: RevocationList, issuer: Certificate, nowMs: number, complain: Complain): boolean {
  const wrong = problemOf(list, issuer, nowMs);
  if (wrong !== undefined) complain.refused('crl-not-valid', `The revocation list of its issuer ${wrong}.`);
  const number = list.extensions.find(({ oid }) => oid === CRL_NUMBER);
  if (number === undefined) complain.profile('crl-not-valid', 'The revocation list of its issuer has no number.');
  else if (number.critical) {
    complain.profile('crl-not-valid', 'The number of the revocation list of its issuer is critical, and must not be.');
  }
  return wrong === undefined;
}

function problemOf(list: RevocationList, issuer: Certificate, nowMs: number): string | undefined {
  const { extensions, malformed, nextUpdate, thisUpdate } = list;
  const now = Math.floor(nowMs / 1000) * 1000;
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.includes('cRLSign')) {
    return 'is signed by an authority whose keyUsage does not allow that (cRLSign)';
  }
  if (
    extensions.some(({ oid, critical }) => critical && !UNDERSTOOD.has(oid)) ||
    list.isDelta ||
    malformed.length > 0
  ) {
    return 'has an extension that is not understood';
  }
  if (thisUpdate === undefined || now < thisUpdate) return 'is not valid yet';
  if (nextUpdate !== undefined && now > nextUpdate) return `was valid until ${moment(nextUpdate)}`;
  switch (checkSignature(list.signed, issuer.publicKey, true)) {
    case 'good':
      return undefined;
    case 'bad':
      return 'is not signed by it';
    case 'unsupported':
      return `is signed with ${list.signatureAlgorithm}, which cannot be verified here`;
  }
}
