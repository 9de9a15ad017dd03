/** Owns the comparison of our readers of requests and revocation lists with @peculiar/x509. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { afterAll, expect, it } from 'vitest';
import { scanPem } from '../../server/src/certificates/pem.ts';
import { type CertificateRequest, readRequest } from '../../server/src/certificates/request.ts';
import {
  type RevocationList,
  readRevocationList,
  revocationOf,
} from '../../server/src/certificates/revocation-list.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { corpusTexts, limboRevocationLists } from './corpus.ts';
import { openssl } from './openssl.ts';

function hex(bytes: ArrayBuffer | Uint8Array): string {
  return Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)).toString('hex');
}

function ownList(list: RevocationList) {
  return {
    issuer: hex(list.issuer.der),
    thisUpdate: list.thisUpdate,
    nextUpdate: list.nextUpdate,
    size: list.size,
    extensions:
      list.malformed.length > 0 ? undefined : list.extensions.map(({ oid, critical }) => `${oid} ${critical}`),
    signature: hex(list.signed.signature),
  };
}

function libraryList(list: x509.X509Crl) {
  return {
    issuer: hex(list.issuerName.toArrayBuffer()),
    thisUpdate: list.thisUpdate.getTime(),
    nextUpdate: list.nextUpdate?.getTime(),
    size: list.entries.length,
    extensions: extensionsOf(list),
    signature: hex(list.signature),
  };
}

/** Undefined where the library gives up because one of them is malformed. */
function extensionsOf(list: x509.X509Crl): readonly string[] | undefined {
  try {
    return list.extensions.map(({ type, critical }) => `${type} ${critical}`);
  } catch {
    return undefined;
  }
}

/** Where the readers differ, and who is right. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  // The library loses the entries of a list without nextUpdate (openssl shows them), and takes year 1 for 1901.
  ['zlint/crlReasonCodeCrit.pem', 'size'],
  ['zlint/crlWithReasonCode0.pem', 'size'],
  ['zlint/crlWithReasonCode2.pem', 'size'],
  ['zlint/crlWithReasonCode7.pem', 'size'],
  ['zlint/crlWithDuplicatesInRevokedCertificateList.pem', 'thisUpdate size'],
  ['zlint/crl_revocation_date_too_early.pem', 'time of 03'],
  // Times with an offset: X509_cmp_time refuses them as we do, and the library takes them for 1899.
  ['zlint/crlWithDuplicatesInCRLEntryExtensions.pem', 'thisUpdate nextUpdate time of 01'],
  ['zlint/crlWithMissingAuthKeyID.pem', 'thisUpdate nextUpdate time of 01'],
  // The same, and an extension that occurs twice, which the library does not mind.
  ['zlint/crl_with_duplicate_ext.pem', 'thisUpdate nextUpdate extensions time of 01'],
]);

describeWith('corpus', 'published revocation lists', () => {
  it('are read as @peculiar/x509 reads them, with their entries', () => {
    const blocks = [...corpusTexts(), ...limboRevocationLists()].flatMap(({ name, text }) =>
      scanPem(text).reads.flatMap((read) =>
        read.kind === 'block' && read.block.label === 'X509 CRL' ? [{ name, der: read.block.bytes }] : [],
      ),
    );
    expect(blocks.length).toBeGreaterThan(30);
    const found = new Map<string, string>();
    let entries = 0;
    for (const { name, der } of blocks) {
      const own = readRevocationList(der);
      if ('kind' in own) throw new Error(`${name}: ${own.message}`);
      const library = new x509.X509Crl(new Uint8Array(der));
      const ours: Readonly<Record<string, unknown>> = ownList(own);
      const differing = Object.entries(libraryList(library))
        .filter(([field, value]) => JSON.stringify(ours[field]) !== JSON.stringify(value))
        .map(([field]) => field);
      for (const entry of library.entries) {
        entries++;
        const serial = entry.serialNumber.replace(/^(00)+(?=..)/, '');
        const revocation = revocationOf(own, serial);
        if (revocation?.time !== entry.revocationDate.getTime()) differing.push(`time of ${serial}`);
        if (revocation?.reason !== entry.reason) differing.push(`reason of ${serial}`);
      }
      expect(revocationOf(own, 'a1b2c3')).toBeUndefined();
      if (differing.length > 0) found.set(name, differing.join(' '));
    }
    expect(found).toEqual(KNOWN);
    expect(entries).toBeGreaterThan(20);
  });
});

describeWith('openssl', 'requests of the openssl command', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const NAMES = 'subjectAltName=DNS:a.example,DNS:*.b.example,IP:10.0.0.5,IP:2001:db8::1,email:a@b.c,URI:x:y';
  it.each([
    ['rsa:2048', '-addext', NAMES],
    ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-addext', NAMES, '-addext', 'basicConstraints=CA:TRUE,pathlen:2'],
    ['ed25519', '-addext', 'keyUsage=critical,digitalSignature'],
    ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  ])('%s %s %s', (...options) => {
    const text = openssl(folder, 'req', '-new', '-newkey', ...options, '-nodes', '-keyout', 'k', '-subj', '/C=DE/CN=x');
    const [read] = scanPem(text).reads;
    if (read?.kind !== 'block') throw new Error('no block');
    const own = readRequest(read.block.bytes);
    if ('kind' in own) throw new Error(own.message);
    const library = new x509.Pkcs10CertificateRequest(new Uint8Array(read.block.bytes));
    expect(ownRequest(own)).toEqual(libraryRequest(library));
  });
});

function ownRequest({ subject, publicKey, extensions, signed }: CertificateRequest) {
  const { dns = [], ips = [], emails = [], uris = [] } = extensions.san ?? {};
  return {
    subject: hex(subject.der),
    publicKey: hex(publicKey.spki),
    extensions: extensions.extensions.map(({ oid, critical }) => `${oid} ${critical}`),
    names: [...dns, ...ips, ...emails, ...uris],
    isCA: extensions.isCA,
    pathLength: extensions.pathLength,
    signature: hex(signed.signature),
  };
}

function libraryRequest(request: x509.Pkcs10CertificateRequest) {
  const constraints = request.extensions.find((one) => one instanceof x509.BasicConstraintsExtension);
  const san = request.extensions.find((one) => one instanceof x509.SubjectAlternativeNameExtension);
  const names = san?.names.items ?? [];
  return {
    subject: hex(request.subjectName.toArrayBuffer()),
    publicKey: hex(request.publicKey.rawData),
    extensions: request.extensions.map(({ type, critical }) => `${type} ${critical}`),
    names: names.map(({ value }) => value),
    isCA: constraints?.ca ?? false,
    pathLength: constraints?.pathLength,
    signature: hex(request.signature),
  };
}
