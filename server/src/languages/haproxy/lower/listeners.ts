/** Owns who reaches a `bind` line: clients themselves, this machine only, or a proxy before it. */
import type { Statement } from '../syntax/tree.ts';

/** Whether only this machine reaches it: loopback addresses, local sockets, descriptors. */
export function isLocalBind(bind: Statement): boolean {
  const addresses = (bind.words[1]?.value ?? '').split(',');
  return addresses.every((address) =>
    /^(?:ipv[46]@)?(?:127\.|localhost:|\[::1\]|::1:)|^(?:unix@|abnsz?@|fd@|sockpair@|rhttp@|\/)/.test(address),
  );
}

/** Whether a proxy before it tells of its clients in a PROXY header, or the like. */
export function isBehindProxy(bind: Statement): boolean {
  return bind.words.some(({ value }, i) => i > 1 && /^accept-(?:proxy|netscaler-cip)$/.test(value));
}
