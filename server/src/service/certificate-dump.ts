/** Owns the text of a whole certificate, decoded for people who want to see all of it. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import { withColons } from '../certificates/fingerprint.ts';
import { keyKind } from '../certificates/summary.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';
import { type CertificateRecord, recordsIn } from './certificate-overview.ts';
import { certificateDetails } from './certificate-view.ts';
import { daysWord, namesIn, oneLine, titleOf } from './certificate-words.ts';
import { momentWord } from './duration.ts';

/** Bytes in a line of hexadecimal digits, as `openssl x509 -text` has them. */
const LINE_BYTES = 16;
const LABEL_WIDTH = 16;

/** Everything that a certificate says, and what its surroundings say of it. */
export async function certificateDump(
  engine: Engine,
  run: Run,
  record: CertificateRecord,
  nameOf: (file: FileId) => string,
): Promise<string> {
  const { held, validity } = record;
  const { certificate, file } = held;
  const { publicKey } = certificate;
  // The library behind it is large, and needed only when somebody looks.
  const { describeCertificate } = await import('../certificates/details.ts');
  const { sha1, serial, extensions } = await describeCertificate(certificate.der);
  const count = recordsIn(engine, run, file).length;
  const opened = engine.files.open(file, noDependencies());
  const line = opened.ok ? opened.file.lines.positionAt(held.span.start).line + 1 : 1;
  const facts = rows([
    ['File', `${nameOf(file)}:${line}${count > 1 ? `, certificate ${held.index + 1} of ${count}` : ''}`],
    ['Subject', certificate.subject.text || '(empty)'],
    ['Issuer', certificate.issuer.text || '(empty)'],
    ['Valid from', momentWord(certificate.notBefore)],
    ['Valid until', `${momentWord(certificate.notAfter)}, ${daysWord(certificate, validity)}`],
    ['Names', namesIn(certificate).join(', ') || 'none'],
    ['Serial number', serial ?? certificate.serial],
    ['Signature', certificate.signatureAlgorithm],
    ['Public key', keyKind(publicKey)],
    ['SHA-256', withColons(held.fingerprint)],
    ['SHA-1', sha1],
    ['SPKI pin', `sha256/${held.pin}`],
  ]);
  const around = certificateDetails(engine, run, record, nameOf).map(
    ({ title, description }) => `  ${title}${description === '' ? '' : `: ${description}`}`,
  );
  const parts = [
    `Certificate of ${titleOf(certificate)}${certificate.isCA ? ' (a CA)' : ''}`,
    facts.join('\n'),
    ['Here', ...around].join('\n'),
    ...(extensions.length === 0
      ? []
      : [
          [
            'Extensions',
            ...extensions.flatMap(({ oid, name, critical, text }) => [
              `  ${oneLine(name)}${name === oid ? '' : ` (${oid})`}${critical ? ', critical' : ''}`,
              ...indented(text),
            ]),
          ].join('\n'),
        ]),
    ['Public key, as SubjectPublicKeyInfo', ...hexLines(publicKey.spki)].join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function rows(all: readonly (readonly [label: string, value: string])[]): string[] {
  return all.map(([label, value]) => `  ${label.padEnd(LABEL_WIDTH)}${value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`);
}

function indented(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.length === 0 ? ['(empty)'] : lines).map(
    (line) => `    ${line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trimEnd()}`,
  );
}

function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES)
    lines.push(
      `    ${Buffer.from(bytes.subarray(at, at + LINE_BYTES))
        .toString('hex')
        .replace(/..(?=.)/g, '$&:')}`,
    );
  return lines;
}
