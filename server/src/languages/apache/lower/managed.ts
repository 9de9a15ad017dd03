/** Owns whether mod_md gets certificates by itself, so that a host without a file may have one all the same. */
import { oncePerScope, own, scopesBelow } from '../scope.ts';

const DIRECTIVES = ['mdomain', 'managedomain', 'mdomainset', 'mdcertificateauthority'];

export const isManaged = oncePerScope((main) =>
  scopesBelow(main).some((one) => DIRECTIVES.some((key) => own(one, key).length > 0)),
);
