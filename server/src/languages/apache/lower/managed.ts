/** Owns what mod_md may do by itself: get certificates for hosts without a file, and redirect plain requests (docs, mod_md). */
import { oncePerScope, own, type Scope, scopesBelow, value } from '../scope.ts';

const DIRECTIVES = ['mdomain', 'managedomain', 'mdomainset', 'mdcertificateauthority'];

export const isManaged = oncePerScope((main) =>
  scopesBelow(main).some((one) => DIRECTIVES.some((key) => own(one, key).length > 0)),
);

/** What counts for some names stands in `<MDomainSet>`, and for all of them beside it. */
const requires = oncePerScope((level) =>
  scopesBelow(level).some((scope) =>
    own(scope, 'mdrequirehttps').some((entry) => value(entry)?.toLowerCase() !== 'off'),
  ),
);

/** Whether it may redirect plain requests of managed names to TLS, with `Strict-Transport-Security` where that is for good. */
export function mayRequireTls(levels: readonly Scope[]): boolean {
  return levels.some(requires);
}
