/** Owns what nginx verifies client certificates with: files of authorities, and `ssl_verify_depth`. */
import type { ClientTrust } from '../../../model/client-certificates.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { setScalar } from '../realize/scalar.ts';
import { type Entry, firstOf, nearest, placeOfWords, type Scope, value } from '../scope.ts';
import { trustedOf } from './stapling.ts';

/** Every version (docs, ssl_verify_depth). */
const DEFAULT_DEPTH = 1;
const ORIGIN: Origin = {
  kind: 'default',
  versions: 'every version',
  source: 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_depth',
};

/** `verify` is the `ssl_verify_client` that counts, which stands at `level`. */
export function clientTrustOf(server: Scope, level: Scope, verify: Entry, project: NginxProject): Fact<ClientTrust> {
  const files = trustedOf(server, project);
  if (!files.known) return files;
  const found = nearest(server, 'ssl_verify_depth');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const entry = firstOf(found);
  const text = entry === undefined ? `${DEFAULT_DEPTH}` : (value(entry) ?? '');
  if (!/^\d{1,3}$/.test(text)) return unknown('`ssl_verify_depth` is no number');
  const at = found.kind === 'found' ? found.scope : level;
  const anchor = at === level && verify.via.length === 0 ? verify : undefined;
  return known(
    {
      files: files.value,
      depth: Number(text),
      depthWritten: `ssl_verify_depth ${text}`,
      depthPlace: entry === undefined ? undefined : placeOfWords(entry),
      tooDeep: 'the log says `unable to get issuer certificate`, and nothing of the depth',
      setDepth: (depth) => setScalar(at, 'ssl_verify_depth', `${depth}`, anchor),
    },
    ORIGIN,
  );
}
