/** Owns what is shown about a file that a setting names. */
import { noDependencies } from '../files/store.ts';
import type { FileUse } from '../model/model.ts';
import { counted } from './duration.ts';
import type { HoverSource } from './hover.ts';
import { itemText, usageText } from './hover-pem.ts';
import { code, sentence } from './markdown.ts';

export async function fileHover(source: HoverSource, use: FileUse): Promise<string> {
  const { file } = use;
  if (!file.known) return `${code(use.written)}: not known, ${sentence(file.why)}`;
  const name = source.placeLink({ file: file.value, span: { start: 0, end: 0 } });
  const stored = source.engine.certificates.read(file.value, noDependencies());
  if (!stored.ok) return `${name}: ${sentence(stored.detail)}`;
  const { leaf, keys, chain, damage } = stored.pem;
  const items = [leaf, keys[0]].filter((item) => item !== undefined);
  const parts = [
    name,
    ...(await Promise.all(items.map((item) => itemText(source, item)))),
    items.length > 0 ? usageText(source, file.value) : '',
    chain.length > 0 ? `${counted(chain.length, 'further certificate')} in the file` : '',
    damage[0] === undefined ? '' : `**Damaged:** ${sentence(damage[0].message)}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
