/** Owns checks of client certificates that refuse the wrong ones only: `= NONE`, where foreign certificates get in as well. */
import type { CertificateDemand } from '../../../model/client-certificates.ts';
import { isMasked } from '../mask.ts';
import { type Entry, own, type Scope } from '../scope.ts';
import type { Block } from './answers.ts';
import { regex } from './values.ts';

/** Variables of a certificate that whoever makes one writes as they like; fingerprints and the certificate itself are none. */
const AT_WILL = /^ssl_client_[si]_dn(_legacy)?$/;

/** Clients that should not get in: with no certificate, and with one that they made themselves. */
export type Stranger = 'none' | 'foreign';

const VERDICTS: Readonly<Record<Stranger, string>> = {
  none: 'NONE',
  foreign: 'FAILED:unable to verify the first certificate',
};

/** An `if` that does nothing but refuse, by one plain comparison. */
interface Refusal {
  readonly entry: Entry;
  refuses(stranger: Stranger): boolean;
}

const CONDITION = /^\(\s*\$\{?(\w+)\}?\s+(!?=|!?~\*?)\s+(.*?)\s*\)$/;

function refusalOf(entry: Entry): Refusal | undefined {
  const { scope, directive } = entry;
  if (scope === undefined || scope.holes.length > 0) return undefined;
  const [only, ...more] = scope.entries;
  if (only?.name !== 'return' || more.length > 0) return undefined;
  if (!/^[45]\d\d$/.test(only.directive.wording.values[0] ?? '')) return undefined;
  const [, name, operator, text] = CONDITION.exec(directive.wording.values.join(' ')) ?? [];
  if (name === undefined || operator === undefined || text === undefined) return undefined;
  if (isMasked(text) || text.includes('$')) return undefined;
  const holds = comparison(operator, text);
  if (holds === undefined) return undefined;
  if (name === 'ssl_client_verify') return { entry, refuses: (stranger) => holds(VERDICTS[stranger]) };
  return AT_WILL.test(name) ? { entry, refuses: (stranger) => stranger === 'none' && holds('') } : undefined;
}

/** As ngx_http_rewrite_module compares; undefined for an expression that is not evaluated. */
function comparison(operator: string, text: string): ((value: string) => boolean) | undefined {
  if (operator === '=') return (value) => value === text;
  if (operator === '!=') return (value) => value !== text;
  const expression = regex(`${operator.replace('!', '')}${text}`);
  if (expression === undefined) return undefined;
  const negated = operator.startsWith('!');
  return (value) => expression.test(value) !== negated;
}

export interface PointlessChecks {
  readonly entries: readonly Entry[];
  /** Who gets in all the same. */
  readonly passes: Stranger;
}

/** The checks of a block that, all together, let somebody in; undefined where there are none, or where they are enough. */
export function pointlessChecks({ scope, server }: Block, demand: CertificateDemand): PointlessChecks | undefined {
  const levels: readonly Scope[] = scope === server ? [scope] : [server, scope];
  const refusals = levels.flatMap((level) => own(level, 'if').flatMap((entry) => refusalOf(entry) ?? []));
  if (refusals.length === 0) return undefined;
  const strangers: readonly Stranger[] = demand === 'unverified' ? ['none', 'foreign'] : ['none'];
  const passes = strangers.find((stranger) => !refusals.some((one) => one.refuses(stranger)));
  return passes === undefined ? undefined : { entries: refusals.map(({ entry }) => entry), passes };
}
