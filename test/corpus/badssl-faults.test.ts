/** Owns the proof that the faults which badssl.com's certificates are made for are named, each file judged on a day of its validity. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPemFile } from '../../server/src/certificates/file.ts';
import type { RuleId } from '../../server/src/rules/ids.generated.ts';
import { corpusRoot, describeWith } from '../kit/required.ts';
import { bench } from '../service/kit.ts';

/** The fault of a file, by the end of its path, and the rule that names it. */
const FAULTS: readonly (readonly [file: string, rule: RuleId])[] = [
  ['chain/wildcard-expired.pem', 'certificate-expired'],
  ['chain/wildcard-incomplete-chain.pem', 'certificate-chain-incomplete'],
  ['chain/wildcard-self-signed.pem', 'certificate-self-signed'],
  ['chain/wildcard-sha1-2016.pem', 'certificate-weak-signature'],
  ['chain/wildcard-sha1-2017.pem', 'certificate-weak-signature'],
  ['chain/wildcard-sha1-intermediate.pem', 'certificate-weak-signature'],
  ['chain/subdomain-10000-sans.pem', 'certificate-file-damaged'],
  ['chain/subdomain-superfish.pem', 'certificate-weak-key'],
  ['chain/subdomain-edellroot.pem', 'certificate-weak-key'],
  ['chain/subdomain-dsdtestprovider.pem', 'certificate-weak-key'],
  ['crt/ca-superfish.crt', 'certificate-weak-key'],
  ['crt/ca-edellroot.crt', 'certificate-weak-key'],
  ['crt/ca-dsdtestprovider.crt', 'certificate-weak-key'],
  ['crt/ca-mitm-software.crt', 'certificate-weak-key'],
  ['crt/ca-preact-cli.crt', 'certificate-weak-key'],
  ['crt/ca-webpack-dev-server.crt', 'certificate-weak-key'],
  ['dhparam/dh-composite.pem', 'tls-dh-parameters-weak'],
];

/** Faults that a file by itself does not show, and why. */
const UNSEEN: ReadonlyMap<string, string> = new Map([
  [
    'old/wildcard-incomplete-chain.pem',
    'nothing in it says that its authority is a public one: it is older than embedded SCTs',
  ],
  ['chain/subdomain-revoked.pem', 'that is in a list of the authority'],
  ['chain/subdomain-invalid-expected-sct.pem', 'its timestamp is wrong only for the log that signed it'],
  [
    'dhparam/dh-small-subgroup.pem',
    'the order of its generator can be known only by whoever factors a number of 2,019 bits',
  ],
  ['chain/fallback.pem', 'it is good for one name, and presented for others'],
  ['chain/subdomain-captive-portal.pem', 'it is presented for another name'],
  ['chain/subdomain-preloaded-expect-ct.pem', 'its fault is what a browser remembers of the name'],
  ['chain/wildcard-preloaded-expect-ct.pem', 'its fault is what a browser remembers of the name'],
]);

/** What is unusual, but no fault. */
const SOUND =
  /(1000-sans|extended-validation|no-common-name|no-subject|xn--n1aae7f7o|ecc(256|384)|rsa(2048|4096|8192)|sha(384|512)|main-old|embeded-sct|dh(2048|4096|8192|16384|32768))\.(pem|crt)$/;

/** A moment at which all certificates of a file are valid, or its leaf where there is none; after its end for the expired one. */
function dayFor(file: string, text: string): number {
  const all = readPemFile(text).items.flatMap((item) => (item.kind === 'certificate' ? [item.certificate] : []));
  const [leaf] = all;
  if (leaf === undefined) return Date.UTC(2026, 10, 1);
  const from = Math.max(...all.map(({ notBefore }) => notBefore));
  const until = Math.min(...all.map(({ notAfter }) => notAfter));
  if (file.includes('expired')) return leaf.notAfter + 1;
  return from < until ? (from + until) / 2 : (leaf.notBefore + leaf.notAfter) / 2;
}

describeWith('corpus', "badssl.com's certificates", () => {
  const folder = join(corpusRoot() ?? '', 'badssl/certs');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(pem|crt)$/.test(name))
    .sort();
  /** What is said about a file, by rule. */
  const said = (file: string, severities = ['error', 'warning', 'info']) => {
    const text = readFileSync(join(folder, file), 'utf8');
    // Names count: a file that is called a chain is judged as one.
    const { run } = bench({ [`/w/${file}`]: text }, dayFor(file, text));
    const findings = run.findings.filter(({ severity }) => severities.includes(severity));
    return [...new Set(findings.map(({ rule }) => rule))].sort();
  };
  const fileOf = (ending: string) => files.find((file) => file.endsWith(ending)) ?? ending;

  it.each(FAULTS)('%s: %s', (ending, rule) => {
    expect(said(fileOf(ending))).toContain(rule);
  });

  it('has a place here for every file', () => {
    const named = [...FAULTS.map(([ending]) => ending), ...UNSEEN.keys(), 'chain/subdomain-no-sct.pem'];
    const others = files.filter((file) => !SOUND.test(file) && !named.some((ending) => file.endsWith(ending)));
    expect(others).toEqual([]);
  });

  describe('that are sound give no error and no warning', () => {
    it.each(files.filter((file) => SOUND.test(file)))('%s', (file) => {
      expect(said(file, ['error', 'warning'])).toEqual([]);
    });
  });
});
