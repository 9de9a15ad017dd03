/** Owns the comparison of distinguished names: when an issuer's name and a subject's name are the same. */
import { DER, type DerCursor, derCursor, hexOf } from './der.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { stringOf } from './distinguished-name.ts';

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
export function attributeSets({ der }: Pick<DistinguishedName, 'der'>): readonly string[] {
  const sets = derCursor(der).enter('the name', DER.sequence);
  const found: string[] = [];
  while (sets.more) found.push(attributeSet(sets.enter('the name', DER.set)));
  return found;
}

function attributeSet(set: DerCursor): string {
  const attributes: string[] = [];
  while (set.more) {
    const pair = set.enter('the attribute', DER.sequence);
    const type = hexOf(pair.contents(pair.next('the attribute', DER.oid)));
    const node = pair.next('the attribute');
    const value = stringOf(pair, node);
    attributes.push(`${type}=${value === undefined ? `#${hexOf(pair.whole(node))}` : JSON.stringify(folded(value))}`);
  }
  return attributes.sort().join('+');
}

function folded(value: string): string {
  return value
    .replace(/^[ \t-\r]+|[ \t-\r]+$/g, '')
    .replace(/[ \t-\r]+/g, ' ')
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
