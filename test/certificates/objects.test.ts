/** Owns the proof that every kind of block and binary file is read as the openssl command wrote it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { derOfBer } from '../../server/src/certificates/ber.ts';
import { readCertificate } from '../../server/src/certificates/certificate.ts';
import { derCursor, derElement } from '../../server/src/certificates/der.ts';
import { type PemFile, readPemFile } from '../../server/src/certificates/file.ts';
import { readKeystore } from '../../server/src/certificates/pkcs12.ts';
import { type RevocationList, revocationOf } from '../../server/src/certificates/revocation-list.ts';
import { checkSignature } from '../../server/src/certificates/signature.ts';
import { summaryOf } from '../../server/src/certificates/summary.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { openssl } from './openssl.ts';
import { CERTIFICATE, DER, PRIVATE_KEY, pem } from './samples.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const run = (command: string) => openssl(folder, ...command.split(' '));
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder.path, name)));

/** A file in binary form. */
function binary(name: string): PemFile {
  const bytes = bytesOf(name);
  return readPemFile(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), () => bytes);
}

/** The kind and summary of every block. */
function blocks(text: string): string[] {
  const file = readPemFile(text);
  expect(file.damage).toEqual([]);
  return file.items.map((item) => `${item.kind}: ${summaryOf(item)}`);
}

