/** Owns the forms in which name constraints are written, and which of them mean nothing (RFC 5280, 4.2.1.10). */
import type { NameConstraints, Subtrees } from '../general-names.ts';
import { type Complain, shortName } from './reason.ts';

const HOST = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i;

/** Whether a text is a mailbox: one `@`, something before it, and a host behind it. */
export function isMailbox(text: string): boolean {
  const [local, host, ...more] = text.split('@');
  return local !== '' && host !== undefined && HOST.test(host) && more.length === 0;
}

/** Whether a text is a host name, or one behind `*.`. */
export function isHostPattern(text: string): boolean {
  return HOST.test(text.replace(/^\*\./, ''));
}

export function judgeConstraints({ permitted, excluded }: NameConstraints, complain: Complain): void {
  const sides = [permitted, excluded].filter((side) => side !== undefined);
  if (sides.length === 0 || sides.some(isEmpty)) {
    complain.profile('constraint-unknown', 'Its nameConstraints are empty.');
  }
  for (const side of sides) judgeSide(side, complain);
}

function judgeSide(side: Subtrees, complain: Complain): void {
  const unknown = (written: string) =>
    complain.refused(
      'constraint-unknown',
      `Its nameConstraints have "${shortName(written)}", which is no form of a constraint.`,
    );
  for (const host of side.dns) {
    if (host === '') continue;
    if (!HOST.test(host.replace(/^\./, ''))) unknown(host);
    else if (host.startsWith('.')) {
      complain.profile(
        'constraint-unknown',
        `Its nameConstraints have "${shortName(host)}", and hosts have no leading dot there.`,
      );
    }
  }
  for (const email of side.emails) {
    if (email !== '' && !isMailbox(email) && !HOST.test(email.replace(/^\./, ''))) unknown(email);
  }
  for (const host of side.uris) if (host !== '' && !HOST.test(host.replace(/^\./, ''))) unknown(host);
  for (const { mask } of side.ips) if (!isPrefix(mask)) unknown(`an address range with the mask ${mask.join('.')}`);
  if (side.hasDistances) {
    complain.refused('constraint-unknown', 'Its nameConstraints have a minimum or maximum, which no client follows.');
  }
}

function isEmpty({ dns, emails, uris, ips, directoryNames, others }: Subtrees): boolean {
  return [dns, emails, uris, ips, directoryNames, others].every((list) => list.length === 0);
}

/** Whether a mask is ones, then zeros. */
function isPrefix(mask: Uint8Array): boolean {
  const bits = Array.from(mask, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits);
}
