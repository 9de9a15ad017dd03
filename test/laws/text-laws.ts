/** Owns the laws about the text of a fix: where it edits, how its lines look, what an independent reader sees of it. */
import { NginxParser } from 'nginx-conf';
import type { Span } from '../../server/src/text/span.ts';
import { nginxStatements, type Statement } from '../kit/nginx-statements.ts';
import type { Case } from './cases.ts';

/** One file of a fix, before and after, with the edits and where their new texts stand afterwards, in the order of the text. */
export interface EditedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly edits: readonly { readonly span: Span; readonly newText: string; readonly at: Span }[];
}

/** A law: what is wrong, in words; nothing where it holds. */
export type Law = (one: Case) => string[];

export function editedFiles({ before, after, fix }: Case): EditedFile[] {
  return fix.edits.map(({ file, edits }) => {
    let shift = 0;
    const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    const placed = sorted.map(({ span, newText }) => {
      const start = span.start + shift;
      shift += newText.length - (span.end - span.start);
      return { span, newText, at: { start, end: start + newText.length } };
    });
    return { path: file, before: before.texts.get(file) ?? '', after: after.texts.get(file) ?? '', edits: placed };
  });
}

const isNginx = ({ report }: Case, { path }: EditedFile) =>
  report.project.language === 'nginx' && path.endsWith('.conf');

/** Edits lie in the text, side by side, and change something; what is between them is as it was. */
export const editsAreClean: Law = (one) =>
  editedFiles(one).flatMap(({ path, before, after, edits }) => {
    let at = 0;
    let rest = after;
    for (const { span, newText } of edits) {
      const between = before.slice(at, span.start);
      const wrong = span.start < at || span.end < span.start || span.end > before.length;
      if (wrong || !rest.startsWith(between + newText)) return [`${path}: edits overlap or lie outside`];
      if (before.slice(span.start, span.end) === newText) return [`${path}: an edit changes nothing`];
      rest = rest.slice(between.length + newText.length);
      at = span.end;
    }
    return rest === before.slice(at) ? [] : [`${path}: bytes behind the edits have changed`];
  });

const lineEnds = (text: string) => new Set(text.match(/\r\n|\n|\r/g) ?? []);

/** New lines end as the other lines of the file do. */
export const lineEndsStay: Law = (one) =>
  editedFiles(one).flatMap(({ path, before, after }) => {
    const [had, has] = [lineEnds(before), lineEnds(after)];
    const strange = had.size > 0 && [...has].some((end) => !had.has(end));
    return strange ? [`${path}: other line ends than before`] : [];
  });

interface Comment {
  readonly at: number;
  readonly text: string;
}

function commentsOutside(text: string, spans: readonly Span[]): string {
  const all = [...text.matchAll(/(?<=^|\s)#.*$/gm)].map((match): Comment => ({ at: match.index, text: match[0] }));
  const kept = all.filter(({ at }) => !spans.some((span) => span.start <= at && at < span.end));
  return kept.map((comment) => comment.text).join('\n');
}

/** Comments stay, except those on lines that go as a whole. */
export const commentsStay: Law = (one) =>
  editedFiles(one).flatMap(({ path, before, after, edits }) => {
    if (!/\.(conf|cfg)$/.test(path)) return [];
    const removed = edits.map(({ span }) => span);
    return commentsOutside(before, removed) === commentsOutside(after, []) ? [] : [`${path}: comments are lost`];
  });

/** The white space before a statement that begins its line. */
function indentOf(text: string, at: number): string | undefined {
  return /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, at))?.[1];
}

const inside = (at: number, { start, end }: Span) => start <= at && at < end;

/** New statements of nginx stand as deep as their neighbours; the first of a block deeper than its beginning. */
export const indentationIsCopied: Law = (one) =>
  editedFiles(one).flatMap((file) => {
    if (!isNginx(one, file)) return [];
    const { path, after, edits } = file;
    const statements = nginxStatements(after);
    const isNew = ({ start }: Statement) => edits.some(({ at }) => inside(start, at));
    return statements.flatMap((statement) => {
      const own = indentOf(after, statement.start);
      if (!isNew(statement) || own === undefined) return [];
      const siblings = statements.filter((other) => other.parent === statement.parent && !isNew(other));
      const theirs = siblings.map((other) => indentOf(after, other.start)).filter((indent) => indent !== undefined);
      const outer = statement.parent === undefined ? undefined : indentOf(after, statement.parent.start);
      const fits =
        theirs.length > 0
          ? theirs.includes(own)
          : outer === undefined || (own.startsWith(outer) && (own.length > outer.length || siblings.length > 0));
      const mixed = /\t/.test(own) && / /.test(own);
      return fits && !mixed
        ? []
        : [`${path}: ${JSON.stringify(own)} before ${statement.name}, beside ${JSON.stringify(theirs)}`];
    });
  });

/** Every statement with the names around it and its words, as nginx-conf reads it; undefined where it cannot. */
function secondReading(text: string): string[] | undefined {
  const lines: string[] = [];
  let failed = false;
  try {
    new NginxParser().parse(text, (error, tree) => {
      failed = error !== null;
      const waiting = (tree?.children ?? []).map((node) => ({ node, path: '' })).reverse();
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const { node, path } = next;
        lines.push(`${path}${node.name} ${node.value}`.replace(/\s+/g, ' ').trim());
        waiting.push(
          ...(node.children ?? []).map((child) => ({ node: child, path: `${path}${node.name} > ` })).reverse(),
        );
      }
    });
  } catch {
    return undefined;
  }
  return failed ? undefined : lines;
}

function withoutCommon(a: readonly string[], b: readonly string[]): string[] {
  const rest = [...b];
  return a.filter((line) => {
    const i = rest.indexOf(line);
    if (i >= 0) rest.splice(i, 1);
    return i < 0;
  });
}

/** The names of the statements that the spans touch. */
function touchedNames(text: string, spans: readonly Span[]): Set<string> {
  const touched = nginxStatements(text).filter(({ start, end }) =>
    spans.some((span) => span.start < end && start < span.end + (span.start === span.end ? 1 : 0)),
  );
  return new Set(touched.map(({ name }) => name.replace(/^(["'])(.*)\1$/, '$2')));
}

/** Whether nginx-conf can read a file at all, so that nobody counts its silence as consent. */
export function isReadableTwice(one: Case): boolean {
  return editedFiles(one).some((file) => isNginx(one, file) && secondReading(file.before) !== undefined);
}

/** nginx-conf sees a change in the edited directives only. */
export const secondReaderAgrees: Law = (one) =>
  editedFiles(one).flatMap((file) => {
    const { path, before, after, edits } = file;
    const old = isNginx(one, file) ? secondReading(before) : undefined;
    // A missing end makes the next directive a part of this one, which the fix undoes.
    if (old === undefined || one.finding.rule === 'config-syntax') return [];
    const now = secondReading(after);
    if (now === undefined) return [`${path}: nginx-conf cannot read it any more`];
    const touched = new Set([
      ...touchedNames(
        before,
        edits.map(({ span }) => span),
      ),
      ...touchedNames(
        after,
        edits.map(({ at }) => at),
      ),
    ]);
    const changed = [...withoutCommon(old, now), ...withoutCommon(now, old)];
    const nameOf = (line: string) =>
      line
        .split(' > ')
        .at(-1)
        ?.split(' ')[0]
        ?.replace(/^(["'])(.*)\1$/, '$2') ?? '';
    return changed.filter((line) => !touched.has(nameOf(line))).map((line) => `${path}: nginx-conf sees ${line}`);
  });
