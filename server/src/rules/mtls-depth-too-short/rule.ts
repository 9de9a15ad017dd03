/** Owns mtls-depth-too-short: authorities that lie too deep below their root for the depth to which chains are followed. */
import {
  type Authority,
  type ClientAuthorities,
  clientAuthorities,
  nameOf,
  stepsToRoot,
} from '../client-authorities.ts';
import type { Rule } from '../rule.ts';
import { blockPlace } from '../subjects.ts';

/** The authority that lies deepest among those that issued no other: clients have their certificates from such ones. */
function deepest({ named, pool }: ClientAuthorities): { authority: Authority; steps: number } | undefined {
  const certificates = named.map(({ item }) => item.certificate);
  const issuers = new Set(certificates.flatMap((one) => pool.issuersOf(one)));
  let found: { authority: Authority; steps: number } | undefined;
  for (const authority of named) {
    const { certificate } = authority.item;
    if (!certificate.isCA || issuers.has(certificate)) continue;
    const steps = stepsToRoot(certificate, pool);
    if (steps !== undefined && steps > (found?.steps ?? 0)) found = { authority, steps };
  }
  return found;
}

const counted = (count: number): string => `${count} ${count === 1 ? 'authority' : 'authorities'}`;

export const rule: Rule = {
  id: 'mtls-depth-too-short',
  severity: 'error',
  since: '0.1.0',
  summary: 'Client certificates are refused, because their root is further away than chains are followed',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_depth',
    'https://docs.openssl.org/3.0/man3/SSL_CTX_set_verify/',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslverifydepth',
  ],
  check(context) {
    for (const authorities of clientAuthorities(context)) {
      const { trust, asked } = authorities;
      const found = deepest(authorities);
      if (found === undefined || found.steps <= trust.depth) continue;
      const { authority, steps } = found;
      const allowed = trust.depth > 0 ? `${trust.depth}` : trust.depth === 0 ? 'none' : 'none, and not even a root';
      context.report({
        at: trust.depthPlace ?? asked.place,
        message: `Clients with a certificate of \`${nameOf(authority.item.certificate)}\` are refused: ${counted(steps)} ${steps === 1 ? 'stands' : 'stand'} between their certificates and the root, and \`${trust.depthWritten}\`${trust.depthPlace === undefined ? ', the default,' : ''} allows ${allowed}; ${trust.tooDeep}`,
        related: [{ place: blockPlace(authority.file, authority.item), message: 'the authority that is too deep' }],
        offers: [
          {
            title: `Allow ${counted(steps)}`,
            safety: 'behaviour',
            remedy: { kind: 'edit', edits: () => trust.setDepth(steps) },
          },
        ],
      });
    }
  },
};
