/** Owns a TLS client that verifies what a server presents, on any day: `openssl s_client`. */
import { temporaryFolder } from '../kit/folder.ts';
import type { Example } from '../kit/markdown.ts';
import { runProcess } from '../kit/process.ts';
import { examples, type Files, filesOf } from '../kit/proof.ts';
import { programPath } from '../kit/required.ts';

export interface Client {
  readonly port: number;
  /** Sent as SNI, and looked for in the certificate. */
  readonly name: string;
  /** PEM text of certificates that the client trusts, whatever they are. */
  readonly trust: string;
  /** RFC 3339 or a date; by default today. */
  readonly day?: string;
}

/**
 * What the client says of the handshake: `ok`, OpenSSL's words for what it did not like (`certificate has expired`), or
 * the alert of a server that could not answer (`handshake failure`).
 */
export async function verdictOn({ port, name, trust, day }: Client): Promise<string> {
  const folder = temporaryFolder();
  try {
    const { output } = await runProcess(programPath('openssl') ?? 'openssl', [
      ...['s_client', '-connect', `127.0.0.1:${port}`, '-servername', name, '-verify_hostname', name],
      ...['-CAfile', folder.write('trust.pem', trust), '-partial_chain'],
      ...(day === undefined ? [] : ['-attime', `${Date.parse(day) / 1000}`]),
    ]);
    const alert = /ssl\/tls alert ([\w ]+)|alert ([\w ]+):/.exec(output);
    const [, verdict] = /Verify return code: \d+ \((.*)\)/.exec(output) ?? [];
    return alert?.[1] ?? alert?.[2] ?? verdict ?? output;
  } finally {
    folder.remove();
  }
}

/** An example of a page, ready for a server. */
export interface PageFiles {
  readonly name: string | undefined;
  readonly day: string;
  readonly files: Files;
}

const KEY = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n/;

/**
 * The examples of a page in a language, on the day that they name. Where the configuration names a key that is not
 * shown, because only the certificate matters, it is the one that the page shows elsewhere.
 */
export function pageFiles(rule: string, language: string, kind: Example['kind']): PageFiles[] {
  const all = examples(rule);
  const shown = all.flatMap(({ files }) => files).filter(({ text }) => KEY.test(text));
  const holder = shown.find(({ path }) => path === 'certs/shop.key') ?? shown.find(({ path }) => path.endsWith('.pem'));
  const key = KEY.exec(holder?.text ?? '')?.[0];
  const found = all.flatMap((example): PageFiles[] => {
    if (example.language !== language || example.kind !== kind) return [];
    if (example.now === undefined) throw new Error(`${rule}/rule.md:${example.line} names no day`);
    const own = filesOf(example);
    const isShown = language === 'haproxy' || key === undefined || 'certs/shop.key' in own;
    return [{ name: example.name, day: example.now, files: isShown ? own : { ...own, 'certs/shop.key': key } }];
  });
  if (found.length === 0) throw new Error(`${rule}/rule.md has no ${kind} example for ${language}`);
  return found;
}
