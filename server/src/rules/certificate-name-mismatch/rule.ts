/** Owns certificate-name-mismatch: server names that the presented certificate does not cover. */

import type { Certificate } from '../../certificates/certificate.ts';
import { asCertificateFile } from '../../certificates/load.ts';
import { coversServerName } from '../../certificates/names.ts';
import type { FileId } from '../../files/host.ts';
import type { CertificateUse } from '../../model/model.ts';
import { keyFor, writtenPath } from '../replacements.ts';
import type { Offer, Rule, RuleContext } from '../rule.ts';
import { readableUses } from '../subjects.ts';

const SHOWN = 4;

function list(names: readonly string[]): string {
  const shown = names
    .slice(0, SHOWN)
    .map((name) => `\`${name}\``)
    .join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

/** The names that a certificate is good for, as it has them. */
function namesIn(certificate: Certificate): string[] {
  return certificate.san === undefined ? [] : [...certificate.san.dns, ...certificate.san.ips];
}

/** A certificate of the workspace that covers all names and whose key is there too; both paths are replaced together. */
function offerFor(use: CertificateUse, context: RuleContext): Offer[] {
  const { key } = use;
  const fits = (file: FileId): boolean => {
    const stored = context.certificates.read(file, context.project.dependencies);
    const leaf = stored.ok ? stored.pem.leaf?.certificate : undefined;
    return (
      leaf !== undefined &&
      leaf.notAfter >= context.now &&
      leaf.notBefore <= context.now &&
      use.names.every(({ name }) => coversServerName(leaf, name) === 'covered')
    );
  };
  for (const candidate of context.candidates()) {
    if (use.certificate.file.known && candidate === use.certificate.file.value) continue;
    if (!fits(candidate)) continue;
    const keyFile = keyFor(candidate, context);
    const path = writtenPath(use.certificate, candidate);
    const keyPath = key === undefined || keyFile === undefined ? undefined : writtenPath(key, keyFile);
    if (keyFile === undefined || path === undefined || (key !== undefined && keyPath === undefined)) continue;
    const edits = () => {
      const certificate = context.project.realize({ kind: 'name-file', use: use.certificate, path });
      const other =
        key === undefined || keyPath === undefined
          ? []
          : context.project.realize({ kind: 'name-file', use: key, path: keyPath });
      return certificate === undefined || other === undefined ? undefined : mergeEdits([...certificate, ...other]);
    };
    return [{ title: `Use \`${path}\`, which covers the names`, safety: 'behaviour', remedy: { kind: 'edit', edits } }];
  }
  return [];
}

function mergeEdits(
  all: NonNullable<ReturnType<RuleContext['project']['realize']>>,
): NonNullable<ReturnType<RuleContext['project']['realize']>> {
  const files = new Map<string, (typeof all)[number]['edits']>();
  for (const { file, edits } of all) files.set(file, [...(files.get(file) ?? []), ...edits]);
  return [...files].map(([file, edits]) => ({ file, edits }));
}

export const rule: Rule = {
  id: 'certificate-name-mismatch',
  severity: 'error',
  since: '0.1.0',
  summary: 'A certificate does not cover a name of the server that presents it',
  sources: ['https://www.rfc-editor.org/rfc/rfc9525#section-6'],
  check(context) {
    for (const { use, pem, source } of readableUses(context)) {
      const loaded = asCertificateFile(pem);
      if (loaded.kind === 'damaged') continue;
      const { certificate } = loaded.leaf;
      const missing = use.names.filter(({ name }) => coversServerName(certificate, name) === 'not-covered');
      if (missing.length === 0) continue;
      const own = namesIn(certificate);
      const covered = own.length === 0 ? 'it has no subject alternative names at all' : `it is for ${list(own)}`;
      context.report({
        at: use.certificate.place,
        message: `The certificate does not cover ${list(missing.map(({ name }) => name))} of ${use.label}: ${covered}; browsers refuse it under these names`,
        related: [
          ...missing.map(({ place, name }) => ({ place, message: `\`${name}\` is not covered` })),
          {
            place: { file: source.id, span: loaded.leaf.span },
            message: `the certificate of ${certificate.subject.text}`,
          },
        ],
        offers: offerFor(use, context),
      });
    }
  },
};
