/** Owns tls-directive-removed: what the target's version deprecates or refuses. */
import { atLeast } from '../../model/target.ts';
import type { Rule } from '../rule.ts';

const NAMES = { nginx: 'nginx', haproxy: 'HAProxy', apache: 'Apache httpd', caddy: 'Caddy' } as const;

/** The oldest versions that distributions still support; with no target known, what holds for them holds. */
const OLDEST = { nginx: '1.18.0', haproxy: '2.4.0', apache: '2.4.37', caddy: '2.4.0' } as const;

export const rule: Rule = {
  id: 'tls-directive-removed',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A directive or an option is deprecated, or refused, by the version that is meant',
  sources: [
    'https://nginx.org/en/CHANGES',
    'https://docs.haproxy.org/2.6/configuration.html',
    'https://httpd.apache.org/docs/2.4/upgrading.html',
  ],
  check({ model, report }) {
    for (const { place, what, product, deprecatedIn, removedIn, advice, offers } of model.obsolete) {
      const have = model.target.get(product);
      const name = NAMES[product];
      const target =
        have === undefined
          ? new Map([[product, { version: OLDEST[product].split('.').map(Number), text: OLDEST[product], from: '' }]])
          : model.target;
      const removed = removedIn !== undefined && atLeast(target, product, removedIn) === true;
      const deprecated = deprecatedIn !== undefined && atLeast(target, product, deprecatedIn) === true;
      if (!removed && !deprecated) continue;
      const version = have === undefined ? '' : ` (the target is ${name} ${have.text}, from ${have.from})`;
      const later = removedIn !== undefined ? `, and ${name} ${removedIn} and newer do not start with it` : '';
      report({
        severity: removed ? 'error' : 'warning',
        at: place,
        message: removed
          ? `${what} was removed in ${name} ${removedIn}, which does not start with it${version}: ${advice}`
          : `${what} is deprecated since ${name} ${deprecatedIn}${later}${version}: ${advice}`,
        offers,
      });
    }
  },
};
