/** Owns mtls-location-post-handshake: client certificates that are asked for when the request is there, which TLS 1.3 clients refuse. */
import { endpointsOf } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'mtls-location-post-handshake',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A certificate that is asked for in a location, after the handshake, fails with TLS 1.3 clients',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc8446#section-4.6.2',
    'https://www.rfc-editor.org/rfc/rfc8740',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslverifyclient',
  ],
  check({ model, report }) {
    for (const { clientCertificates, label } of endpointsOf(model)) {
      if (!clientCertificates.known) continue;
      for (const { place, message } of clientCertificates.value.late ?? []) {
        report({
          at: place,
          message:
            `${message}. TLS 1.3, which ${label} offers, has no renegotiation; what takes its place, post-handshake ` +
            'authentication, browsers do not offer, so they get 403. Ask for the certificate at the host',
        });
      }
    }
  },
};
