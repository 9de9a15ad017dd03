/** Owns what stands at an offset of OpenSSL's configuration: an extension, or a name in a section of names. */
import { spanTouches } from '../../text/span.ts';
import type { Subject } from '../language.ts';
import { CRITICAL, EXTENSIONS } from './extensions.ts';
import type { ConfigurationText } from './syntax.ts';

type Extension = Subject & { readonly kind: 'extension' };

/** Undefined elsewhere, and where a variable decides what the value is. */
export function subjectAt({ sections }: ConfigurationText, offset: number): Extension | undefined {
  const all = [...sections.values()];
  const section = all.find(({ assignments }) => assignments.some(({ span }) => spanTouches(span, offset)));
  const line = section?.assignments.find(({ span }) => spanTouches(span, offset));
  if (section === undefined || line?.value === undefined) return undefined;
  const { name, span, value } = line;
  if (EXTENSIONS.includes(name)) {
    const values = value.replace(CRITICAL, '').split(',');
    return {
      kind: 'extension',
      span,
      name,
      critical: CRITICAL.test(value),
      values: values.map((one) => one.trim()).filter((one) => one !== ''),
    };
  }
  const isNames = all.some(({ assignments }) =>
    assignments.some((one) => one.name === 'subjectAltName' && one.value?.trim() === `@${section.name}`),
  );
  if (!isNames) return undefined;
  const type = name.replace(/\..*$/, '');
  return { kind: 'extension', span, name: 'subjectAltName', critical: false, values: [`${type}:${value.trim()}`] };
}
