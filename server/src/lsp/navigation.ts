/** Owns the answers about where things are: definitions, references, renames, folds, growing selections. */
import {
  type Definition,
  type DefinitionLink,
  type FoldingRange,
  FoldingRangeKind,
  type Location,
  LSPErrorCodes,
  type Position,
  type Range,
  type ReferenceParams,
  type RenameParams,
  ResponseError,
  type SelectionRange,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { Fold } from '../languages/language.ts';
import { definitionsAt } from '../service/definitions.ts';
import { foldsOf } from '../service/folds.ts';
import { referencesAt } from '../service/references.ts';
import { type Refused, renamableAt, rename } from '../service/rename.ts';
import { selectionsAt } from '../service/selections.ts';
import type { Client } from './capabilities.ts';
import { locationOf, rangeIn, rangeOf, uriOf, workspaceEdit } from './convert.ts';
import type { Present } from './session.ts';

export function definition(present: Present, client: Client, at: Position): Definition | DefinitionLink[] | null {
  const { terms, file, view } = present;
  const found = definitionsAt(view.engine, file, offsetIn(present, at));
  if (found === undefined) return null;
  if (!client.links) return found.places.map((place) => locationOf(terms, place));
  const originSelectionRange = rangeIn(terms, { file, span: found.span });
  return found.places.map((place) => {
    const range = rangeIn(terms, place);
    return {
      originSelectionRange,
      targetUri: uriOf(terms, place.file),
      targetRange: range,
      targetSelectionRange: range,
    };
  });
}

export function references(present: Present, { position, context }: ReferenceParams): Location[] {
  const { terms, file, view, run } = present;
  const offset = offsetIn(present, position);
  const places = referencesAt(view.engine, run.projects, file, offset, context.includeDeclaration);
  return places.map((place) => locationOf(terms, place));
}

/** The editor shows the reason where something cannot be renamed. */
export function prepareRename(present: Present, at: Position): { range: Range; placeholder: string } {
  const found = renamableAt(present.view.engine, present.file, offsetIn(present, at));
  if (!found.ok) throw refused(found);
  return { range: rangeIn(present.terms, { file: present.file, span: found.span }), placeholder: found.name };
}

export function renamed(present: Present, client: Client, { position, newName }: RenameParams): WorkspaceEdit {
  const found = rename(present.view.engine, present.file, offsetIn(present, position), newName);
  if (!found.ok) throw refused(found);
  return workspaceEdit(present.terms, found, client.edits);
}

export function foldingRanges(present: Present): FoldingRange[] | null {
  const source = present.terms.sourceOf(present.file);
  const folds = foldsOf(present.view.engine, present.file);
  if (source === undefined || folds === undefined) return null;
  return folds.flatMap(({ span, kind }) => {
    const { start, end } = rangeOf(source.lines, span);
    const endLine = end.character === 0 ? end.line - 1 : end.line;
    return endLine > start.line ? [{ startLine: start.line, endLine, ...FOLD_KINDS[kind] }] : [];
  });
}

export function selectionRanges(present: Present, positions: readonly Position[]): SelectionRange[] {
  return positions.map((position) => {
    const here: SelectionRange = { range: { start: position, end: position } };
    const spans = selectionsAt(present.view.engine, present.file, offsetIn(present, position));
    return (
      spans.reduceRight<SelectionRange | undefined>((parent, span) => {
        const range = rangeIn(present.terms, { file: present.file, span });
        return parent === undefined ? { range } : { range, parent };
      }, undefined) ?? here
    );
  });
}

function offsetIn({ terms, file }: Present, position: Position): number {
  return terms.sourceOf(file)?.lines.offsetAt(position) ?? 0;
}

function refused({ why }: Refused): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, why.replaceAll('`', '"'));
}

const FOLD_KINDS: Readonly<Record<Fold['kind'], { readonly kind?: FoldingRangeKind }>> = {
  block: {},
  comment: { kind: FoldingRangeKind.Comment },
  region: { kind: FoldingRangeKind.Region },
};