describeWith('openssl', 'blocks and files of the openssl command', () => {
  folder.write('crt', CERTIFICATE);
  folder.write('key', PRIVATE_KEY);
  folder.write(
    'ca.cnf',
    ['[ca]', 'default_ca=d', '[d]', 'database=db', 'crlnumber=number', 'default_md=sha256', 'default_crl_days=30'].join(
      '\n',
    ),
  );
  folder.write('number', '1000\n');
  folder.write(
    'db',
    'R\t330101000000Z\t261101000000Z,keyCompromise\t0A\tunknown\t/CN=a\nR\t330101000000Z\t261101000000Z\tFF01\tunknown\t/CN=b\n',
  );

  it('a request, in PEM and DER', () => {
    run(
      'req -new -key key -subj /CN=new.example -addext subjectAltName=DNS:new.example,IP:10.0.0.5 -addext extendedKeyUsage=serverAuth -out csr',
    );
    const text = run('req -in csr');
    expect(blocks(text)).toEqual(['request: CN=new.example']);
    expect(blocks(text.replaceAll('CERTIFICATE', 'NEW CERTIFICATE'))).toEqual(['request: CN=new.example']);
    const [item] = readPemFile(text).items;
    if (item?.kind !== 'request') throw new Error(item?.kind);
    const { extensions, publicKey, signed } = item.request;
    expect(extensions).toMatchObject({
      san: { dns: ['new.example'], ips: ['10.0.0.5'] },
      extendedKeyUsage: ['serverAuth'],
    });
    expect(checkSignature(signed, publicKey)).toBe('good');
    run('req -in csr -outform DER -out csr.der');
    expect(binary('csr.der')).toMatchObject({
      content: 'request-der',
      object: { request: { signatureAlgorithm: 'ecdsa-with-SHA256' } },
    });
  });

  it('a request without attributes, and with a challenge password, which is not kept', () => {
    expect(blocks(run('req -new -key key -subj /CN=plain.example'))).toEqual(['request: CN=plain.example']);
    folder.write(
      'challenge',
      '[req]\ndistinguished_name=n\nattributes=a\nprompt=no\n[n]\nCN=c\n[a]\nchallengePassword=secret words\n',
    );
    const [item] = readPemFile(run('req -new -key key -config challenge')).items;
    if (item?.kind !== 'request') throw new Error(item?.kind);
    expect(JSON.stringify({ ...item.request, der: [], signed: [] })).not.toContain('secret words');
  });

  it('a revocation list, in PEM and DER', () => {
    run('ca -config ca.cnf -gencrl -cert crt -keyfile key -out crl');
    const file = readPemFile(readFileSync(join(folder.path, 'crl'), 'utf8'));
    const [item] = file.items;
    if (item?.kind !== 'revocation-list') throw new Error(item?.kind);
    const list: RevocationList = item.list;
    expect(summaryOf(item)).toBe('CN=example.com, O=Example\\, Inc., C=DE');
    expect(list).toMatchObject({ size: 2, number: '1000', isDelta: false, malformed: [] });
    expect((list.nextUpdate ?? 0) - (list.thisUpdate ?? 0)).toBe(30 * 86_400_000);
    expect(revocationOf(list, '0a')).toMatchObject({ reason: 1, time: Date.UTC(2026, 10, 1) });
    expect(revocationOf(list, 'ff01')).toMatchObject({ reason: undefined });
    expect(revocationOf(list, 'ff02')).toBeUndefined();
    run('crl -in crl -outform DER -out crl.der');
    expect(binary('crl.der')).toMatchObject({ content: 'revocation-list-der', object: { list: { size: 2 } } });
  });

  it.each([
    ['genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048', 'RSA 2048 bits'],
    ['genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048', 'RSA-PSS 2048 bits'],
    ['genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384', 'EC secp384r1 384 bits'],
    ['genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit', 'EC explicit 256 bits'],
    ['genpkey -algorithm ED25519', 'Ed25519 256 bits'],
    ['genpkey -algorithm ED448', 'Ed448 456 bits'],
    ['genpkey -algorithm X25519', 'X25519 253 bits'],
  ])('%s: private and public, in PEM and DER', (command, expected) => {
    run(`${command} -out made`);
    expect(blocks(run('pkey -in made'))).toEqual([`key: ${expected}`]);
    expect(blocks(run('pkey -in made -pubout'))).toEqual([`public-key: ${expected}`]);
    run('pkey -in made -outform DER -out made.der');
    expect(binary('made.der').content).toBe('key-der');
    run('pkey -in made -pubout -outform DER -out made.der');
    expect(binary('made.der').content).toBe('public-key-der');
    if (!/ RSA /.test(command) && !command.includes(' EC ')) return;
    run('pkey -in made -traditional -outform DER -out made.der');
    expect(binary('made.der').content).toBe('key-der');
    run('pkcs8 -topk8 -in made -passout pass:x -outform DER -out made.der');
    expect(binary('made.der')).toMatchObject({ content: 'key-der', object: { key: { encrypted: true } } });
  });

  it('a public key as PKCS#1', () => {
    run('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out made');
    expect(blocks(run('rsa -in made -RSAPublicKey_out'))).toEqual(['public-key: RSA 2048 bits']);
  });

  it('parameters', () => {
    expect(blocks(run('dhparam -dsaparam 512'))).toEqual(['parameters: Diffie-Hellman 512 bits']);
    expect(blocks(run('genpkey -genparam -algorithm DHX -pkeyopt dh_rfc5114:1'))).toEqual([
      'parameters: Diffie-Hellman 1024 bits',
    ]);
    expect(blocks(run('genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048'))).toEqual([
      'parameters: Diffie-Hellman 2048 bits (ffdhe2048)',
    ]);
    expect(blocks(run('genpkey -genparam -algorithm DH -pkeyopt group:modp_3072'))).toEqual([
      'parameters: Diffie-Hellman 3072 bits (modp3072)',
    ]);
    expect(blocks(run('ecparam -name secp384r1'))).toEqual(['parameters: EC secp384r1 384 bits']);
    expect(blocks(run('ecparam -name prime256v1 -param_enc explicit'))).toEqual(['parameters: EC explicit 256 bits']);
  });

  it('a bundle, in PEM and DER', () => {
    run('crl2pkcs7 -nocrl -certfile crt -certfile crt -out p7');
    expect(blocks(readFileSync(join(folder.path, 'p7'), 'utf8'))).toEqual(['bundle: 2 certificates']);
    run('crl2pkcs7 -nocrl -certfile crt -outform DER -out p7.der');
    expect(binary('p7.der')).toMatchObject({
      content: 'pkcs7',
      object: { bundle: { certificates: [{ der: DER }], unreadable: 0, revocationLists: 0 } },
    });
  });

  it.each([
    ['', 'AES, as OpenSSL 3 writes it'],
    ['-legacy ', 'RC2 with 40 bits, as OpenSSL 1 and macOS write it'],
    ['-provider default -provider legacy -certpbe PBE-SHA1-RC2-128 ', 'RC2 with 128 bits'],
    ['-certpbe DES-EDE3-CBC -keypbe DES-EDE3-CBC ', 'triple DES by the newer way'],
    ['-macalg sha512 ', 'another check value'],
    ['-nomac ', 'no check value'],
    ['-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1 ', 'triple DES, as Windows writes it'],
    ['-certpbe NONE -keypbe NONE ', 'no cipher'],
    ['-certpbe AES-128-CBC -iter 10000 ', 'another key length'],
  ])('a PKCS#12 container: %s(%s)', (options) => {
    run(`pkcs12 -export -in crt -inkey key -name mine ${options}-passout pass: -out empty.p12`);
    expect(binary('empty.p12').content).toBe('pkcs12');
    const certificate = readCertificate(DER);
    if (certificate.kind !== 'certificate') throw new Error(certificate.message);
    const expected = {
      certificates: [{ certificate: { der: DER }, name: 'mine' }],
      keys: [{ algorithm: 'EC', encrypted: false, publicKey: { spki: certificate.publicKey.spki } }],
      closedKeys: 0,
      closed: undefined,
    };
    expect(readKeystore(bytesOf('empty.p12'))).toMatchObject(expected);
    run(`pkcs12 -export -in crt -inkey key -name mine ${options}-passout pass:geheim -out closed.p12`);
    expect(readKeystore(bytesOf('closed.p12'), ['geheim'])).toMatchObject(expected);
    expect(readKeystore(bytesOf('closed.p12'), ['falsch', 'GEHEIM', 'geheim'])).toMatchObject(expected);
    if (options.includes('NONE') || options.includes('nomac')) return;
    for (const wrong of [[], ['falsch']]) {
      const closed = { certificates: [], keys: [], closedKeys: 1, isOpenToAll: false, closed: 'password' };
      expect(readKeystore(bytesOf('closed.p12'), wrong)).toEqual(closed);
    }
  });

  it('a PKCS#12 container with an open certificate and a closed key, readable as far as it opens', () => {
    run('pkcs12 -export -certpbe NONE -in crt -inkey key -passout pass:geheim -out half.p12');
    const half = { certificates: [{ certificate: { der: DER } }], keys: [], closedKeys: 1, closed: undefined };
    expect(readKeystore(bytesOf('half.p12'))).toMatchObject(half);
    expect(readKeystore(bytesOf('half.p12'), ['geheim'])).toMatchObject({ keys: [{ algorithm: 'EC' }], closedKeys: 0 });
  });

  it('a PKCS#12 container with another cipher, or with more rounds than are tried, stays closed', () => {
    run('pkcs12 -export -certpbe CAMELLIA-128-CBC -in crt -inkey key -passout pass: -out camellia.p12');
    expect(readKeystore(bytesOf('camellia.p12'))).toMatchObject({ certificates: [], closed: 'cipher' });
    run('pkcs12 -export -iter 1500000 -nomaciter -in crt -inkey key -passout pass: -out slow.p12');
    expect(readKeystore(bytesOf('slow.p12'))).toMatchObject({ certificates: [], closedKeys: 1, closed: 'cipher' });
  });

  it('containers in BER', () => {
    run('pkcs12 -export -in crt -inkey key -passout pass: -out der.p12');
    folder.write('ber.p12', berOf(bytesOf('der.p12')));
    expect(binary('ber.p12').content).toBe('pkcs12');
    expect(readKeystore(bytesOf('ber.p12'))).toEqual(readKeystore(bytesOf('der.p12')));
    run('crl2pkcs7 -nocrl -certfile crt -outform DER -out p7.der');
    folder.write('p7.ber', berOf(bytesOf('p7.der')));
    expect(binary('p7.ber')).toMatchObject({ content: 'pkcs7', object: { bundle: { certificates: [{ der: DER }] } } });
  });
});

