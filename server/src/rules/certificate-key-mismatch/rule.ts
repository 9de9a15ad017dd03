/** Owns certificate-key-mismatch: private keys that do not belong to the certificate they are named with. */
import type { CertificateItem, KeyItem } from '../../certificates/file.ts';
import { asKeyFile } from '../../certificates/load.ts';
import { type KeyMatch, keyMatch, matchSets } from '../../certificates/match.ts';
import type { FileId } from '../../files/host.ts';
import { type CertificateUse, endpointsOf, type FileUse, type TlsEndpoint } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import { presenters, whose } from '../certificate-words.ts';
import { orderOf } from '../leaf-order.ts';
import {
  coversAll,
  isSharedKey,
  keyFileFor,
  nameFiles,
  nameInstead,
  namesOf,
  usable,
  writtenPath,
} from '../replacements.ts';
import type { Offer, Related, Rule, RuleContext } from '../rule.ts';
import { blockPlace, grouped, loadedBy, placeKey } from '../subjects.ts';
import { certificatesNamed, certificatesWith } from '../workspace-certificates.ts';

/** A certificate and the key that it is named with, both readable. */
interface Pair {
  readonly use: CertificateUse;
  readonly key: FileUse;
  readonly leaf: CertificateItem;
  readonly certificateFile: FileId;
  readonly keyItem: KeyItem;
  readonly keyFile: FileId;
}

interface Mismatch extends Pair {
  readonly at: Place;
  readonly result: KeyMatch;
  /** All certificates that are presented together with it. */
  readonly companions: readonly CertificateUse[];
  /** Whether the endpoint has another certificate that it can present. */
  readonly hasOther: boolean;
}

function pairOf(use: CertificateUse, { model, certificates, project }: RuleContext): Pair[] {
  const { certificate, key } = use;
  if (key === undefined || !certificate.file.known || !key.file.known) return [];
  const one = certificates.read(certificate.file.value, project.dependencies);
  const other = certificates.read(key.file.value, project.dependencies);
  if (!one.ok || !other.ok) return [];
  const loaded = loadedBy(model, one.pem);
  const loadedKey = asKeyFile(other.pem);
  if (loaded.kind === 'damaged' || loadedKey.kind === 'damaged') return [];
  // Where authorities stand in front of the certificate, that is the fault, and certificate-chain-order says it.
  if (orderOf(one.pem, loaded.leaf, loaded.chain).leaf !== loaded.leaf) return [];
  return [
    {
      use,
      key,
      leaf: loaded.leaf,
      certificateFile: certificate.file.value,
      keyItem: loadedKey.key,
      keyFile: key.file.value,
    },
  ];
}

/** The two files of an endpoint that has one certificate: many servers have the same. */
function soleFiles({ certificates }: TlsEndpoint): string | undefined {
  const [one, ...more] = certificates;
  if (one?.key === undefined || more.length > 0 || !one.certificate.file.known || !one.key.file.known) return undefined;
  return `${one.certificate.file.value}\n${one.key.file.value}`;
}

/** The certificates of an endpoint that none of its keys belongs to. */
function mismatchesOf({ certificates }: TlsEndpoint, context: RuleContext): Mismatch[] {
  const { keysByType } = context.model.product;
  const pairs = certificates.flatMap((use) => pairOf(use, context));
  // Some could not be compared: one of their keys may be the one that seems to be missing.
  if (pairs.length < certificates.length && certificates.length > 1 && keysByType) return [];
  const sets = keysByType ? [pairs] : pairs.map((pair) => [pair]);
  return sets.flatMap((set) => mismatchesIn(set, certificates.length > set.length, context));
}

/** `hasMore`: the endpoint has certificates beside these. */
function mismatchesIn(pairs: readonly Pair[], hasMore: boolean, context: RuleContext): Mismatch[] {
  const results = matchSets(
    pairs.map(({ leaf }) => leaf.certificate),
    pairs.map(({ keyItem }) => keyItem.key),
  );
  const companions = pairs.map(({ use }) => use);
  const taken = new Set(results.map(({ key }) => key));
  const hasOther = hasMore || taken.size > (taken.has(undefined) ? 1 : 0);
  return pairs.flatMap((pair, index): Mismatch[] => {
    const found = results[index]?.result;
    if (found !== 'mismatch' && found !== 'other-type') return [];
    // The key beside it may belong to another certificate; then one that belongs to none is to blame.
    const blamed = (taken.has(index) ? pairs.find((_, other) => !taken.has(other)) : pair) ?? pair;
    const { key, keyItem, keyFile } = blamed;
    const at = isSharedKey(key, companions, context) ? pair.use.certificate.place : key.place;
    const result = keyMatch(pair.leaf.certificate, keyItem.key);
    return [{ ...pair, key, keyItem, keyFile, at, result, companions, hasOther }];
  });
}

