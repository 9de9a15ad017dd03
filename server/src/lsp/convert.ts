/** Owns the translation of spans, findings and edits into the protocol's terms. */
import {
  type AnnotatedTextEdit,
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  type Location,
  type Range,
  type SnippetTextEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { Engine } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies, type SourceFile } from '../files/store.ts';
import type { Place } from '../model/origin.ts';
import type { FileEdits } from '../model/remedy.ts';
import type { Finding, Severity } from '../rules/rule.ts';
import type { ActionEdits } from '../service/action-edits.ts';
import { rulePage } from '../service/rule-page.ts';
import type { LineIndex } from '../text/lines.ts';
import type { Span } from '../text/span.ts';
import type { Documents } from './documents.ts';
import { toUri } from './uri.ts';

/** What translation needs to know, for as long as no text changes. */
export interface Terms {
  readonly documents: Documents;
  /** The present text of a file; undefined where it cannot be read. */
  sourceOf(file: FileId): SourceFile | undefined;
}

export function createTerms({ files }: Engine, documents: Documents): Terms {
  const dependencies = noDependencies();
  const sources = new Map<FileId, SourceFile | undefined>();
  return {
    documents,
    sourceOf(file) {
      if (sources.has(file)) return sources.get(file);
      const opened = files.open(file, dependencies);
      const source = opened.ok ? opened.file : undefined;
      sources.set(file, source);
      return source;
    },
  };
}

const NOWHERE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** The name by which the editor knows a file: its own spelling where the file is open. */
export function uriOf({ documents }: Terms, file: FileId): string {
  return documents.byId(file)?.uri ?? toUri(file);
}

export function rangeOf(lines: LineIndex, span: Span): Range {
  return { start: lines.positionAt(span.start), end: lines.positionAt(span.end) };
}

/** The range of a place; the file's start where the file is gone. */
export function rangeIn(terms: Terms, { file, span }: Place): Range {
  const source = terms.sourceOf(file);
  return source === undefined ? NOWHERE : rangeOf(source.lines, span);
}

export function locationOf(terms: Terms, place: Place): Location {
  return { uri: uriOf(terms, place.file), range: rangeIn(terms, place) };
}

export function severityOf(severity: Severity): DiagnosticSeverity {
  switch (severity) {
    case 'error':
      return DiagnosticSeverity.Error;
    case 'warning':
      return DiagnosticSeverity.Warning;
    case 'info':
      return DiagnosticSeverity.Information;
  }
}

export function diagnosticOf(terms: Terms, finding: Finding): Diagnostic {
  const related = finding.related.map(
    ({ place, message }): DiagnosticRelatedInformation => ({ location: locationOf(terms, place), message }),
  );
  return {
    range: rangeIn(terms, finding.at),
    severity: severityOf(finding.severity),
    source: 'wsslint',
    code: finding.rule,
    codeDescription: { href: rulePage(finding.rule) },
    message: finding.message,
    ...(related.length > 0 && { relatedInformation: related }),
  };
}

/** What the client can do with an edit. */
export interface EditSupport {
  readonly versioned: boolean;
  readonly snippets: boolean;
}

/** Edits with the versions of the documents that they were made for; the client refuses them for any other. */
export function workspaceEdit(terms: Terms, edits: ActionEdits, support: EditSupport): WorkspaceEdit {
  if (!support.versioned) {
    return {
      changes: Object.fromEntries(edits.files.map((file) => [uriOf(terms, file.file), textEdits(terms, file)])),
    };
  }
  const placeholder = support.snippets ? edits.placeholder : undefined;
  return {
    documentChanges: edits.files.map((file) => ({
      textDocument: { uri: uriOf(terms, file.file), version: terms.documents.byId(file.file)?.version ?? null },
      edits: textEdits(terms, file).map((edit) => withPlaceholder(edit, placeholder)),
    })),
  };
}

function textEdits(terms: Terms, { file, edits }: FileEdits): TextEdit[] {
  return edits.map(({ span, newText }) => ({ range: rangeIn(terms, { file, span }), newText }));
}

/** An edit whose placeholder is selected after it was made. */
function withPlaceholder(
  edit: TextEdit,
  placeholder: string | undefined,
): TextEdit | AnnotatedTextEdit | SnippetTextEdit {
  const at = placeholder === undefined ? -1 : edit.newText.lastIndexOf(placeholder);
  if (placeholder === undefined || at < 0) return edit;
  const before = escapeSnippet(edit.newText.slice(0, at));
  const after = escapeSnippet(edit.newText.slice(at + placeholder.length));
  return {
    range: edit.range,
    snippet: { kind: 'snippet', value: `${before}\${1:${escapeSnippet(placeholder)}}${after}` },
  };
}

function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
