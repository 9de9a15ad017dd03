/** Owns the edits of `server` lines for TLS towards back ends: verification, names, and ports that fit. */
import { SYSTEM_AUTHORITIES } from '../../../facts/haproxy.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import type { TextEdit } from '../../../text/edits.ts';
import { insertBehind, replaceWord } from '../edits.ts';
import { type HopServer, nameOf } from '../lower/hop-servers.ts';

const MADE_UP = 'back-end.example';

/** The words that say which name the certificate must have; none where some are there already. */
function nameWords(server: HopServer): string[] {
  if (server.parameters.has('verifyhost') || server.parameters.has('sni')) return [];
  const name = nameOf(server);
  return [name === undefined ? `verifyhost ${MADE_UP}` : `sni str(${name})`];
}

function authorityWords({ parameters }: HopServer): string[] {
  return parameters.has('ca-file') ? [] : [`ca-file ${SYSTEM_AUTHORITIES}`];
}

/** Puts words behind the last one of a server's line. */
function append({ statement }: HopServer, words: readonly string[]): TextEdit[] {
  const last = statement.words[statement.words.length - 1];
  return last === undefined || words.length === 0 ? [] : [insertBehind(last, words.join(' '))];
}

function inFile(servers: readonly HopServer[], edits: readonly TextEdit[]): readonly FileEdits[] | undefined {
  const [first] = servers;
  return first === undefined || edits.length === 0 ? undefined : [{ file: first.statement.source.file, edits }];
}

export function verifyBackEnd(servers: readonly HopServer[]): readonly FileEdits[] | undefined {
  const edits = servers.flatMap((server) => {
    const more = [...authorityWords(server), ...nameWords(server)];
    const own = server.parameters.get('verify');
    const value = own?.statement === server.statement ? own.value : undefined;
    if (value === undefined) return append(server, ['verify required', ...more]);
    return [replaceWord(value, ['required', ...more].join(' '))];
  });
  return inFile(servers, edits);
}

export function checkName(servers: readonly HopServer[]): readonly FileEdits[] | undefined {
  return inFile(
    servers,
    servers.flatMap((server) => append(server, nameWords(server))),
  );
}

/** With `verify none` in a shared line, or a `verify` of its own, that stays what it is. */
export function speakTls(server: HopServer): readonly FileEdits[] | undefined {
  const settled = server.parameters.has('verify');
  const words = settled ? ['ssl'] : ['ssl verify required', ...authorityWords(server), ...nameWords(server)];
  return inFile([server], append(server, words));
}

export function useTlsPort(server: HopServer): readonly FileEdits[] | undefined {
  const word = server.statement.words[2];
  if (word === undefined || !/:80$/.test(word.value)) return undefined;
  return inFile([server], [replaceWord(word, word.value.replace(/:80$/, ':443'))]);
}
