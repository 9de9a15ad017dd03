/** Owns the addresses at which configurations meet: what listens, and what requests are handed to. */

/** `host` is `*` for all addresses of the machine, `unix` for a local socket, whose path is the port. */
export interface Address {
  readonly host: string;
  readonly port: string;
}

/** Whether an address is of the machine itself, so that it means another place on each. */
export function isLocal({ host }: Address): boolean {
  return host === 'unix' || host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

/** Whether whoever connects to `to`, on the same machine or on any other, comes to what listens at `at`. */
export function reaches(to: Address, at: Address, sameMachine: boolean): boolean {
  if (to.port !== at.port) return false;
  if (!isLocal(to)) return to.host === at.host && to.host !== '*';
  if (!sameMachine) return false;
  return (
    to.host === at.host ||
    (to.host !== 'unix' && at.host === '*') ||
    (to.host === 'localhost' && at.host === '127.0.0.1')
  );
}
