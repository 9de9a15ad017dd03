/** Owns `wsslint verify FILE…`: reads certificate files and validates the chain in each. */
import type { Certificate } from '../certificates/certificate.ts';
import { sameCertificate } from '../certificates/chain.ts';
import { type PemItem, readPemFile } from '../certificates/file.ts';
import { asCertificateFile } from '../certificates/load.ts';
import type { PemObject } from '../certificates/objects.ts';
import { verifyPath } from '../certificates/path/verify.ts';
import { readKeystore } from '../certificates/pkcs12.ts';
import type { RevocationList } from '../certificates/revocation-list.ts';
import { join } from '../files/paths.ts';
import { createFileStore, type FileStore, noDependencies } from '../files/store.ts';
import { closedWord } from '../service/closed-containers.ts';
import type { VerifyCommand } from './arguments.ts';
import { EXIT, type ExitCode, type Surroundings } from './core.ts';
import { passwordsIn, passwordWord } from './passwords.ts';
import { harmless } from './terminal.ts';
import { jsonVerdicts, prettyVerdict, type Verified } from './verify-report.ts';

/** What a file holds for a path. */
interface Held {
  readonly certificates: readonly Certificate[];
  readonly lists: readonly RevocationList[];
}
type Read = { readonly ok: true; readonly held: Held } | { readonly ok: false; readonly detail: string };

export async function verify(command: VerifyCommand, surroundings: Surroundings): Promise<ExitCode> {
  const { cwd, host, stdout, stderr, withSlashes } = surroundings;
  const files = createFileStore(host);
  const now = command.now ?? host.now();
  const passwords = await passwordsIn(command.passwordFile, surroundings);
  if (passwords === undefined) return EXIT.usage;
  const refused: string[] = [];
  const open = (written: string): Held | undefined => {
    const read = readFile(files, join(cwd, withSlashes(written)), passwords);
    if (read.ok) return read.held;
    refused.push(written);
    stderr.write(`wsslint: ${harmless(written)}: ${harmless(read.detail)}\n`);
    return undefined;
  };
  const trusted = command.ca === undefined ? undefined : open(command.ca);
  if (command.ca !== undefined && trusted === undefined) return EXIT.usage;

  const verified = command.files.flatMap((file): Verified[] => {
    const held = open(file);
    const [leaf, ...intermediates] = held?.certificates ?? [];
    if (held === undefined || leaf === undefined) return [];
    const lists = [...held.lists, ...(trusted?.lists ?? [])];
    const question = {
      leaf,
      intermediates: intermediates.filter((each) => !sameCertificate(each, leaf)),
      roots: trusted?.certificates,
      usage: command.usage,
      names: command.name === undefined ? [] : [command.name],
      now,
      lists,
      strict: command.strict,
    };
    return [{ file, command, lists, verdict: verifyPath(question) }];
  });
  if (command.format === 'json') stdout.write(jsonVerdicts(verified, now));
  else for (const each of verified) stdout.write(prettyVerdict(each, surroundings));
  if (refused.length > 0) return EXIT.usage;
  return verified.every(({ verdict }) => verdict.valid) ? EXIT.clean : EXIT.findings;
}

/** Certificates as servers load them, or in binary form (one, a PKCS#7 bundle or a PKCS#12 container); and the revocation lists beside them. */
function readFile(files: FileStore, path: string, passwords: readonly string[]): Read {
  const opened = files.open(path, noDependencies());
  if (!opened.ok) return opened;
  const { text, bytes } = opened.file;
  const pem = readPemFile(text, () => bytes);
  if (pem.content === 'pkcs12') return readContainer(bytes, passwords);
  const objects: readonly (PemItem | PemObject)[] = pem.object === undefined ? pem.items : [pem.object];
  const certificates = objects.flatMap((object) => {
    if (object.kind === 'bundle') return object.bundle.certificates;
    return object.kind === 'certificate' ? [object.certificate] : [];
  });
  const lists = objects.flatMap((object) => (object.kind === 'revocation-list' ? [object.list] : []));
  const loaded = asCertificateFile(pem);
  const isWhole = loaded.kind === 'usable' || !pem.items.some(({ kind }) => kind === 'damaged');
  if (isWhole && certificates.length > 0) return { ok: true, held: { certificates, lists } };
  return { ok: false, detail: loaded.kind === 'damaged' ? loaded.damage.message : 'this file holds no certificate' };
}

function readContainer(bytes: Uint8Array, passwords: readonly string[]): Read {
  const keystore = readKeystore(bytes, passwords);
  if ('kind' in keystore)
    return {
      ok: false,
      detail: `this PKCS#12 container cannot be read: ${keystore.message} (byte ${keystore.offset})`,
    };
  const certificates = keystore.certificates.map(({ certificate }) => certificate);
  if (certificates.length > 0) return { ok: true, held: { certificates, lists: [] } };
  const why = closedWord(keystore, passwordWord(passwords.length > 0));
  return { ok: false, detail: why ?? 'this PKCS#12 container holds no certificate' };
}
