/** Owns certificate-chain-incomplete: chains that end before a root that clients have. */
import type { Certificate } from '../../certificates/certificate.ts';
import { isPublic, publicIssuerOf, publicRootOf } from '../../certificates/public.ts';
import { withBlocksBehind } from '../block-edits.ts';
import { list, whose } from '../certificate-words.ts';
import { type ChainFault, type ChainFile, chainFiles, fileNamed, holds, isRoot, reportChains } from '../chains.ts';
import type { Offer, Rule, RuleContext } from '../rule.ts';
import { blockText, issuersOf } from '../workspace-certificates.ts';

/** Longer than any real chain. */
const MOST_ADDED = 8;

/** The certificates of the workspace that lead from one up to a root, without the root. */
function above(certificate: Certificate, context: RuleContext): Certificate[] {
  const out: Certificate[] = [];
  let last = certificate;
  while (out.length < MOST_ADDED) {
    if (publicIssuerOf(last) !== undefined || publicRootOf(last) !== undefined) break;
    const issuers = issuersOf(last, context);
    const [next] = issuers;
    if (next === undefined || issuers.some(isRoot) || out.includes(next)) break;
    out.push(next);
    last = next;
  }
  return out;
}

function offersFor(of: ChainFile, last: Certificate, added: readonly Certificate[], context: RuleContext): Offer[] {
  const item = of.items.find(({ certificate }) => certificate === last);
  if (item === undefined || !holds(of, item) || added.length === 0) return [];
  const edits = () => {
    const blocks = added.map((certificate) => blockText(certificate, context));
    return blocks.some((block) => block === undefined)
      ? undefined
      : withBlocksBehind(
          item,
          blocks.flatMap((block) => block ?? []),
          of.source,
        );
  };
  const names = added.map(({ subject }) => subject.commonNames.at(-1) ?? subject.text);
  return [{ title: `Append ${list(names)}`, safety: 'safe', remedy: { kind: 'edit', edits } }];
}

function faultOf(of: ChainFile, context: RuleContext): ChainFault | undefined {
  const { leaf, items, chain, certain, read } = of;
  const last = chain.path.at(-1);
  const item = items.find(({ certificate }) => certificate === last);
  if (chain.end !== 'issuer-missing' || last === undefined || item === undefined) return undefined;
  if (read?.use.chainElsewhere === true || last.selfIssued) return undefined;
  if (publicIssuerOf(last) !== undefined || publicRootOf(last) !== undefined) return undefined;
  const issuers = issuersOf(last, context);
  if (issuers.some(isRoot)) return undefined;
  // Public authorities sign no server's certificate with a root (CA/Browser Forum BR, 6.1.7); a private one may.
  const isKnown = issuers.length > 0 || (last === leaf.certificate && isPublic(last, []));
  if (!isKnown) return undefined;
  const issuer = last.issuer.commonNames.at(-1) ?? last.issuer.text;
  return {
    of,
    severity: certain ? 'error' : 'warning',
    block: item,
    message: `The chain in ${fileNamed(of)} is incomplete: the certificate of ${list([issuer])}, which issued the certificate ${whose(last)}, is missing, so clients that do not find it elsewhere refuse the handshake ("unable to get local issuer certificate")`,
    offers: offersFor(of, last, above(last, context), context),
  };
}

export const rule: Rule = {
  id: 'certificate-chain-incomplete',
  severity: 'error',
  since: '0.1.0',
  summary: 'A server does not send all certificates between its own and a root',
  sources: [
    'https://nginx.org/en/docs/http/configuring_https_servers.html#chains',
    'https://docs.haproxy.org/3.2/configuration.html#3.1-issuers-chain-path',
    'https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2',
  ],
  check(context) {
    reportChains(
      context,
      chainFiles(context).flatMap((of) => faultOf(of, context) ?? []),
    );
  },
};
