/** Owns the question whether a name is one of a machine or of a private network, which no public authority vouches for. */
import { ipBytes } from '../certificates/ip.ts';

/** Names that no public certificate can have (RFC 6761, RFC 6762, RFC 9476, and habit); names without a dot are of machines. */
const LOCAL =
  /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|lan|home|home\.arpa|test|invalid|alt|svc|cluster\.local)$|^[^.:]*$/;

/** Whether a name of a server or of a certificate is local; patterns are what they end with. */
export function isLocalName(name: string): boolean {
  const address = ipBytes(name.replace(/^\[|\]$/g, ''));
  return address === undefined ? LOCAL.test(name.toLowerCase().replace(/\.$/, '')) : isPrivateAddress(address);
}

/** Loopback, link-local and private ranges (RFC 1918, RFC 4193, RFC 6598). */
function isPrivateAddress(bytes: readonly number[]): boolean {
  const [a = 0, b = 0] = bytes;
  if (bytes.length === 4)
    return (
      a === 10 ||
      a === 127 ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b < 128)
    );
  const isLoopback = bytes.every((byte, at) => byte === (at === 15 ? 1 : 0));
  return isLoopback || (a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0x80);
}
