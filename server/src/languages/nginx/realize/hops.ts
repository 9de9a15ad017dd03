/** Owns the edits for TLS towards back ends: verification, the server name, and schemes that fit their ports. */
import type { FileEdits } from '../../../model/remedy.ts';
import type { Pass, Server } from '../lower/hops.ts';
import { type Entry, nearest, own, settingLevel } from '../scope.ts';
import { byFile, linesAfter, linesAtStart, replaceArgs } from './layout.ts';

/** Where Debian, Ubuntu and Alpine keep the public authorities; a private one has to be filled in. */
const PUBLIC_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';
const MADE_UP = 'back-end.example';

interface Setting {
  readonly name: string;
  readonly text: string;
}

/** Sets directives for the block of a pass: its own lines are rewritten, new ones go behind the pass. */
function setAll({ scope, entry }: Pass, settings: readonly Setting[]): FileEdits[] | undefined {
  const level = settingLevel(scope);
  const edits = [];
  const lines: string[] = [];
  for (const { name, text } of settings) {
    const mine = own(level, name)[0];
    if (mine === undefined) lines.push(`${name} ${text};`);
    else edits.push({ file: mine.file, edit: replaceArgs(mine.directive, 0, text) });
  }
  if (lines.length > 0) {
    const behind = level === scope && entry.via.length === 0;
    const added = behind
      ? { file: entry.file, edit: linesAfter(entry.file, entry.directive, lines) }
      : linesAtStart(level, lines);
    if (added === undefined) return undefined;
    edits.push(added);
  }
  return byFile(edits);
}

function isSet({ scope }: Pass, name: string): boolean {
  return nearest(settingLevel(scope), name).kind !== 'absent';
}

function isOn({ scope }: Pass, name: string): boolean {
  const found = nearest(settingLevel(scope), name);
  return found.kind === 'found' && found.entries[0]?.directive.args[0]?.value === 'on';
}

/** The name is that in the address, unless that is the name of an `upstream` or no name at all (docs, proxy_ssl_name). */
function nameSettings(pass: Pass, name: string | undefined): Setting[] {
  const { family } = pass;
  const own = pass.block === undefined && name !== undefined;
  return [
    ...(isOn(pass, `${family}_ssl_server_name`) ? [] : [{ name: `${family}_ssl_server_name`, text: 'on' }]),
    ...(own || isSet(pass, `${family}_ssl_name`) ? [] : [{ name: `${family}_ssl_name`, text: name ?? MADE_UP }]),
  ];
}

export function verifyBackEnd(pass: Pass, name: string | undefined): FileEdits[] | undefined {
  const { family } = pass;
  const trusted = `${family}_ssl_trusted_certificate`;
  return setAll(pass, [
    { name: `${family}_ssl_verify`, text: 'on' },
    ...(isSet(pass, trusted) ? [] : [{ name: trusted, text: PUBLIC_AUTHORITIES }]),
    ...nameSettings(pass, name),
  ]);
}

export function sendName(pass: Pass, name: string): FileEdits[] | undefined {
  return setAll(pass, nameSettings(pass, name));
}

/** Replaces a part of the address as it is written. */
function inAddress(entry: Entry, pattern: RegExp, newText: string): FileEdits[] | undefined {
  const word = entry.directive.args[0];
  if (word === undefined) return undefined;
  const match = pattern.exec(entry.file.text.slice(word.span.start, word.span.end));
  if (match === null) return undefined;
  const start = word.span.start + match.index;
  return byFile([{ file: entry.file, edit: { span: { start, end: start + match[0].length }, newText } }]);
}

export function useHttps(entry: Entry): FileEdits[] | undefined {
  return inAddress(entry, /http(?=:\/\/)/i, 'https');
}

export function dropPort(entry: Entry): FileEdits[] | undefined {
  return inAddress(entry, /:80(?=["'/?]|$)/, '');
}

export function useTlsPorts(servers: readonly Server[]): FileEdits[] | undefined {
  const edits = servers.flatMap(({ entry, port }) =>
    port === undefined
      ? (inAddress(entry, /(?=["']?$)/, ':443') ?? [])
      : (inAddress(entry, /:80(?=["']?$)/, ':443') ?? []),
  );
  const files = [...new Set(edits.map(({ file }) => file))];
  return files.map((file) => ({
    file,
    edits: edits.filter((one) => one.file === file).flatMap((one) => one.edits),
  }));
}
