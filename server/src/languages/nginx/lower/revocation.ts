/** Owns `ssl_crl`: the lists in which nginx looks for the certificates of clients, and the authorities that it knows. */
import type { FileUse } from '../../../model/model.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import type { RevocationCheck } from '../../../model/revocation.ts';
import type { NginxProject } from '../project.ts';
import { firstOf, nearest, type Scope, value } from '../scope.ts';
import { fileUse } from './file-use.ts';

const NOT_WRITTEN: Origin = {
  kind: 'default',
  versions: 'every version',
  source: 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_crl',
};

/** nginx looks up whole chains (X509_V_FLAG_CRL_CHECK_ALL in ngx_ssl_crl), and lets everybody in with `optional_no_ca`. */
export function revocationOf(server: Scope, project: NginxProject): RevocationCheck | undefined {
  const verify = nearest(server, 'ssl_verify_client');
  const demand = firstOf(verify);
  const word = demand === undefined ? undefined : value(demand)?.toLowerCase();
  if (word !== 'on' && word !== 'optional') return undefined;
  const found = nearest(server, 'ssl_crl');
  const lists = found.kind === 'found' ? found.entries.flatMap((entry) => fileUse(entry, project) ?? []) : [];
  return lists.length === 0 ? undefined : { lists, authorities: authoritiesOf(server, project) };
}

/** Both settings fill one store (ngx_ssl_client_certificate, ngx_ssl_trusted_certificate). */
function authoritiesOf(server: Scope, project: NginxProject): Fact<readonly FileUse[]> {
  const out: FileUse[] = [];
  for (const name of ['ssl_client_certificate', 'ssl_trusted_certificate']) {
    const found = nearest(server, name);
    if (found.kind === 'hidden') return unknown(found.hole.why);
    for (const entry of found.kind === 'found' ? found.entries : []) {
      const use = fileUse(entry, project);
      if (use === undefined && value(entry) !== '') return unknown(`\`${name}\` names no file`);
      if (use !== undefined) out.push(use);
    }
  }
  return known(out, NOT_WRITTEN);
}
