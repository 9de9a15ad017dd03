/** Owns the published certificates that the readers are compared on, and certificates made here by the openssl command. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scanPem } from '../../server/src/certificates/pem.ts';
import { corpusRoot } from '../kit/required.ts';

export interface Sample {
  /** The file it comes from, relative to the corpus. */
  readonly name: string;
  readonly der: Uint8Array;
}

/** Every certificate of the four collections, each set of bytes once. */
export function corpusCertificates(): readonly Sample[] {
  const samples = new Map<string, Sample>();
  for (const { name, text } of corpusTexts()) {
    for (const der of certificateBlocks(text)) samples.set(Buffer.from(der).toString('base64'), { name, der });
  }
  return [...samples.values()];
}

/** Every PEM file of the four collections; those inside x509-limbo's JSON are named by their case. */
export function corpusTexts(): readonly { readonly name: string; readonly text: string }[] {
  const root = corpusRoot();
  if (root === undefined) return [];
  const files = ['zlint', 'pkilint', 'badssl'].flatMap((collection) =>
    readdirSync(join(root, collection), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(pem|crt|crttest|key)$/.test(name))
      .sort()
      .map((name) => ({ name: `${collection}/${name}`, text: readFileSync(join(root, collection, name), 'utf8') })),
  );
  const cases = limboCases(root).map((one) => ({
    name: `x509-limbo/${one.id}`,
    text: [
      one.peer_certificate,
      ...one.untrusted_intermediates,
      ...one.trusted_certs,
      one.peer_certificate_key ?? '',
    ].join('\n'),
  }));
  return [...files, ...cases];
}

/** The revocation lists inside x509-limbo's JSON. */
export function limboRevocationLists(): readonly { readonly name: string; readonly text: string }[] {
  const root = corpusRoot();
  if (root === undefined) return [];
  return limboCases(root).map(({ id, crls }) => ({ name: `x509-limbo/${id}`, text: crls.join('\n') }));
}

function limboCases(root: string): readonly LimboCase[] {
  const text = readFileSync(join(root, 'x509-limbo/limbo-207.json'), 'utf8');
  return (JSON.parse(text) as { testcases: LimboCase[] }).testcases;
}

interface LimboCase {
  readonly id: string;
  readonly peer_certificate: string;
  readonly peer_certificate_key: string | null;
  readonly untrusted_intermediates: readonly string[];
  readonly trusted_certs: readonly string[];
  readonly crls: readonly string[];
}

/** The DER of all certificate blocks of a text. */
export function certificateBlocks(text: string): readonly Uint8Array[] {
  return scanPem(text).reads.flatMap((read) =>
    read.kind === 'block' && read.block.label === 'CERTIFICATE' ? [read.block.bytes] : [],
  );
}
