/** Owns certificate-key-mismatch: private keys that do not belong to the certificate they are named with. */

import type { CertificateItem } from '../../certificates/file.ts';
import type { PrivateKey } from '../../certificates/key.ts';
import { asCertificateFile, asKeyFile } from '../../certificates/load.ts';
import { matchSets } from '../../certificates/match.ts';
import { type CertificateUse, endpointsOf, type TlsEndpoint } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import { fileWithKey, writtenPath } from '../replacements.ts';
import type { Offer, Rule, RuleContext } from '../rule.ts';

interface Pair {
  readonly use: CertificateUse;
  readonly leaf: CertificateItem;
  readonly certificateFile: string;
  readonly key: PrivateKey;
  readonly keyPlace: Place;
}

/** The pairs of an endpoint that can be compared: both files are there, and both can be read. */
function pairsOf(endpoint: TlsEndpoint, context: RuleContext): Pair[] {
  return endpoint.certificates.flatMap((use): Pair[] => {
    const { certificate, key } = use;
    if (key === undefined || !certificate.file.known || !key.file.known) return [];
    const stored = context.certificates.read(certificate.file.value, context.project.dependencies);
    const other = context.certificates.read(key.file.value, context.project.dependencies);
    if (!stored.ok || !other.ok) return [];
    const loaded = asCertificateFile(stored.pem);
    const loadedKey = asKeyFile(other.pem);
    if (loaded.kind === 'damaged' || loadedKey.kind === 'damaged') return [];
    return [
      {
        use,
        leaf: loaded.leaf,
        certificateFile: certificate.file.value,
        key: loadedKey.key.key,
        keyPlace: { file: other.source.id, span: loadedKey.key.span },
      },
    ];
  });
}

function offersFor({ use, leaf }: Pair, context: RuleContext): Offer[] {
  const { key } = use;
  const file = fileWithKey(leaf.certificate, context.candidates(), context);
  const path = file === undefined || key === undefined ? undefined : writtenPath(key, file);
  if (key === undefined || path === undefined || path === key.written) return [];
  return [
    {
      title: `Use the key in \`${path}\`, which belongs to the certificate`,
      safety: 'safe',
      remedy: { kind: 'name-file', use: key, path },
    },
  ];
}

export const rule: Rule = {
  id: 'certificate-key-mismatch',
  severity: 'error',
  since: '0.1.0',
  summary: 'The private key does not belong to the certificate',
  sources: ['https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate_key'],
  check(context) {
    const seen = new Set<string>();
    for (const endpoint of endpointsOf(context.model)) {
      const pairs = pairsOf(endpoint, context);
      // Some certificates could not be compared: one of their keys may be the one that seems to be missing.
      if (pairs.length < endpoint.certificates.length && endpoint.certificates.length > 1) continue;
      const results = matchSets(
        pairs.map(({ leaf }) => leaf.certificate),
        pairs.map(({ key }) => key),
      );
      pairs.forEach((pair, index) => {
        const result = results[index]?.result;
        const place = pair.use.key?.place;
        if (place === undefined || (result !== 'mismatch' && result !== 'other-type')) return;
        const id = `${place.file}\n${place.span.start}`;
        if (seen.has(id)) return;
        seen.add(id);
        const { algorithm } = pair.leaf.certificate.publicKey;
        context.report({
          at: place,
          message:
            result === 'other-type'
              ? `This is ${article(pair.key.algorithm ?? 'another')} key, and the certificate of ${pair.leaf.certificate.subject.text} needs ${article(algorithm)} one; nginx starts with it in silence, and every handshake fails`
              : `This key does not belong to the certificate of ${pair.leaf.certificate.subject.text}; the server does not start with it ("key values mismatch")`,
          related: [
            { place: { file: pair.certificateFile, span: pair.leaf.span }, message: 'the certificate' },
            { place: pair.keyPlace, message: 'the key' },
          ],
          offers: offersFor(pair, context),
        });
      });
    }
  },
};

function article(word: string): string {
  return /^(E|R|a|o)/.test(word) ? `an ${word}` : `a ${word}`;
}
