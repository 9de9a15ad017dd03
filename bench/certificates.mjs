/** Owns certificates for benchmarks: many different ones in the shape of public ones, the same fields each time. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** A list of signed certificate timestamps has some 240 bytes; nobody reads what is in it here. */
const SCT_LIST = Uint8Array.from({ length: 242 }, (_, i) => (i * 31) & 0xff);
const POLICY = '2.23.140.1.2.1';

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
const EC = { name: 'ECDSA', namedCurve: 'P-256' };

/** PEM texts of `count` leaves with three names each, half of them RSA, half EC, issued by one RSA authority. */
export async function makeLeaves(count) {
  const [authority, rsa, ec] = await Promise.all(
    [RSA, RSA, EC].map((algorithm) => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])),
  );
  const keyIds = await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey);
  const texts = [];
  for (let n = 0; n < count; n++) {
    const { publicKey } = n % 2 === 0 ? rsa : ec;
    const notBefore = new Date(START + (n % 365) * DAY_MS);
    const names = [`site-${n}.example.test`, `www.site-${n}.example.test`, `*.apps.site-${n}.example.test`];
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: (0x1000_0000 + n).toString(16),
      subject: `CN=${names[0]}`,
      issuer: 'C=XX, O=Benchmark, CN=Benchmark R1',
      publicKey,
      signingKey: authority.privateKey,
      signingAlgorithm: RSA,
      notBefore,
      notAfter: new Date(notBefore.getTime() + 90 * DAY_MS),
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
        keyIds,
        new x509.AuthorityInfoAccessExtension({ caIssuers: 'http://r1.example.test/' }),
        new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
        new x509.CertificatePolicyExtension([POLICY]),
        new x509.Extension('1.3.6.1.4.1.11129.2.4.2', false, SCT_LIST),
      ],
    });
    texts.push(`${certificate.toString('pem')}\n`);
  }
  return texts;
}
