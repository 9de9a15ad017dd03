/** Owns which suites are weak, how badly, and why. */
import type { Suite } from './suites.ts';

export interface Weakness {
  readonly severity: 'error' | 'warning';
  /** As a clause: "the traffic is not encrypted". */
  readonly reason: string;
}

const error = (reason: string): Weakness => ({ severity: 'error', reason });
const warning = (reason: string): Weakness => ({ severity: 'warning', reason });

/** The worst that can be said of a suite; undefined where it is fine. */
export function weaknessOf(suite: Suite): Weakness | undefined {
  const { encryption } = suite;
  if (encryption === 'NULL') return error('the traffic is not encrypted');
  if (suite.authentication === 'NULL')
    return error('nobody proves who the server is, so anybody in between can pose as it');
  if (suite.classes.has('EXPORT')) return error('its keys were made weak on purpose for export and are broken at once');
  if (encryption === 'RC4') return error('RC4 leaks the plain text and is forbidden in TLS (RFC 7465)');
  if (encryption === 'DES') return error('DES has 56 bits and is broken by trying all keys');
  if (encryption === '3DES' || encryption === 'IDEA')
    return warning(`${encryption} has blocks of 64 bits, which leak in long connections (Sweet32, CVE-2016-2183)`);
  if (!suite.forwardSecret) return warning('no forward secrecy: who gets the key later can read recorded traffic');
  if (suite.mac === 'SHA1') return warning('CBC with SHA-1, which leaks through timing (Lucky Thirteen)');
  return undefined;
}
