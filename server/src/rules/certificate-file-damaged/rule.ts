/** Owns certificate-file-damaged: files in which the TLS library does not find what the configuration expects. */

import type { Damage } from '../../certificates/damage.ts';
import { asCertificateFile, asKeyFile } from '../../certificates/load.ts';
import { endpointsOf, type FileUse } from '../../model/model.ts';
import type { Rule, RuleContext } from '../rule.ts';

function openssl(damage: Damage): string {
  return damage.opensslSays === undefined ? '' : ` OpenSSL says: ${damage.opensslSays}.`;
}

function judgeUse(
  use: FileUse,
  read: typeof asCertificateFile | typeof asKeyFile,
  context: RuleContext,
  seen: Set<string>,
): void {
  const id = `${use.place.file}\n${use.place.span.start}`;
  if (!use.file.known || seen.has(id)) return;
  seen.add(id);
  const stored = context.certificates.read(use.file.value, context.project.dependencies);
  if (!stored.ok) return;
  const loaded = read(stored.pem);
  if (loaded.kind === 'usable') return;
  const { damage } = loaded;
  context.report({
    at: use.place,
    message: `The server does not start with \`${use.written}\`: ${damage.message}${openssl(damage)}`,
    related: [{ place: { file: stored.source.id, span: damage.span }, message: damage.message }],
  });
}

/** A file of its own: each damaged place in it. A file without any block is of another format, which is no damage in itself. */
function judgeFile(context: RuleContext): void {
  const stored = context.certificates.read(context.model.root, context.project.dependencies);
  if (!stored.ok) return;
  for (const damage of stored.pem.damage) {
    context.report({
      severity: damage.stops ? 'error' : 'warning',
      at: { file: context.model.root, span: damage.span },
      message: `${damage.message}${openssl(damage)}`,
    });
  }
}

export const rule: Rule = {
  id: 'certificate-file-damaged',
  severity: 'error',
  since: '0.1.0',
  summary: 'A certificate or key file is damaged, or holds something else',
  sources: ['https://www.rfc-editor.org/rfc/rfc7468', 'https://docs.openssl.org/3.0/man3/PEM_read_bio_PrivateKey/'],
  check(context) {
    if (context.model.language === 'pem') {
      judgeFile(context);
      return;
    }
    const seen = new Set<string>();
    for (const endpoint of endpointsOf(context.model)) {
      for (const { certificate, key } of endpoint.certificates) {
        judgeUse(certificate, asCertificateFile, context, seen);
        if (key !== undefined) judgeUse(key, asKeyFile, context, seen);
      }
    }
  },
};
