/** Owns mtls-nobody-passes: client certificates that are required, and no authority by which one could be verified. */
import { endpointsOf } from '../../model/model.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'mtls-nobody-passes',
  severity: 'error',
  since: '0.1.0',
  summary: 'Client certificates are asked for, but no authority is named by which one could be verified',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_client_certificate',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_trusted_certificate',
    'https://nginx.org/en/CHANGES',
  ],
  check({ model, report }) {
    for (const { clientCertificates } of endpointsOf(model)) {
      if (!clientCertificates.known) continue;
      const { lockout, place } = clientCertificates.value;
      if (!lockout.known || lockout.value === undefined) continue;
      const { message, starts, related, offers } = lockout.value;
      const end = starts ? 'nobody gets in' : `${model.product.name} does not start`;
      report({ at: place, message: `${message}, so ${end}`, related, offers });
    }
  },
};
