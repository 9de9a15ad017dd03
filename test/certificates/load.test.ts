/** Owns the proof that certificate and key files are loaded, and refused, as nginx does, and that the cause is named. */
import { describe, expect, it } from 'vitest';
import type { DamageKind } from '../../server/src/certificates/damage.ts';
import { DER as DER_TAG, derElement } from '../../server/src/certificates/der.ts';
import { readPemFile } from '../../server/src/certificates/file.ts';
import { asBundle, asCertificateFile, asKeyFile } from '../../server/src/certificates/load.ts';
import { readBareFile } from '../../server/src/certificates/sniff.ts';
import { type Generation, onGeneration } from '../kit/generations.ts';
import { haproxyCheck } from '../kit/haproxy.ts';
import { nginxTest } from '../kit/nginx.ts';
import { describeWith } from '../kit/required.ts';
import { BEGIN, BODY, CERTIFICATE, DER, END, LINES, PRIVATE_KEY, pem } from './samples.ts';

const lines = (...parts: readonly string[]) => `${parts.join('\n')}\n`;
const junk = (text: string) => text.replace(/\n(.)/, '\n!');
const body = LINES.slice(1, -1);
const trusted = CERTIFICATE.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE');
const emptyBlock = lines(BEGIN, END);
const KEY_DER = new Uint8Array(Buffer.from(PRIVATE_KEY.split('\n').slice(1, -2).join(''), 'base64'));
/** The same key as SEC 1 writes it. */
const SEC1 = derElement(
  DER_TAG.sequence,
  Uint8Array.of(2, 1, 1),
  KEY_DER.subarray(34, 68),
  derElement(0xa0, DER.subarray(202, 212)),
  KEY_DER.subarray(68),
);
const publicKey = pem('PUBLIC KEY', DER.subarray(200, 291));

interface Loaded {
  readonly name: string;
  readonly text: string;
  /** How many certificates are sent, or what stops the loading: OpenSSL's reason (empty where it has none) and ours. */
  readonly expected: number | readonly [says: string, kind: DamageKind];
}

