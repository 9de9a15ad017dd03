/** Owns the documents that the editor has open, with their unsaved text. */
import type {
  DidChangeTextDocumentParams,
  DidOpenTextDocumentParams,
  TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import type { FileId } from '../files/host.ts';
import { applyEdits } from '../text/edits.ts';
import { type LineIndex, lineIndex } from '../text/lines.ts';
import { syntheticId, toFileId } from './uri.ts';

export interface Document {
  /** As the editor writes it. */
  readonly uri: string;
  readonly id: FileId;
  /** No file of its own: nothing around it is read. */
  readonly loose: boolean;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
}

export interface Documents {
  open(params: DidOpenTextDocumentParams): Document;
  /** Undefined when the document is not open. */
  change(params: DidChangeTextDocumentParams): Document | undefined;
  /** The document that was open, if it was. */
  close(uri: string): Document | undefined;
  get(uri: string): Document | undefined;
  byId(id: FileId): Document | undefined;
  all(): readonly Document[];
}

export function createDocuments(): Documents {
  const byUri = new Map<string, Document>();
  const byId = new Map<FileId, Document>();
  const keep = (document: Document): Document => {
    byUri.set(document.uri, document);
    byId.set(document.id, document);
    return document;
  };
  return {
    open({ textDocument: { uri, languageId, version, text } }) {
      const file = toFileId(uri);
      // JSON is told from other forms of the same language by the name.
      const made = `${syntheticId(uri)}${languageId === 'json' ? '.json' : ''}`;
      return keep({ uri, id: file ?? made, loose: file === undefined, languageId, version, text });
    },
    change({ textDocument: { uri, version }, contentChanges }) {
      const document = byUri.get(uri);
      return document && keep({ ...document, version, text: applyChanges(document.text, contentChanges) });
    },
    close(uri) {
      const document = byUri.get(uri);
      byUri.delete(uri);
      if (document !== undefined && byId.get(document.id)?.uri === uri) byId.delete(document.id);
      return document;
    },
    get: (uri) => byUri.get(uri),
    byId: (id) => byId.get(id),
    all: () => [...byUri.values()],
  };
}

/** Applies the editor's changes, each of which refers to the text that the ones before it left. */
export function applyChanges(text: string, changes: readonly TextDocumentContentChangeEvent[]): string {
  return changes.reduce((before, change) => {
    if (!('range' in change)) return change.text;
    const lines: LineIndex = lineIndex(before);
    const start = lines.offsetAt(change.range.start);
    const end = Math.max(start, lines.offsetAt(change.range.end));
    return applyEdits(before, [{ span: { start, end }, newText: change.text }]);
  }, text);
}
