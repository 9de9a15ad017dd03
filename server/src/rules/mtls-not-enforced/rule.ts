/** Owns mtls-not-enforced: servers that ask for client certificates and answer those who have no good one. */
import type { UncheckedWay } from '../../model/client-certificates.ts';
import { endpointsOf } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

const CONSEQUENCE: Readonly<Record<UncheckedWay['kind'], string>> = {
  everything: 'Whoever leaves the certificate out gets the same answers as those who have one',
  foreign: 'Whoever makes a certificate of their own gets the same answers as those who have the right one',
  unasked: 'Whoever connects gets the same answers, with a certificate or without',
  part: 'Whoever has no certificate gets its answers all the same',
  plain: 'Whoever asks there needs no certificate',
  revoked: 'Whoever has a certificate that was revoked gets in all the same',
};

export const rule: Rule = {
  id: 'mtls-not-enforced',
  severity: 'error',
  since: '0.1.0',
  summary: 'A server asks for client certificates, and answers clients that have no verified one',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#var_ssl_client_verify',
    'https://nginx.org/en/docs/http/ngx_http_rewrite_module.html',
    'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcarevocationcheck',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-verify',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-crt-ignore-err',
    'https://docs.haproxy.org/3.2/configuration.html#7.3.4-ssl_c_verify',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check({ model, report }) {
    for (const { clientCertificates } of endpointsOf(model)) {
      if (!clientCertificates.known) continue;
      const { ways, lockout } = clientCertificates.value;
      // Where nobody gets in at all, mtls-nobody-passes says so.
      if (!ways.known || (lockout.known && lockout.value !== undefined)) continue;
      for (const { kind, place, message, related, offers } of ways.value) {
        report({
          severity: kind === 'part' || kind === 'unasked' || kind === 'revoked' ? 'warning' : 'error',
          at: place,
          message: `${message}. ${CONSEQUENCE[kind]}`,
          related,
          offers,
        });
      }
    }
  },
};
