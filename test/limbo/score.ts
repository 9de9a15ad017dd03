/** Owns the run of the x509-limbo cases: each case through the validator of paths, and how often it says what is expected. */
import { readFileSync } from 'node:fs';
import { type Certificate, readCertificate } from '../../server/src/certificates/certificate.ts';
import type { Reason } from '../../server/src/certificates/path/reason.ts';
import { verifyPath } from '../../server/src/certificates/path/verify.ts';
import { scanPem } from '../../server/src/certificates/pem.ts';
import { type RevocationList, readRevocationList } from '../../server/src/certificates/revocation-list.ts';
import { withCpuTime } from '../kit/cpu.ts';

interface Name {
  readonly kind: 'DNS' | 'IP' | 'RFC822';
  readonly value: string;
}

/** A case as the suite writes it (limbo-schema.json), as far as it is used here. */
export interface Case {
  readonly id: string;
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly features: readonly string[];
  readonly conflicts_with: readonly string[];
  readonly validation_kind: 'SERVER' | 'CLIENT';
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time: string | null;
  readonly expected_peer_name: Name | null;
  readonly expected_peer_names: readonly Name[];
  readonly max_chain_depth: number | null;
  readonly crls: readonly string[];
}

export interface Outcome {
  readonly id: string;
  readonly expected: 'SUCCESS' | 'FAILURE';
  readonly actual: 'SUCCESS' | 'FAILURE';
  /** Why it was refused; empty for a success. */
  readonly reasons: readonly Pick<Reason, 'code' | 'text'>[];
  /** What breaks only a profile, and was passed over. */
  readonly remarks: readonly Pick<Reason, 'code' | 'text'>[];
  /** Of processor time. */
  readonly milliseconds: number;
}

/** When the suite was made: its cases without a time are for a moment in their certificates' lives. */
const MADE = Date.UTC(2026, 10, 22);

export function readCases(file: string): readonly Case[] {
  return JSON.parse(readFileSync(file, 'utf8')).testcases;
}

/** Runs one case as `wsslint verify` would, with `--strict` or without. */
export function runCase(one: Case, strict: boolean): Outcome {
  const { milliseconds, result } = withCpuTime(() => judgeCase(one, strict));
  const { reasons, remarks } = result;
  const actual = reasons.length === 0 ? 'SUCCESS' : 'FAILURE';
  return { id: one.id, expected: one.expected_result, actual, reasons, remarks, milliseconds };
}

function judgeCase(one: Case, strict: boolean): Pick<Outcome, 'reasons' | 'remarks'> {
  const [leaf] = certificatesOf(one.peer_certificate);
  if (leaf === undefined) {
    return { reasons: [{ code: 'extension-unreadable', text: 'The leaf cannot be read.' }], remarks: [] };
  }
  const names = [...(one.expected_peer_name === null ? [] : [one.expected_peer_name]), ...one.expected_peer_names];
  return verifyPath({
    leaf,
    intermediates: one.untrusted_intermediates.flatMap(certificatesOf),
    roots: one.trusted_certs.flatMap(certificatesOf),
    usage: one.validation_kind === 'SERVER' ? 'server' : 'client',
    names: [...new Set(names.map(({ value }) => value))],
    now: one.validation_time === null ? MADE : Date.parse(one.validation_time),
    lists: one.crls.flatMap(listsOf),
    maxIntermediates: one.max_chain_depth ?? undefined,
    strict,
  });
}

function certificatesOf(pem: string): readonly Certificate[] {
  return blocks(pem).flatMap((bytes) => {
    const read = readCertificate(bytes);
    return read.kind === 'certificate' ? [read] : [];
  });
}

function listsOf(pem: string): readonly RevocationList[] {
  return blocks(pem).flatMap((bytes) => {
    const read = readRevocationList(bytes);
    return 'kind' in read ? [] : [read];
  });
}

function blocks(pem: string): readonly Uint8Array[] {
  return scanPem(pem).reads.flatMap((read) => (read.kind === 'block' ? [read.block.bytes] : []));
}