const certificates: readonly Loaded[] = [
  { name: 'one certificate', text: CERTIFICATE, expected: 1 },
  { name: 'two', text: CERTIFICATE + CERTIFICATE, expected: 2 },
  { name: 'a key before it', text: PRIVATE_KEY + CERTIFICATE, expected: 1 },
  { name: 'a key behind it', text: CERTIFICATE + PRIVATE_KEY, expected: 1 },
  { name: 'a trusted certificate as the first', text: trusted + CERTIFICATE, expected: 2 },
  { name: 'a trusted certificate as the second', text: CERTIFICATE + trusted + CERTIFICATE, expected: 2 },
  { name: 'the old label', text: CERTIFICATE.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'), expected: 1 },
  { name: 'an indented second one', text: `${CERTIFICATE}  ${CERTIFICATE}`, expected: 1 },
  { name: 'two with a BOM each', text: `\ufeff${CERTIFICATE}\ufeff${CERTIFICATE}`, expected: 2 },
  { name: 'a swallowed second one', text: `${lines(BEGIN, ...body, END.slice(1))}${CERTIFICATE}`, expected: 1 },
  {
    name: 'bytes behind the second one',
    text: CERTIFICATE + pem('CERTIFICATE', Uint8Array.from([...DER, 1])),
    expected: 2,
  },
  { name: 'a key without meaning before it', text: pem('PRIVATE KEY', 'AAAA') + CERTIFICATE, expected: 1 },
  { name: 'a request without meaning before it', text: pem('CERTIFICATE REQUEST', 'AAAA') + CERTIFICATE, expected: 1 },
  { name: 'a list without meaning behind it', text: CERTIFICATE + pem('X509 CRL', 'AAAA') + CERTIFICATE, expected: 2 },
  { name: 'parameters before it', text: pem('EC PARAMETERS', DER.subarray(202, 212)) + CERTIFICATE, expected: 1 },
  { name: 'a bundle alone', text: pem('PKCS7', DER), expected: ['no start line', 'wrong-kind'] },
  {
    name: 'a request with a foreign header before it',
    text: `-----BEGIN CERTIFICATE REQUEST-----\nA: b\n\nAAAA\n-----END CERTIFICATE REQUEST-----\n${CERTIFICATE}`,
    expected: 1,
  },
  {
    name: 'a key with a foreign header before it',
    text: `-----BEGIN PRIVATE KEY-----\nA: b\n\nAAAA\n-----END PRIVATE KEY-----\n${CERTIFICATE}`,
    expected: 1,
  },
  {
    name: 'bytes behind the first one',
    text: pem('CERTIFICATE', Uint8Array.from([...DER, 1])),
    expected: ['ASN1 lib', 'trailing-bytes'],
  },
  {
    name: 'a damaged key before it',
    text: junk(PRIVATE_KEY) + CERTIFICATE,
    expected: ['bad base64 decode', 'base64-character'],
  },
  {
    name: 'a colon in a key before it',
    text: `-----BEGIN PRIVATE KEY-----\na:\n-----END PRIVATE KEY-----\n${CERTIFICATE}`,
    expected: ['', 'header'],
  },
  {
    name: 'a damaged second one',
    text: CERTIFICATE + junk(CERTIFICATE),
    expected: ['bad base64 decode', 'base64-character'],
  },
  {
    name: 'a truncated second one',
    text: CERTIFICATE + CERTIFICATE.slice(0, 200),
    expected: ['bad end line', 'end-missing'],
  },
  { name: 'two glued together', text: CERTIFICATE.trimEnd() + CERTIFICATE, expected: ['bad end line', 'glued'] },
  { name: 'an empty second one', text: CERTIFICATE + emptyBlock, expected: ['', 'empty-block'] },
  {
    name: 'a blank line in the middle',
    text: lines(BEGIN, ...body.slice(0, 3), '', ...body.slice(3), END),
    expected: ['not proc type', 'blank-line'],
  },
  { name: 'a foreign header', text: lines(BEGIN, 'A: b', '', ...body, END), expected: ['not proc type', 'header'] },
  {
    name: 'a header of encryption without its second line',
    text: lines(BEGIN, 'Proc-Type: 4,ENCRYPTED', '', ...body, END),
    expected: ['not dek info', 'header'],
  },
  {
    name: 'a header that is not encryption',
    text: lines(BEGIN, 'Proc-Type: 4,MIC-CLEAR', '', ...body, END),
    expected: ['not encrypted', 'header'],
  },
  {
    name: 'a header of another version',
    text: lines(BEGIN, 'Proc-Type: 5,ENCRYPTED', '', ...body, END),
    expected: ['', 'header'],
  },
  {
    name: 'bytes that are no certificate',
    text: pem('CERTIFICATE', 'AAAA'),
    expected: ['ASN1 lib', 'certificate-der'],
  },
  { name: 'an indented one', text: CERTIFICATE.replace(/^/gm, ' '), expected: ['no start line', 'begin-indented'] },
  { name: 'a key alone', text: PRIVATE_KEY, expected: ['no start line', 'wrong-kind'] },
  { name: 'nothing', text: '', expected: ['no start line', 'wrong-kind'] },
  { name: 'text', text: 'certificate to come\n', expected: ['no start line', 'wrong-kind'] },
];

const bundleWithoutMeaning = CERTIFICATE + pem('CERTIFICATE', 'AAAA') + PRIVATE_KEY;
const NO_KEY = 'unsupported';
const keys: readonly Loaded[] = [
  { name: 'one key', text: PRIVATE_KEY, expected: 1 },
  { name: 'a certificate before it', text: CERTIFICATE + PRIVATE_KEY, expected: 1 },
  { name: 'a damaged certificate before it', text: junk(CERTIFICATE) + PRIVATE_KEY, expected: 1 },
  { name: 'another damaged key before it', text: junk(PRIVATE_KEY) + PRIVATE_KEY, expected: 1 },
  { name: 'a key without meaning before it', text: pem('PRIVATE KEY', 'AAAA') + PRIVATE_KEY, expected: 1 },
  { name: 'damage behind it', text: PRIVATE_KEY + junk(CERTIFICATE), expected: 1 },
  { name: 'a blank line behind BEGIN', text: PRIVATE_KEY.replace('KEY-----\n', 'KEY-----\n\n'), expected: 1 },
  { name: 'PKCS#8 under the label of EC', text: PRIVATE_KEY.replaceAll('PRIVATE', 'EC PRIVATE'), expected: 1 },
  {
    name: 'PKCS#8 under the label of encryption',
    text: PRIVATE_KEY.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'),
    expected: 1,
  },
  { name: 'bytes behind the key', text: pem('PRIVATE KEY', Uint8Array.from([...KEY_DER, 1])), expected: 1 },
  {
    name: 'PKCS#8 under the label of another algorithm',
    text: PRIVATE_KEY.replaceAll('PRIVATE', 'RSA PRIVATE'),
    expected: [NO_KEY, 'key-der'],
  },
  {
    name: 'a key under a label of nobody',
    text: PRIVATE_KEY.replaceAll('PRIVATE', 'ANY PRIVATE'),
    expected: [NO_KEY, 'wrong-kind'],
  },
  {
    name: 'a key under the label of OpenSSH',
    text: PRIVATE_KEY.replaceAll('PRIVATE', 'OPENSSH PRIVATE'),
    expected: [NO_KEY, 'wrong-kind'],
  },
  { name: 'a damaged key', text: junk(PRIVATE_KEY), expected: [NO_KEY, 'base64-character'] },
  {
    name: 'an END line with four dashes',
    text: PRIVATE_KEY.replace('-----END', '----END'),
    expected: [NO_KEY, 'end-line'],
  },
  { name: 'an indented key', text: ` ${PRIVATE_KEY}`, expected: [NO_KEY, 'begin-indented'] },
  { name: 'bytes that are no key', text: pem('PRIVATE KEY', 'AAAA'), expected: [NO_KEY, 'key-der'] },
  { name: 'a certificate', text: CERTIFICATE, expected: [NO_KEY, 'wrong-kind'] },
  { name: 'a public key', text: publicKey, expected: [NO_KEY, 'wrong-kind'] },
  { name: 'nothing', text: '', expected: [NO_KEY, 'wrong-kind'] },
];

describe('ssl_certificate', () => {
  it.each(certificates)('$name', ({ text, expected }) => {
    const loaded = asCertificateFile(readPemFile(text));
    if (loaded.kind === 'usable') expect(1 + loaded.chain.length).toBe(expected);
    else expect([wordsOf(loaded.damage), loaded.damage.kind]).toEqual(expected);
  });
});

describe('ssl_certificate_key', () => {
  it.each(keys)('$name', ({ text, expected }) => {
    const loaded = asKeyFile(readPemFile(text));
    if (loaded.kind === 'usable') expect(expected).toBe(1);
    else expect([wordsOf(loaded.damage), loaded.damage.kind]).toEqual(expected);
  });
});

/** OpenSSL's words for damage; what is wrong inside DER has many, which all end in `ASN1 lib`. */
function wordsOf({
  kind,
  opensslSays,
}: {
  readonly kind: DamageKind;
  readonly opensslSays: string | undefined;
}): string {
  return opensslSays ?? (kind === 'certificate-der' ? 'ASN1 lib' : '');
}

describe.each([
  { need: 'nginx', generation: 'installed' },
  { need: 'trixie', generation: 'trixie' },
  { need: 'sid', generation: 'sid' },
] as const)('nginx -t agrees ($generation)', ({ need, generation }) =>
  describeWith(need, 'nginx', () => agreeing(generation)),
);

function agreeing(generation: Generation): void {
  const test = (certificate: string, key: string) =>
    onGeneration(generation, () =>
      nginxTest({
        files: {
          'nginx.conf':
            'events {}\nhttp { server { listen 443 ssl; ssl_certificate a.crt; ssl_certificate_key a.key; } }\n',
          'a.crt': certificate,
          'a.key': key,
        },
      }),
    );

  it.each(certificates)('ssl_certificate: $name', async ({ text, expected }) => {
    const { ok, output } = await test(text, PRIVATE_KEY);
    if (typeof expected === 'number') return expect([ok, output]).toEqual([true, output]);
    const [says] = expected;
    expect(output).toMatch(
      says === '' ? /PEM_read_bio_X509(_AUX)?\(\) failed$/m : new RegExp(`PEM routines::${says}[:)]`),
    );
  });

  it.each(keys)('ssl_certificate_key: $name', async ({ text, expected }) => {
    const { ok, output } = await test(CERTIFICATE, text);
    if (typeof expected === 'number') return expect([ok, output]).toEqual([true, output]);
    expect(output).toContain(`PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::${expected[0]}`);
  });
}

/** The cases of one certificate file that HAProxy sees otherwise than nginx: it cuts the chain short in silence. */
const CUT_SHORT = ['a damaged second one', 'a truncated second one', 'an empty second one'];

describe('crt of HAProxy', () => {
  it('has a chain that ends at damage, which is named', () => {
    const cases = certificates.filter(({ name }) => CUT_SHORT.includes(name));
    expect(cases.length).toBe(CUT_SHORT.length);
    for (const { name, text, expected } of cases) {
      const loaded = asBundle(readPemFile(text + PRIVATE_KEY));
      const kind = typeof expected === 'number' ? undefined : expected[1];
      expect([name, loaded.kind, loaded.cut?.kind]).toEqual([name, 'usable', kind]);
    }
  });

  it('refuses a second block that is no certificate inside, and a damaged first one', () => {
    expect(asBundle(readPemFile(bundleWithoutMeaning))).toMatchObject({
      kind: 'damaged',
      damage: { kind: 'certificate-der' },
    });
    expect(asBundle(readPemFile(junk(CERTIFICATE) + CERTIFICATE)).kind).toBe('damaged');
    expect(asBundle(readPemFile('')).kind).toBe('damaged');
  });
});

describeWith('haproxy', 'haproxy -c agrees', () => {
  const test = (bundle: string) =>
    haproxyCheck({
      files: {
        'haproxy.cfg': 'frontend f\n  mode http\n  timeout client 5s\n  bind :443 ssl crt /etc/haproxy/a.pem\n',
        '/etc/haproxy/a.pem': bundle,
      },
    });

  it.each(certificates.filter(({ text }) => !text.includes('PRIVATE KEY-----')))('$name', async ({ text }) => {
    const bundle = text + (text === '' || text.endsWith('\n') ? '' : '\n') + PRIVATE_KEY;
    const loaded = asBundle(readPemFile(bundle));
    const { output } = await test(bundle);
    expect([loaded.kind, output]).toEqual([/unable to load certificate/.test(output) ? 'damaged' : 'usable', output]);
  });

  it('a second block that is no certificate inside', async () => {
    expect((await test(bundleWithoutMeaning)).output).toContain('unable to load certificate chain');
  });
});

describe('files without a block', () => {
  const bytesOf = (label: string) => new Uint8Array(Buffer.from(label, 'latin1'));
  it.each([
    ['empty', new Uint8Array()],
    ['empty', bytesOf(' \r\n\n')],
    ['certificate-der', DER],
    ['key-der', KEY_DER],
    ['key-der', SEC1],
    ['utf-16', new Uint8Array(Buffer.from(`\ufeff${CERTIFICATE}`, 'utf16le'))],
    ['utf-16', new Uint8Array(Buffer.from(CERTIFICATE, 'utf16le'))],
    ['utf-16', new Uint8Array(Buffer.from(CERTIFICATE, 'utf16le').swap16())],
    ['openssh-key', bytesOf('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me\n')],
    ['openssh-key', bytesOf('ecdsa-sha2-nistp256 AAAAE2Vj me\n')],
    ['text', bytesOf('hello\n')],
    ['text', bytesOf('0 is the first byte of a sequence\n')],
    ['binary', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0)],
    ['pkcs7', Uint8Array.of(0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2, 5, 0)],
    ['pkcs12', Uint8Array.of(0x30, 16, 2, 1, 3, 0x30, 11, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1)],
  ] as const)('%s', (expected, bytes) => {
    expect(readBareFile(bytes).content).toBe(expected);
    const file = readPemFile(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), () => bytes);
    expect(file.content).toBe(expected);
    const loaded = asCertificateFile(file);
    expect(loaded).toMatchObject({
      kind: 'damaged',
      damage: { kind: 'wrong-kind', opensslSays: 'no start line', stops: true },
    });
  });

  it('name what they are', () => {
    const loaded = asCertificateFile(readPemFile('\ufffd', () => DER));
    if (loaded.kind === 'usable') throw new Error('usable');
    expect(loaded.damage.message).toBe(
      'This file holds no certificate: it is a certificate in binary form (DER), and PEM is needed.',
    );
    const body64 = asCertificateFile(readPemFile(BODY));
    if (body64.kind === 'usable') throw new Error('usable');
    expect(body64.damage.message).toBe('This file holds no certificate: no line reads "-----BEGIN CERTIFICATE-----".');
  });
});

describe('a file', () => {
  it('has its blocks in order, the leaf first, and all damage by place', () => {
    const text = `${PRIVATE_KEY}${CERTIFICATE}${pem('DH PARAMETERS', 'AAAA')}${junk(CERTIFICATE)}  ${BEGIN}\n${CERTIFICATE}`;
    const file = readPemFile(text);
    expect(file.items.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
      'key PRIVATE KEY',
      'certificate CERTIFICATE',
      'damaged DH PARAMETERS',
      'damaged CERTIFICATE',
      'certificate CERTIFICATE',
    ]);
    expect(file.leaf).toBe(file.items[1]);
    expect(file.chain).toEqual([file.items[4]]);
    expect(file.keys).toEqual([file.items[0]]);
    expect(file.damage.map(({ kind }) => kind)).toEqual(['object-der', 'base64-character', 'begin-indented']);
    expect(file.content).toBe('pem');
  });
});
