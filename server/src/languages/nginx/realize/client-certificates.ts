/** Owns the edits that keep out clients without a verified certificate. */
import type { FileEdits } from '../../../model/remedy.ts';
import { type Entry, own, type Scope } from '../scope.ts';
import type { Directive } from '../syntax/tree.ts';
import type { Located } from './headers.ts';
import { byFile, indentStep, lastOf, linesAfter, linesAtStart, replaceArgs } from './layout.ts';

/** Only a client with a verified certificate gets an answer. */
export function demandCertificate(entry: Entry): FileEdits[] {
  return byFile([{ file: entry.file, edit: replaceArgs(entry.directive, 0, 'on') }]);
}

function condition(scope: Scope, test: string, answer: string): string[] {
  const text = scope.opener?.file.text ?? '';
  const blocks: Directive[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent)
    if (at.opener !== undefined && at.opener.file.text === text) blocks.push(at.opener.directive);
  const step = indentStep(blocks, text);
  return [`if (${test}) {`, `${step}return ${answer};`, '}'];
}

function here(entries: readonly Entry[]): Entry | undefined {
  return lastOf(entries.filter((entry) => entry.via.length === 0));
}

/** The check for one block: behind the lines about client certificates, else at its start. */
export function refuseUnverified(scope: Scope): FileEdits[] | undefined {
  const lines = condition(scope, '$ssl_client_verify != SUCCESS', '403');
  const anchor = here([...own(scope, 'ssl_client_certificate'), ...own(scope, 'ssl_verify_client')].sort(byPlace));
  if (anchor !== undefined)
    return byFile([{ file: anchor.file, edit: linesAfter(anchor.file, anchor.directive, lines) }]);
  const start = inOneLine(scope, lines) ?? linesAtStart(scope, lines);
  return start === undefined ? undefined : byFile([start]);
}

/** A block that is written on one line keeps to it. */
function inOneLine({ opener }: Scope, lines: readonly string[]): Located | undefined {
  const block = opener?.directive.block;
  const first = block?.items[0];
  if (opener === undefined || block === undefined || first === undefined) return undefined;
  if (/[\r\n]/.test(opener.file.text.slice(block.open.end, first.span.start))) return undefined;
  const at = block.open.end;
  const newText = ` ${lines.map((line) => line.trim()).join(' ')}`;
  return { file: opener.file, edit: { span: { start: at, end: at }, newText } };
}

function byPlace(a: Entry, b: Entry): number {
  return a.directive.span.start - b.directive.span.start;
}

/** Requests without TLS are sent to the same address with it. */
export function redirectPlain(scope: Scope): FileEdits[] | undefined {
  const anchor = here(own(scope, 'listen'));
  if (anchor === undefined) return undefined;
  const lines = condition(scope, '$https = ""', '301 https://$host$request_uri');
  return byFile([{ file: anchor.file, edit: linesAfter(anchor.file, anchor.directive, lines) }]);
}

/** Names the authority that client certificates are verified by, behind the line that asks for them. */
export function nameAuthority(entry: Entry, path: string): FileEdits[] {
  return byFile([
    { file: entry.file, edit: linesAfter(entry.file, entry.directive, [`ssl_client_certificate ${path};`]) },
  ]);
}