describe('BER', () => {
  it('becomes the same DER, with strings in one piece', () => {
    expect(derOfBer(berOf(DER))).toEqual(DER);
    const pieces = Uint8Array.of(0x24, 0x80, 4, 1, 1, 0x24, 0x80, 4, 2, 2, 3, 0, 0, 4, 0, 0, 0, 9, 9);
    expect(derOfBer(pieces)).toEqual(Uint8Array.of(4, 3, 1, 2, 3));
  });

  it('that never ends, or nests for ever, is none', () => {
    expect(derOfBer(Uint8Array.of(0x30, 0x80, 4, 1, 1))).toBeUndefined();
    expect(
      derOfBer(new Uint8Array(1_000_000).fill(0x30).map((byte, i) => (i % 2 === 0 ? byte : 0x80))),
    ).toBeUndefined();
    expect(derOfBer(Uint8Array.of(0x30, 0x86, 1, 0, 0, 0, 0, 0))).toBeUndefined();
  });
});

describe('an OpenSSH key', () => {
  const string = (text: string) => [0, 0, 0, text.length, ...Buffer.from(text)];
  const key = (cipher: string, ...rest: readonly number[]) =>
    Uint8Array.of(...Buffer.from('openssh-key-v1\0'), ...string(cipher), ...string('bcrypt'), ...string('x'), ...rest);
  const publicPart = [0, 0, 0, 51, ...string('ssh-ed25519'), ...string('A'.repeat(32))];

  it('is known by its type, and encrypted or not', () => {
    const label = 'OPENSSH PRIVATE KEY';
    expect(blocks(pem(label, key('none', 0, 0, 0, 1, ...publicPart)))).toEqual(['openssh-key: ssh-ed25519']);
    expect(blocks(pem(label, key('aes256-ctr', 0, 0, 0, 1, ...publicPart)))).toEqual([
      'openssh-key: ssh-ed25519, encrypted',
    ]);
    expect(readPemFile(pem(label, key('none', 0, 0, 0, 1, 0, 0, 0, 51, 0))).items).toMatchObject([{ kind: 'damaged' }]);
    expect(readPemFile(pem(label, Uint8Array.of(1, 2, 3))).damage).toMatchObject([{ kind: 'object-der' }]);
  });
});

