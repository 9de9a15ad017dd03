/** Owns tls-directive-removed: what the target's version deprecates or refuses. */
import { atLeast } from '../../model/target.ts';
import type { Rule } from '../rule.ts';

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
    const { versions } = model.product;
    if (versions === undefined || model.obsolete.length === 0) return;
    const { product, name, oldest } = versions;
    const have = model.target.get(product);
    const target =
      have === undefined
        ? new Map([[product, { version: oldest.split('.').map(Number), text: oldest, from: '' }]])
        : model.target;
    for (const { place, what, deprecatedIn, removedIn, advice, offers } of model.obsolete) {
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
