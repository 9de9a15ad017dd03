/** Owns the comparison of distinguished names: when an issuer's name and a subject's name are the same. */
import { hexOf } from './der.ts';
import { attributesOf, type DistinguishedName } from './distinguished-name.ts';

const keys = new WeakMap<Uint8Array, string>();

/**
 * Equal for names that are the same: the kind of a string, the case of ASCII letters and the amount of blanks do not
 * count, everything else does. So OpenSSL compares (x509_name_canon), near enough to RFC 5280, 7.1.
 */
export function nameKey(name: Pick<DistinguishedName, 'der'>): string {
  let key = keys.get(name.der);
  if (key === undefined) {
    key = attributeSets(name).join(',');
    keys.set(name.der, key);
  }
  return key;
}

/** The sets of attributes of a name in their order, each as a text that is equal for sets that are the same. */
export function attributeSets(name: Pick<DistinguishedName, 'der'>): readonly string[] {
  return attributesOf(name).map((set) =>
    set
      .map(({ oid, value, der }) => `${oid}=${value === undefined ? `#${hexOf(der)}` : JSON.stringify(folded(value))}`)
      .sort()
      .join('+'),
  );
}

/** A text without regard to the case of ASCII letters and the amount of blanks. */
export function folded(value: string): string {
  return value
    .replace(/^[ \t-\r]+|[ \t-\r]+$/g, '')
    .replace(/[ \t-\r]+/g, ' ')
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