describe('a binary file that is cut off or changed', () => {
  const file = (bytes: Uint8Array) => readPemFile('\ufffd', () => bytes);

  it('has one damage, which says where', () => {
    expect(file(DER.subarray(0, 300)).damage).toMatchObject([
      {
        kind: 'object-der',
        message: expect.stringContaining(`the file ends after 300 of ${DER.length} bytes (byte 300)`),
      },
    ]);
    const wrong = Uint8Array.from(DER);
    wrong[13] = 0x31;
    expect(file(wrong).damage).toHaveLength(1);
    expect(file(Uint8Array.from([...DER, 1])).damage).toMatchObject([
      { message: expect.stringContaining(`(byte ${DER.length})`) },
    ]);
  });

  it('of another kind has none', () => {
    expect(file(new Uint8Array(Buffer.from('7f454c46020101000000', 'hex'))).damage).toEqual([]);
    expect(file(derElement(0x30, derElement(0x0a, Uint8Array.of(0)), new Uint8Array(300))).damage).toEqual([]);
  });
});

/** DER with indefinite lengths, as Windows writes it. */
function berOf(der: Uint8Array): Uint8Array {
  const cursor = derCursor(der);
  const parts: number[] = [];
  while (cursor.more) {
    const node = cursor.next('an element');
    if ((node.tag & 0x20) === 0) parts.push(...cursor.whole(node));
    else parts.push(node.tag, 0x80, ...berOf(cursor.contents(node)), 0, 0);
  }
  return Uint8Array.from(parts);
}
