/** Owns what a service asks of the certificates of its peers: `verify`, `verifyChain`, `verifyPeer` and `requireCert`, in their order. */
import { isOpen } from '../claim.ts';
import { entriesOf, isYes, type Scope } from '../options.ts';
import type { Entry } from '../project.ts';

export const VERIFY_KEYS = ['verify', 'verifychain', 'verifypeer', 'requirecert'] as const;

/** What comes out of all lines; each part with the line that decided it last. */
export interface Verification {
  /** The chain up to an authority is verified. */
  readonly chain: boolean;
  /** The certificate itself has to be one of those that are known. */
  readonly peer: boolean;
  /** A client without a certificate is refused. */
  readonly required: boolean;
  /** A certificate is asked for, whatever becomes of it. */
  readonly asked: boolean;
  readonly decided: Readonly<Partial<Record<'chain' | 'peer' | 'required' | 'asked', Entry>>>;
  /** Why it cannot be known. */
  readonly unclear: string | undefined;
}

type Parts = Pick<Verification, 'chain' | 'peer' | 'required' | 'asked'>;

/** What the levels of `verify` set (manual, verify; seen with stunnel 5.68 and 5.82). */
const LEVELS: ReadonlyMap<string, Parts> = new Map([
  ['0', { chain: false, peer: false, required: false, asked: true }],
  ['1', { chain: true, peer: false, required: false, asked: true }],
  ['2', { chain: true, peer: false, required: true, asked: true }],
  ['3', { chain: true, peer: true, required: true, asked: true }],
  ['4', { chain: false, peer: true, required: true, asked: true }],
]);

/**
 * Each line sets its part, the later one wins. `verifyChain = yes` and `verifyPeer = yes` set `requireCert = yes` along, which
 * `verifyChain = no` does not take back (seen with stunnel 5.68 and 5.82).
 */
export function verificationOf(scope: Scope): Verification {
  let parts: Parts = { chain: false, peer: false, required: false, asked: false };
  const decided: { -readonly [part in keyof Verification['decided']]: Entry } = {};
  let unclear = scope.project.hidden;
  const set = (entry: Entry, more: Partial<Parts>): void => {
    parts = { ...parts, ...more };
    for (const part of Object.keys(more) as (keyof Parts)[]) decided[part] = entry;
  };
  for (const entry of entriesOf(scope, ...VERIFY_KEYS)) {
    const { key, name, value } = entry.option;
    if (isOpen(value.value)) unclear ??= `\`${name.value}\` is filled in by somebody else`;
    const yes = isYes(entry);
    if (key === 'verify') {
      const level = LEVELS.get(value.value);
      if (level === undefined) unclear ??= '`verify` has a level that is not known';
      else set(entry, level);
    } else if (key === 'verifychain') set(entry, yes ? { chain: true, required: true, asked: true } : { chain: false });
    else if (key === 'verifypeer') set(entry, yes ? { peer: true, required: true, asked: true } : { peer: false });
    else set(entry, yes ? { required: true, asked: true } : { required: false });
  }
  return { ...parts, decided, unclear };
}
