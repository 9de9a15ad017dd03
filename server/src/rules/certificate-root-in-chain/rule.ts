/** Owns certificate-root-in-chain: roots that a server sends along, although who trusts them has them. */
import { withoutBlocks } from '../block-edits.ts';
import { list } from '../certificate-words.ts';
import { type ChainFault, type ChainFile, chainFiles, fileNamed, isRoot, reportChains } from '../chains.ts';
import { purposesOf } from '../purposes.ts';
import type { Rule, RuleContext } from '../rule.ts';

/** Stapling looks for the issuer of the server's certificate in the same file (ngx_ssl_stapling_issuer). */
function isNeededForStapling({ leaf, chain }: ChainFile): boolean {
  return leaf.certificate.ocspUris.length > 0 && chain.path.length === 2;
}

function faultOf(of: ChainFile, context: RuleContext): ChainFault | undefined {
  const { items, leaf, pem, source, file } = of;
  const roots = items.filter((item) => item !== leaf && isRoot(item.certificate));
  const [root] = roots;
  if (root === undefined || isNeededForStapling(of)) return undefined;
  const others = context.model.language === 'pem' ? context.purposes : purposesOf([context.project]).get(file);
  if (others?.has('authorities')) return undefined;
  const edits = () => withoutBlocks(roots, pem.items, source);
  return {
    of,
    severity: 'info',
    block: root,
    message: `The root ${list([root.certificate.subject.commonNames.at(-1) ?? root.certificate.subject.text])} in ${fileNamed(of)} is sent for nothing: clients that trust it have it, and sending it convinces no others`,
    offers: [{ title: 'Remove the root', safety: 'safe', remedy: { kind: 'edit', edits } }],
  };
}

export const rule: Rule = {
  id: 'certificate-root-in-chain',
  severity: 'info',
  since: '0.1.0',
  summary: 'A server sends the root of its chain, which clients have or do not trust',
  sources: ['https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2', 'https://letsencrypt.org/certificates/'],
  check(context) {
    reportChains(
      context,
      chainFiles(context).flatMap((of) => faultOf(of, context) ?? []),
    );
  },
};
