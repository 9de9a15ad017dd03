/** Owns certificate-chain-order: files whose certificates do not follow from the server's own to its authorities. */
import type { CertificateItem } from '../../certificates/file.ts';
import { inOrder, withoutBlocks } from '../block-edits.ts';
import { list, whose } from '../certificate-words.ts';
import {
  type ChainFault,
  type ChainFile,
  chainFiles,
  fileNamed,
  holds,
  isRoot,
  placeIn,
  reportChains,
} from '../chains.ts';
import type { Offer, Rule, RuleContext } from '../rule.ts';

/** The certificates of the chain from the server's own upwards, then all others as they stand. */
function sorted({ chain, items }: ChainFile): CertificateItem[] {
  const path = chain.path.flatMap((certificate) => items.find((item) => item.certificate === certificate) ?? []);
  return [...path, ...items.filter((item) => !path.includes(item))];
}

function isSorted({ chain, items }: ChainFile): boolean {
  const places = chain.path.map((certificate) => items.findIndex((item) => item.certificate === certificate));
  return places.every((place, at) => at === 0 || place > (places[at - 1] ?? 0));
}

function reorder(of: ChainFile): Offer {
  const edits = () =>
    inOrder(
      sorted(of).filter((item) => holds(of, item)),
      of.pem.items,
      of.source,
    );
  return { title: 'Put the chain in order', safety: 'safe', remedy: { kind: 'edit', edits } };
}

function faultOf(of: ChainFile, { model }: RuleContext): ChainFault | undefined {
  const { leaf, items, chain, pem, source, certain } = of;
  const [first] = items;
  const product = model.language === 'pem' ? 'servers' : model.product.name;
  if (first !== undefined && first !== leaf) {
    return {
      of,
      severity: certain ? 'error' : 'warning',
      block: first,
      message: `In ${fileNamed(of)} the certificate ${whose(first.certificate)} stands before the certificate ${whose(leaf.certificate)}, and ${product} ${model.language === 'pem' ? 'take' : 'takes'} the first one for the server's own, to which the key does not belong`,
      related: [{ place: placeIn(of, leaf), message: "the server's own certificate" }],
      offers: [reorder(of)],
    };
  }
  if (!isSorted(of)) {
    const found = items.filter(({ certificate }) => chain.path.includes(certificate));
    const wrong = found.find((item, at) => item.certificate !== chain.path[at]) ?? leaf;
    const names = chain.path.map(({ subject }) => subject.commonNames.at(-1) ?? subject.text);
    return {
      of,
      severity: 'warning',
      block: wrong,
      message: `The chain in ${fileNamed(of)} is out of order: each certificate should be followed by its issuer (${list(names)}), and some clients give up where it is not`,
      offers: [reorder(of)],
    };
  }
  // A root is needless in another way, which certificate-root-in-chain tells.
  const foreign = items.filter(({ certificate }) => chain.unrelated.includes(certificate) && !isRoot(certificate));
  const [stranger] = foreign;
  if (stranger === undefined) return undefined;
  const edits = () => withoutBlocks(foreign, pem.items, source);
  return {
    of,
    severity: 'warning',
    block: stranger,
    message: `The certificate ${whose(stranger.certificate)} in ${fileNamed(of)} has nothing to do with the certificate ${whose(leaf.certificate)}, and is sent for nothing`,
    offers: [
      { title: 'Remove what does not belong to the chain', safety: 'behaviour', remedy: { kind: 'edit', edits } },
    ],
  };
}

export const rule: Rule = {
  id: 'certificate-chain-order',
  severity: 'warning',
  since: '0.1.0',
  summary: 'The certificates of a file are not in the order in which a server has to send them',
  sources: [
    'https://nginx.org/en/docs/http/configuring_https_servers.html#chains',
    'https://www.rfc-editor.org/rfc/rfc5246#section-7.4.2',
    'https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2',
  ],
  check(context) {
    reportChains(
      context,
      chainFiles(context).flatMap((of) => faultOf(of, context) ?? []),
    );
  },
};
