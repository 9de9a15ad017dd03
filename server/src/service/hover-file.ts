/** Owns what is shown about a file that a setting names: its certificate and key, its authorities, or what else it holds. */
import type { CertificateItem, OtherItem, PemFile } from '../certificates/file.ts';
import { validity } from '../certificates/validity.ts';
import { noDependencies } from '../files/store.ts';
import type { FileUse } from '../model/model.ts';
import { daysWord, dayWord, titleOf } from './certificate-words.ts';
import { counted } from './duration.ts';
import { itemText, objectText, usageText } from './hover-pem.ts';
import type { HoverSource } from './hover-source.ts';
import { code, sentence } from './markdown.ts';
import { keystoreText } from './object-text.ts';

/** More certificates and blocks than these are counted. */
const CERTIFICATES_SHOWN = 12;
const OTHERS_SHOWN = 3;

export function fileHover(source: HoverSource, use: FileUse): string {
  const { file } = use;
  if (!file.known) return `${code(use.written)}: not known, ${sentence(file.why)}`;
  const name = source.placeLink({ file: file.value, span: { start: 0, end: 0 } });
  const stored = source.engine.certificates.read(file.value, noDependencies());
  if (!stored.ok) return `${name}: ${sentence(stored.detail)}`;
  const { damage, object } = stored.pem;
  const held =
    stored.keystore !== undefined
      ? [keystoreText(stored.keystore)]
      : object === undefined
        ? contents(source, stored.pem)
        : [objectText(source, object, stored.pem.content)];
  const parts = [
    name,
    ...held,
    held.length > 0 ? usageText(source, file.value) : '',
    damage[0] === undefined ? '' : `**Damaged:** ${sentence(damage[0].message)}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function contents(source: HoverSource, { leaf, chain, keys, items }: PemFile): string[] {
  const now = source.engine.files.now();
  const [key] = keys;
  const others = items.filter((item): item is OtherItem => !USUAL.has(item.kind));
  const more = others.length - OTHERS_SHOWN;
  return [
    // A file that starts with an authority is a list of them.
    ...(leaf === undefined
      ? []
      : leaf.certificate.isCA && chain.length > 0
        ? [certificateList(`${counted(chain.length + 1, 'certificate')} of authorities`, [leaf, ...chain], now)]
        : [itemText(source, leaf)]),
    ...(key === undefined ? [] : [itemText(source, key)]),
    ...(leaf === undefined || leaf.certificate.isCA || chain.length === 0
      ? []
      : [certificateList(`${counted(chain.length, 'further certificate')} in the file`, chain, now)]),
    ...others.slice(0, OTHERS_SHOWN).map((item) => itemText(source, item)),
    ...(more > 0 ? [`and ${counted(more, 'more block')}`] : []),
  ];
}

const USUAL: ReadonlySet<string> = new Set(['certificate', 'key', 'damaged']);

function certificateList(title: string, items: readonly CertificateItem[], now: number): string {
  const shown = items.slice(0, CERTIFICATES_SHOWN).map(({ certificate }) => {
    const at = validity(certificate, now);
    const days = daysWord(certificate, at);
    return `- ${code(titleOf(certificate))} until ${dayWord(certificate.notAfter)}, ${at.state === 'valid' ? days : `**${days}**`}`;
  });
  const more = items.length - shown.length;
  return [`**${title}**`, '', ...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}
