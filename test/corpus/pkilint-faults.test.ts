/** Owns the proof that pkilint's certificates go through all rules, and that their faults are named where they are faults for TLS. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPemFile } from '../../server/src/certificates/file.ts';
import type { RuleId } from '../../server/src/rules/ids.generated.ts';
import { corpusRoot, describeWith } from '../kit/required.ts';
import { bench } from '../service/kit.ts';

/** The fault of a file, by the end of its path, and the rule that names it where a server presents the certificate. */
const FAULTS: readonly (readonly [file: string, rule: RuleId, words: string])[] = [
  ['pkix/rfc7093_method_2', 'certificate-weak-key', 'RFC 9500 (testRSA2048)'],
  ['internal_cross_ca/clean_anyeku', 'certificate-weak-key', 'RFC 9500 (testRSA4096)'],
  ['root_ca/clean', 'certificate-weak-key', 'RFC 9500 (testECCP256)'],
  ['pkix/v1_root_signed_with_md2', 'certificate-weak-key', '1024 bits'],
  ['rsa_modulus_too_short', 'certificate-weak-key', '2045 bits'],
  ['bad_rsa_exponent', 'certificate-weak-key', 'exponent that protects nothing'],
  ['bad_rsa_exponent', 'certificate-weak-signature', 'SHA-1'],
  ['issued_2026_03_15_366_day_validity', 'certificate-lifetime-too-long', '366 days'],
  ['issued_2027_03_15_367_day_validity', 'certificate-lifetime-too-long', '100 at most'],
  ['issued_2029_03_15_366_day_validity', 'certificate-lifetime-too-long', '47 at most'],
  ['validity_period_no_seconds', 'certificate-file-damaged', 'notBefore is not a valid time'],
  ['pkix/bad_san_encoding', 'certificate-wrong-usage', 'for e-mail, not for servers'],
  ['ed25519_bad_ku', 'certificate-wrong-usage', 'none of which TLS needs'],
  ['dv_final_certificate/no_serverauth_eku', 'certificate-wrong-usage', 'not for servers'],
  ['ecdsa_no_digsig', 'certificate-wrong-usage', 'without `digitalSignature`'],
  ['rsa_no_digsig', 'certificate-wrong-usage', 'without `digitalSignature`'],
  ['both_precert_poison_and_sct_present', 'certificate-wrong-usage', 'precertificate'],
  ['validity_period_397_days_one_sec', 'certificate-wrong-usage', 'precertificate'],
  ['internal_unconstrained_tls_ca/prohibited_ku', 'certificate-wrong-usage', 'CA:TRUE'],
  ['pkix/mldsa44_root', 'certificate-san-missing', 'no subject alternative name'],
];

const CONF = `events {}
http {
    server {
        listen 443 ssl;
        ssl_certificate shop.pem;
    }
}
`;

describeWith('corpus', "pkilint's certificates", () => {
  const folder = join(corpusRoot() ?? '', 'pkilint');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.crttest'))
    .sort();
  /** What is said of a file by itself, and of the configuration that presents it, in the middle of its validity. */
  const judged = (file: string) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const leaf = readPemFile(text).leaf?.certificate;
    const now = leaf === undefined ? undefined : (leaf.notBefore + leaf.notAfter) / 2;
    const { run, engine } = bench({ '/w/nginx.conf': CONF, '/w/shop.pem': text, [`/w/${file}`]: text }, now);
    return { engine, findings: run.findings };
  };

  it('are a hundred', () => {
    expect(files.length).toBeGreaterThanOrEqual(100);
  });

  it.each(files)('%s goes through all rules', (file) => {
    const { engine, findings } = judged(file);
    for (const { at, message } of findings) {
      const opened = engine.files.open(at.file, { files: new Set(), missing: new Set(), directories: new Set() });
      const length = opened.ok ? opened.file.text.length : -1;
      expect([message, at.span.start >= 0 && at.span.end <= length]).toEqual([message, true]);
      expect([message, message.length < 1000]).toEqual([message, true]);
    }
  });

  it.each(FAULTS)('%s: %s, %s', (ending, rule, words) => {
    const file = files.find((one) => one.endsWith(`${ending}.crttest`)) ?? ending;
    const said = judged(file).findings.filter((one) => one.rule === rule && one.at.file === '/w/nginx.conf');
    expect(said.map(({ message }) => message).join('\n')).toContain(words);
  });

  describe('that are sound lack nothing but their issuer', () => {
    it.each(files.filter((file) => /(dv|ov)_final_certificate\/(clean|cn_ipv4_addr_also_in_san_good)/.test(file)))(
      '%s',
      (file) => {
        const wrong = judged(file).findings.filter(({ severity }) => severity !== 'info');
        const rules = wrong.map(({ rule }) => rule).filter((rule) => rule.startsWith('certificate-'));
        expect([...new Set(rules)]).toEqual(['certificate-chain-incomplete']);
      },
    );
  });
});
