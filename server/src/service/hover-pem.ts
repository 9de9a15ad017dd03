/** Owns what is shown about a block of a certificate or key file. */
import type { PemItem } from '../certificates/file.ts';
import type { PemObject } from '../certificates/objects.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';
import { spanTouches } from '../text/span.ts';
import { certificateText, keyText } from './certificate-text.ts';
import { type Fit, usesOf } from './certificate-uses.ts';
import type { Hover, HoverSource } from './hover-source.ts';
import { code, list, sentence } from './markdown.ts';
import {
  bundleText,
  opensshKeyText,
  parametersText,
  publicKeyText,
  requestText,
  revocationListText,
} from './object-text.ts';
import { pemItems } from './outline.ts';
import { unusedNames } from './unused-names.ts';

/** More names than these are counted. */
const UNUSED_SHOWN = 10;

/** The block under the cursor; undefined outside of blocks, and in files that have none. */
export function pemHover(source: HoverSource, file: FileId, offset: number): Hover | undefined {
  const items = pemItems(source.engine, file);
  const item = items?.find(({ span }) => spanTouches(span, offset));
  if (items === undefined || item === undefined) return undefined;
  const isFirst = items.find(({ kind }) => kind === item.kind) === item;
  const isUsed = isFirst && (item.kind === 'certificate' || item.kind === 'key');
  const usage = isUsed ? usageText(source, file) : '';
  return { span: item.span, markdown: `${itemText(source, item)}\n\n${usage}`.trim() };
}

/** A block in words. */
export function itemText(source: HoverSource, item: PemItem): string {
  return item.kind === 'damaged'
    ? `**${code(item.label)}** cannot be used: ${sentence(item.damage.message)}`
    : objectText(source, item, item.label);
}

/** What a block or a file holds; `name` is what it is called where nothing is known of it. */
export function objectText(source: HoverSource, item: PemObject, name: string): string {
  switch (item.kind) {
    case 'certificate':
      return certificateText(item.certificate, source.engine.files.now());
    case 'key':
      return keyText(item.key);
    case 'request':
      return requestText(item.request);
    case 'revocation-list':
      return revocationListText(item.list, source.engine.files.now());
    case 'public-key':
      return publicKeyText(item.publicKey);
    case 'parameters':
      return parametersText(item.parameters);
    case 'bundle':
      return bundleText(item.bundle);
    case 'openssh-key':
      return opensshKeyText(item.key);
    case 'other':
      return `**${code(name)}**`;
  }
}

/** Who uses a file's first certificate or key, and whether both fit. */
export function usageText(source: HoverSource, file: FileId): string {
  const { engine, run, placeLink } = source;
  const uses = usesOf(engine, run.projects);
  const mentions = uses.mentionsOf(file);
  const stored = engine.certificates.read(file, noDependencies());
  const leaf = stored.ok ? stored.pem.leaf?.certificate : undefined;
  const unused = leaf === undefined ? [] : unusedNames(leaf, uses.siteNamesOf(file), uses.sites);
  const more = unused.length - UNUSED_SHOWN;
  return list([
    ...uses.fitsOf(file).map((fit): [string, string] => ['Key and certificate', fitWord(fit)]),
    [
      'Used by',
      mentions.length === 0
        ? 'no configuration that can be seen'
        : mentions.map(({ label, place }) => `${code(label)} (${placeLink(place)})`).join(', '),
    ],
    [
      'Names without a site here',
      unused.length === 0
        ? undefined
        : `${unused.slice(0, UNUSED_SHOWN).map(code).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    ],
  ]);
}

function fitWord({ certificate, key, result, certificateAlgorithm, keyAlgorithm }: Fit): string {
  const pair =
    key.written === certificate.written
      ? `the two in ${code(key.written)}`
      : `${code(key.written)} and ${code(certificate.written)}`;
  switch (result) {
    case 'match':
      return `${pair} belong together`;
    case 'mismatch':
      return `**${pair} do not belong together**`;
    case 'other-type':
      return `**${pair} do not belong together**: the key is ${code(keyAlgorithm ?? '')}, the certificate ${code(certificateAlgorithm)}`;
    case 'unknown':
      return `${pair} cannot be compared`;
  }
}
