/** Owns GeneralNames (RFC 5280, 4.2.1.6): the names of subjects, issuers and name constraints. */
import { DER, type DerCursor, type DerNode } from './der.ts';
import { type DistinguishedName, readName } from './distinguished-name.ts';
import { ipText } from './ip.ts';

/** Names by kind, each kind in the order of the encoding. */
export interface AlternativeNames {
  readonly dns: readonly string[];
  /** As RFC 5952 writes them. */
  readonly ips: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
  readonly directoryNames: readonly DistinguishedName[];
  /** The tag numbers of names of other kinds: 0 for otherName, 3 X.400, 5 EDI party, 8 registered identifier. */
  readonly others: readonly number[];
}

/** The text of an IA5String, whatever its tag. */
export function ia5(cursor: DerCursor, node: DerNode): string {
  return cursor.latin1(node);
}

/** The largest certificates that anybody has seen name 10,000 hosts. */
const NAMES = 100_000;
const SUBTREES = 10_000;

/** Reads the names between the cursor and its end. */
export function readGeneralNames(names: DerCursor): AlternativeNames {
  const dns: string[] = [];
  const ips: string[] = [];
  const emails: string[] = [];
  const uris: string[] = [];
  const directoryNames: DistinguishedName[] = [];
  const others: number[] = [];
  for (let count = 0; names.more; count++) {
    const node = names.next('a name');
    if (count === NAMES) names.fail(node.start, `there are more than ${NAMES} names`);
    switch (node.tag) {
      case 0x81:
        emails.push(ia5(names, node));
        break;
      case 0x82:
        dns.push(ia5(names, node));
        break;
      case 0x86:
        uris.push(ia5(names, node));
        break;
      case 0x87: {
        const bytes = names.contents(node);
        const address = ipText(bytes);
        if (address === undefined) names.fail(node.start, `an IP address has ${bytes.length} bytes`);
        else ips.push(address);
        break;
      }
      case 0xa4:
        directoryNames.push(readName(names.inside(node), 'a directory name'));
        break;
      default:
        others.push(otherKind(names, node));
    }
  }
  return { dns, ips, emails, uris, directoryNames, others };
}

/** The tag number of a name that is not looked into; X.400 and EDI addresses are constructed, an identifier is not. */
function otherKind(cursor: DerCursor, { tag, start }: DerNode): number {
  if (![0xa0, 0xa3, 0xa5, 0x88].includes(tag)) cursor.fail(start, 'a name has a tag that no kind of name has');
  return tag & 0x1f;
}

/** The subtrees of one side of name constraints. */
export interface Subtrees {
  /** As written: `example.com`, and with a leading dot where somebody wrote one. */
  readonly dns: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
  /** Address and mask of 4 or 16 bytes each. */
  readonly ips: readonly { readonly address: Uint8Array; readonly mask: Uint8Array }[];
  readonly directoryNames: readonly DistinguishedName[];
  /** The tag numbers of other kinds. */
  readonly others: readonly number[];
  /** Whether a subtree has a minimum or maximum distance, which RFC 5280 (4.2.1.10) forbids. */
  readonly hasDistances: boolean;
}

/** Undefined for a side that is absent; RFC 5280 wants one of them present, and neither empty. */
export interface NameConstraints {
  readonly permitted: Subtrees | undefined;
  readonly excluded: Subtrees | undefined;
}

export function readNameConstraints(value: DerCursor): NameConstraints {
  const sides = value.enter('nameConstraints', DER.sequence);
  const permitted = sides.has(0xa0) ? readSubtrees(sides.enter('the permitted subtrees', 0xa0)) : undefined;
  const excluded = sides.has(0xa1) ? readSubtrees(sides.enter('the excluded subtrees', 0xa1)) : undefined;
  sides.finish('nameConstraints');
  return { permitted, excluded };
}

function readSubtrees(list: DerCursor): Subtrees {
  const dns: string[] = [];
  const emails: string[] = [];
  const uris: string[] = [];
  const ips: { address: Uint8Array; mask: Uint8Array }[] = [];
  const directoryNames: DistinguishedName[] = [];
  const others: number[] = [];
  let hasDistances = false;
  for (let count = 0; list.more; count++) {
    const fields = list.enter('a subtree', DER.sequence);
    if (count === SUBTREES) list.fail(list.offset, `there are more than ${SUBTREES} subtrees`);
    const node = fields.next('the base of a subtree');
    hasDistances ||= fields.more;
    switch (node.tag) {
      case 0x81:
        emails.push(ia5(fields, node));
        break;
      case 0x82:
        dns.push(ia5(fields, node));
        break;
      case 0x86:
        uris.push(ia5(fields, node));
        break;
      case 0x87: {
        const bytes = fields.contents(node);
        const half = bytes.length / 2;
        if (half !== 4 && half !== 16) fields.fail(node.start, `an address range has ${bytes.length} bytes`);
        else ips.push({ address: bytes.subarray(0, half), mask: bytes.subarray(half) });
        break;
      }
      case 0xa4:
        directoryNames.push(readName(fields.inside(node), 'a directory name'));
        break;
      default:
        others.push(otherKind(fields, node));
    }
  }
  return { dns, emails, uris, ips, directoryNames, others, hasDistances };
}
