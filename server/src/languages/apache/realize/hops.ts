/** Owns the edits for TLS towards back ends: the engine, verification, and schemes that fit their ports. */
import type { FileEdits } from '../../../model/remedy.ts';
import type { HopLine } from '../lower/hops.ts';
import { own, type Scope } from '../scope.ts';
import { byFile, linesAfter, linesBefore, type PlacedEdit } from './layout.ts';

/** Where Debian, Ubuntu and Alpine keep the public authorities; a private one has to be filled in. */
const PUBLIC_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** Sets a directive of a level: its own last line is rewritten; undefined where there is none. */
function rewrite(scope: Scope, key: string, text: string): PlacedEdit | undefined {
  const written = own(scope, key).at(-1);
  const word = written?.directive.args[0];
  return written === undefined || word === undefined
    ? undefined
    : { file: written.file, edit: { span: word.span, newText: text } };
}

/** The server's own line that requests are handed on by: new lines of the server go before it, or before its section. */
function anchorOf({ entry, server }: HopLine) {
  return own(server.scope, entry.directive.key).includes(entry)
    ? entry
    : server.scope.entries.find(({ scope }) => scope?.entries.includes(entry) === true);
}

export function switchEngineOn(line: HopLine): FileEdits[] | undefined {
  const mine = line.server.levels
    .map((level) => rewrite(level, 'sslproxyengine', 'on'))
    .find((edit) => edit !== undefined);
  if (mine !== undefined) return byFile([mine]);
  const anchor = anchorOf(line);
  return anchor === undefined ? undefined : byFile([linesBefore(anchor, ['SSLProxyEngine on'])]);
}

export function verifyBackEnd(line: HopLine): FileEdits[] | undefined {
  const { scope, levels } = line.server;
  const edits: PlacedEdit[] = [];
  const lines: string[] = [];
  const mine = rewrite(scope, 'sslproxyverify', 'require');
  if (mine === undefined) lines.push('SSLProxyVerify require');
  else edits.push(mine);
  const trusts = ['sslproxycacertificatefile', 'sslproxycacertificatepath'];
  if (!levels.some((level) => trusts.some((key) => own(level, key).length > 0)))
    lines.push(`SSLProxyCACertificateFile ${PUBLIC_AUTHORITIES}`);
  if (lines.length > 0) {
    const engine = own(scope, 'sslproxyengine').at(-1) ?? own(scope, 'sslproxyverify').at(-1);
    const anchor = anchorOf(line);
    if (engine !== undefined) edits.push(linesAfter(engine, lines));
    else if (anchor !== undefined) edits.push(linesBefore(anchor, lines));
    else return undefined;
  }
  return byFile(edits);
}

/** Replaces a part of the written address. */
function inAddress({ entry, index }: HopLine, pattern: RegExp, by: string): FileEdits[] | undefined {
  const word = entry.directive.args[index];
  if (word === undefined) return undefined;
  const found = pattern.exec(entry.file.text.slice(word.span.start, word.span.end));
  if (found === null) return undefined;
  const start = word.span.start + found.index;
  return byFile([{ file: entry.file, edit: { span: { start, end: start + found[0].length }, newText: by } }]);
}

export function dropPort(line: HopLine): FileEdits[] | undefined {
  return inAddress(line, /:80(?=\/|["'?]|$)/, '');
}

export function useHttps(line: HopLine): FileEdits[] | undefined {
  return /^ws:/i.test(line.url) ? inAddress(line, /ws(?=:)/i, 'wss') : inAddress(line, /http(?=:)/i, 'https');
}
