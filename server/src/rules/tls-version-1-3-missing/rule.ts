/** Owns tls-version-1-3-missing: servers that stop at TLS 1.2. */
import { endpointsOf } from '../../model/model.ts';
import { writtenAt } from '../../model/origin.ts';
import { atLeast } from '../../model/target.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'tls-version-1-3-missing',
  severity: 'info',
  since: '0.1.0',
  summary: 'A server offers TLS 1.2, but not TLS 1.3',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc9325',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-ssl-max-ver',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check({ model, report }) {
    // OpenSSL has TLS 1.3 from 1.1.1 on.
    if (atLeast(model.target, 'openssl', '1.1.1') === false) return;
    for (const endpoint of endpointsOf(model)) {
      const { side, listed, versions, versionSetting } = endpoint;
      if (side !== 'server') continue;
      const offered = versions.known ? versions.value : listed.map(({ version }) => version);
      const names = listed.map(({ version }) => version);
      if (!offered.includes('TLSv1.2') || offered.includes('TLSv1.3') || names.includes('TLSv1.3')) continue;
      // Where the default opens old versions, the repair of tls-legacy-protocol brings TLS 1.3 as well.
      if (names.length === 0 && offered.some((version) => version < 'TLSv1.2')) continue;
      const last = listed.findLast(({ version }) => version === 'TLSv1.2');
      const byDefault = versions.known && versions.origin.kind === 'default' ? versions.origin.versions : undefined;
      const at = last?.place ?? (versions.known ? writtenAt(versions.origin) : undefined) ?? endpoint.place;
      const kept = names.length > 0 ? [...new Set(names)] : offered;
      const why =
        byDefault === undefined
          ? `\`${versionSetting}\` stops at TLS 1.2`
          : `Without \`${versionSetting}\`, ${byDefault} stops at TLS 1.2`;
      report({
        at,
        message: `${why}. TLS 1.3 has a round trip less, hides the certificate, and leaves no weak suites to choose`,
        offers: [
          {
            title: 'Offer `TLSv1.3`, too',
            safety: 'behaviour',
            remedy: { kind: 'set-tls-versions', endpoint, versions: [...kept, 'TLSv1.3'] },
          },
        ],
      });
    }
  },
};
