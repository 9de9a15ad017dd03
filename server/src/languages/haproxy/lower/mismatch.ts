/** Owns `server` lines whose `ssl`, or the lack of it, does not fit their port: 443 is for TLS, 80 for plain text. */
import type { HopMismatch } from '../../../model/hops.ts';
import { speakTls, useTlsPort } from '../realize/hops.ts';
import type { HopServer } from './hop-servers.ts';
import { isHttp } from './upgrade.ts';

/** In mode tcp, what the client says goes through, so that port 443 is right without `ssl`. */
export function mismatchOf(server: HopServer): HopMismatch | undefined {
  const { proxy, name, address, port, parameters } = server;
  if (isHttp(proxy) !== true || proxy.unclear !== undefined) return undefined;
  const tls = parameters.has('ssl');
  if (!tls && port === '443') {
    return {
      message: `\`server ${name} ${address}\` has no \`ssl\`, so HAProxy speaks plain HTTP to port 443, where TLS is expected`,
      related: [],
      offers: [
        {
          title: 'Speak TLS, and verify the back end (fill in whom to trust)',
          safety: 'sketch',
          remedy: { kind: 'edit', edits: () => speakTls(server) },
        },
      ],
    };
  }
  if (!tls || port !== '80') return undefined;
  return {
    message: `\`server ${name} ${address}\` speaks TLS to port 80, where plain HTTP is expected`,
    related: [],
    offers: [
      {
        title: 'Use the port of TLS, 443',
        safety: 'behaviour',
        remedy: { kind: 'edit', edits: () => useTlsPort(server) },
      },
    ],
  };
}