function messageOf({ leaf, keyItem, result, hasOther, at, key, use }: Mismatch, { model }: RuleContext): string {
  const name = whose(leaf.certificate);
  const { name: product, says } = model.product;
  const { algorithm } = leaf.certificate.publicKey;
  const here = placeKey(at) === placeKey(key.place);
  const what =
    result === 'other-type'
      ? `${here ? 'This' : `\`${key.written}\``} is ${article(keyItem.key.algorithm ?? '')} key, and the certificate ${name} needs ${article(algorithm)} key`
      : `${here ? 'This key' : `The key in \`${key.written}\``} does not belong to the certificate ${name}`;
  const words = result === 'other-type' ? says.otherType : says.mismatch;
  if (words !== undefined && use.keyUncompared !== true) return `${what}, so ${product} does not start (${words})`;
  return `${what}: ${product} starts without a word, and ${hasOther ? 'never presents this certificate' : 'every handshake fails'}`;
}

function article(word: string): string {
  return /^([AEO]|RSA)/.test(word) ? `an ${word}` : `a ${word}`;
}

function offersFor(group: readonly [Mismatch, ...Mismatch[]], context: RuleContext): Offer[] {
  const [{ leaf, key, keyItem, certificateFile }] = group;
  const uses = group.map(({ use }) => use);
  const offer = (title: string, safety: Offer['safety'], remedy: Offer['remedy'] | undefined): Offer[] =>
    remedy === undefined ? [] : [{ title, safety, remedy }];
  if (placeKey(key.place) === placeKey(group[0].use.certificate.place)) {
    const [name] = namesOf(leaf.certificate);
    const bundles = name === undefined ? [] : certificatesNamed(name, certificateFile, context);
    for (const candidate of usable(bundles, uses, context)) {
      const named = coversAll(candidate.leaf, leaf.certificate) ? nameInstead(uses, candidate, context) : undefined;
      if (named !== undefined) return offer(`Use \`${named.path}\`, whose key fits`, 'behaviour', named.remedy);
    }
    return [];
  }
  const companions = group.flatMap((one) => one.companions);
  const found = isSharedKey(key, companions, context) ? undefined : keyFileFor(leaf.certificate, key, context);
  const keys = grouped(group, (one) => placeKey(one.key.place)).map(([one]) => one.key);
  const byKey =
    found === undefined || found.path === key.written
      ? []
      : offer(
          `Use the key in \`${found.path}\`, which belongs to the certificate`,
          'safe',
          nameFiles(
            keys.map((use) => ({ use, path: found.path })),
            context,
          ),
        );
  const { publicKey } = keyItem.key;
  const others = publicKey === undefined ? [] : certificatesWith(publicKey, certificateFile, context);
  const [other] = usable(others, uses, context);
  const path = other === undefined ? undefined : writtenPath(group[0].use.certificate, other.file, context);
  if (path === undefined) return byKey;
  const named = grouped(uses, ({ certificate }) => placeKey(certificate.place)).map(([use]) => use.certificate);
  const changes = named.map((use) => ({ use, path }));
  return [
    ...byKey,
    ...offer(`Use the certificate in \`${path}\`, which belongs to the key`, 'behaviour', nameFiles(changes, context)),
  ];
}

function relatedOf(group: readonly Mismatch[]): Related[] {
  const notes = group.flatMap((one): Related[] => [
    { place: blockPlace(one.certificateFile, one.leaf), message: `the certificate ${whose(one.leaf.certificate)}` },
    { place: blockPlace(one.keyFile, one.keyItem), message: 'the key' },
    { place: one.at, message: `used by ${one.use.label}, too` },
  ]);
  return grouped(notes, ({ place }) => placeKey(place))
    .map(([note]) => note)
    .filter(({ place }) => placeKey(place) !== placeKey(group[0]?.at ?? place));
}

export const rule: Rule = {
  id: 'certificate-key-mismatch',
  severity: 'error',
  since: '0.1.0',
  summary: 'The private key does not belong to the certificate',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate_key',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-crt',
    'https://docs.openssl.org/3.0/man3/SSL_CTX_use_certificate/',
  ],
  check(context) {
    const fitting = new Set<string>();
    const all = endpointsOf(context.model).flatMap((endpoint) => {
      const files = soleFiles(endpoint);
      if (files !== undefined && fitting.has(files)) return [];
      const found = mismatchesOf(endpoint, context);
      if (files !== undefined && found.length === 0) fitting.add(files);
      return found;
    });
    const pairs = grouped(all, ({ at, certificateFile, keyFile }) => `${at.file}\n${certificateFile}\n${keyFile}`);
    // A folder of certificates is named by one path.
    for (const [first, ...more] of grouped(pairs, ([{ at }]) => placeKey(at))) {
      const same = [...first, ...more.flat()];
      const who = presenters(same.map(({ use }) => use.label));
      const others = more.length === 0 ? '' : `; so it is with ${more.length} more here`;
      context.report({
        at: first[0].at,
        message: `${messageOf(first[0], context)}${others}; used by ${who}`,
        related: relatedOf(same),
        offers: offersFor(first, context),
      });
    }
  },
};
