/** Owns the answers to questions about certificates: the list, one of them, its text, lenses, and bundles. */
import type { CodeLens } from 'vscode-languageserver/node';
import { withColons } from '../certificates/fingerprint.ts';
import type { FileId } from '../files/host.ts';
import { isInside, relative } from '../files/paths.ts';
import type { Place } from '../model/origin.ts';
import { reorderBundle, splitBundle } from '../service/bundle.ts';
import { certificateDump } from '../service/certificate-dump.ts';
import { lensesOf } from '../service/certificate-lenses.ts';
import { type CertificateRecord, recordsIn } from '../service/certificate-overview.ts';
import { certificateDetails, certificateGroups, recordWith } from '../service/certificate-view.ts';
import { titleOf } from '../service/certificate-words.ts';
import { closedContainers, closedReason } from '../service/closed-containers.ts';
import { pathAt } from '../service/definitions.ts';
import { spanTouches } from '../text/span.ts';
import type { Client } from './capabilities.ts';
import { locationOf, uriOf, workspaceEdit } from './convert.ts';
import type {
  BundleParams,
  BundleResult,
  CertificateDetailItem,
  CertificateParams,
  CertificateRef,
  CertificateResult,
  CertificatesResult,
  CertificateTextResult,
} from './protocol.ts';
import type { Present, Whole } from './session.ts';
import { toUri } from './uri.ts';

export function certificateList(whole: Whole, client: Client): CertificatesResult {
  const { view, run, terms } = whole;
  const groups = certificateGroups(view.engine, run, nameIn(client));
  return {
    groups: groups.map(({ urgency, title, certificates }) => ({
      urgency,
      title,
      certificates: certificates.map(({ held, ...words }) => ({
        uri: uriOf(terms, held.file),
        sha256: held.fingerprint,
        ...words,
        location: locationOf(terms, held),
      })),
    })),
    closed: closedContainers(view.engine, run).map(({ file, keystore }) => ({
      uri: uriOf(terms, file),
      title: nameIn(client)(file),
      description: closedReason(keystore),
      needsPassword: keystore.closed !== 'cipher',
    })),
  };
}

/** How many containers want a password, as of now. */
export function containersWithout(whole: Whole | undefined): number {
  if (whole === undefined) return 0;
  const closed = closedContainers(whole.view.engine, whole.run);
  return closed.filter(({ keystore }) => keystore.closed !== 'cipher').length;
}

export function certificate(present: Present, client: Client, params: CertificateParams): CertificateResult {
  const { view, run, terms } = present;
  const record = recordAt(present, params);
  if (record === undefined) return null;
  const { held } = record;
  return {
    ref: { uri: uriOf(terms, held.file), sha256: held.fingerprint },
    title: titleOf(held.certificate),
    fingerprint: withColons(held.fingerprint),
    pin: held.pin,
    details: certificateDetails(view.engine, run, record, nameIn(client)).map(
      ({ place, ...words }): CertificateDetailItem => ({
        ...words,
        ...(place !== undefined && { location: locationOf(terms, place) }),
      }),
    ),
  };
}

/** The certificate that is meant: by its hash, by a block, by a path in a configuration, or the first of a file. */
function recordAt(
  { view, run, terms, file }: Present,
  { sha256, position }: CertificateParams,
): CertificateRecord | undefined {
  const { engine } = view;
  if (sha256 !== undefined) return recordWith(engine, run, file, sha256);
  const source = terms.sourceOf(file);
  const offset = position === undefined ? undefined : source?.lines.offsetAt(position);
  const own = recordsIn(engine, run, file);
  if (own.length > 0) return own.find(({ held }) => offset !== undefined && spanTouches(held.span, offset)) ?? own[0];
  const files = offset === undefined ? [] : (pathAt(engine, file, offset)?.files ?? []);
  return files.flatMap((target) => recordsIn(engine, run, target))[0];
}

export async function certificateText(
  present: Present,
  client: Client,
  { sha256 }: CertificateRef,
): Promise<CertificateTextResult> {
  const { view, run, file } = present;
  const record = recordWith(view.engine, run, file, sha256);
  return record === undefined ? null : { text: await certificateDump(view.engine, run, record, nameIn(client)) };
}

/** Lenses do something in our own client only; elsewhere they are read. */
export function lenses({ view, run, terms, file }: Present, client: Client): CodeLens[] {
  const source = terms.sourceOf(file);
  if (source === undefined) return [];
  const uri = uriOf(terms, file);
  return lensesOf(view.engine, run, file).flatMap(({ span, title, users, certificate: held }): CodeLens[] => {
    const start = source.lines.positionAt(span.start);
    const range = { start, end: start };
    const command = client.own && users.length > 0 ? 'wsslint.showCertificateUsers' : '';
    const first: CodeLens = { range, command: { title, command, arguments: [uri, start, places(users)] } };
    if (!client.own || held === undefined) return [first];
    const ref: CertificateRef = { uri, sha256: held.fingerprint };
    return [first, { range, command: { title: 'Details', command: 'wsslint.showCertificate', arguments: [ref] } }];
  });

  function places(users: readonly Place[]) {
    return users.map((place) => locationOf(terms, place));
  }
}

export function bundle({ view, run, terms, file }: Present, client: Client, { action }: BundleParams): BundleResult {
  if (action === 'reorder') {
    const reordered = reorderBundle(view.engine, run, file);
    if (!reordered.ok) return { why: reordered.why };
    return { edit: workspaceEdit(terms, { files: [reordered.edits] }, client.edits), count: 1 };
  }
  const split = splitBundle(view.engine, run, file);
  if (!split.ok) return { why: split.why };
  const documentChanges = split.files.flatMap(({ file: made, text }) => [
    { kind: 'create' as const, uri: toUri(made), options: { overwrite: false } },
    {
      textDocument: { uri: toUri(made), version: null },
      edits: [{ range: { start: START, end: START }, newText: text }],
    },
  ]);
  return { edit: { documentChanges }, count: split.files.length };
}

const START = { line: 0, character: 0 };

/** A file as people see it: from the workspace folder that it is in. */
function nameIn({ folders }: Client): (file: FileId) => string {
  return (file) => {
    const folder = folders.find((one) => isInside(one, file));
    return folder === undefined ? file : relative(folder, file);
  };
}
