/** Owns certificate-duplicate-in-chain: certificates that a file presents twice. */
import { hexOf } from '../../certificates/der.ts';
import type { CertificateItem } from '../../certificates/file.ts';
import { withoutBlocks } from '../block-edits.ts';
import { whose } from '../certificate-words.ts';
import { type ChainFault, type ChainFile, chainFiles, fileNamed, placeIn, reportChains } from '../chains.ts';
import type { Rule } from '../rule.ts';

function faultOf(of: ChainFile): ChainFault | undefined {
  const { items, pem, source } = of;
  if (items.length < 2) return undefined;
  const firsts = new Map<string, CertificateItem>();
  const copies: CertificateItem[] = [];
  for (const item of items) {
    const key = hexOf(item.certificate.der);
    if (firsts.has(key)) copies.push(item);
    else firsts.set(key, item);
  }
  const [copy] = copies;
  const first = copy && firsts.get(hexOf(copy.certificate.der));
  if (copy === undefined || first === undefined) return undefined;
  const edits = () => withoutBlocks(copies, pem.items, source);
  return {
    of,
    severity: 'warning',
    block: copy,
    message: `The certificate ${whose(copy.certificate)} is in ${fileNamed(of)} more than once, and is sent as often`,
    related: [{ place: placeIn(of, first), message: 'the first one' }],
    offers: [{ title: 'Remove the copy', safety: 'safe', remedy: { kind: 'edit', edits } }],
  };
}

export const rule: Rule = {
  id: 'certificate-duplicate-in-chain',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A certificate is in a chain more than once',
  sources: ['https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2'],
  check(context) {
    reportChains(
      context,
      chainFiles(context).flatMap((of) => faultOf(of) ?? []),
    );
  },
};
