/** Owns the answers to questions about a document. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type CompletionItem,
  CompletionItemKind,
  type CompletionParams,
  type DocumentLink,
  type DocumentSymbol,
  type Hover,
  LSPErrorCodes,
  type MarkupContent,
  type Position,
  type Range,
  ResponseError,
  SymbolKind,
} from 'vscode-languageserver/node';
import { type OutlineItem, placeWord } from '../languages/language.ts';
import type { Place } from '../model/origin.ts';
import {
  type Action,
  type ActionRef,
  actionEdits,
  actionsAt,
  fixAllAction,
  refactorActions,
} from '../service/actions.ts';
import { proposalsAt } from '../service/completion.ts';
import { effectiveText, mainProject } from '../service/effective.ts';
import { hoverAt } from '../service/hover.ts';
import { plainText } from '../service/markdown.ts';
import { directiveText, variableText } from '../service/nginx-reference.ts';
import { linksOf, outlineOf } from '../service/outline.ts';
import type { Proposal } from '../service/proposal.ts';
import type { LineIndex } from '../text/lines.ts';
import type { Span } from '../text/span.ts';
import { type Client, FIX_ALL } from './capabilities.ts';
import { diagnosticOf, rangeOf, type Terms, uriOf, workspaceEdit } from './convert.ts';
import type { Core } from './core.ts';
import type { EffectiveResult } from './protocol.ts';
import type { Present } from './session.ts';
import { toUri } from './uri.ts';

/** What travels with a code action until it is chosen. */
interface ActionData {
  readonly uri: string;
  readonly ref: ActionRef;
}

export async function hover(core: Core, present: Present, client: Client, position: Position): Promise<Hover | null> {
  const source = present.terms.sourceOf(present.file);
  if (source === undefined) return null;
  const { engine } = present.view;
  const found = await hoverAt(
    {
      engine,
      run: present.run,
      placeLink: placeLink(present.terms),
      // Our own client links each finding to the page of its rule.
      ...(!client.own && { summaryOf: (id: string) => summaryOf(core, id) }),
      ...(core.reference && { reference: core.reference }),
    },
    present.file,
    source.lines.offsetAt(position),
  );
  if (found === undefined) return null;
  return { contents: markup(found.markdown, client.hovers), range: rangeOf(source.lines, found.span) };
}

export function codeActions(present: Present, client: Client, { context, range }: CodeActionParams): CodeAction[] {
  const source = present.terms.sourceOf(present.file);
  if (source === undefined) return [];
  const { run, view, file } = present;
  const asked = (kind: string): boolean =>
    context.only === undefined || context.only.some((only) => only === '' || `${kind}.`.startsWith(`${only}.`));
  const actions = [
    ...(asked(CodeActionKind.QuickFix) ? actionsAt(view.engine, run, file, spanOf(source.lines, range)) : []),
    ...(asked(CodeActionKind.RefactorRewrite)
      ? refactorActions(view.engine, run, file, spanOf(source.lines, range))
      : []),
    ...(asked(FIX_ALL) ? [fixAllAction(run, file)].filter((action) => action !== undefined) : []),
  ].map((action) => codeAction(present, action));
  const explain = client.own && asked(CodeActionKind.QuickFix) ? explainActions(actions) : [];
  return client.resolvesEdits
    ? [...actions, ...explain]
    : [...actions.flatMap((action) => withEdit(present, client, action) ?? []), ...explain];
}

/** The action with its edit; it is refused when what it was about has changed since it was offered. */
export function resolveAction(present: Present, client: Client, action: CodeAction): CodeAction {
  const resolved = withEdit(present, client, action);
  if (resolved === undefined)
    throw new ResponseError(LSPErrorCodes.ContentModified, 'There is nothing to change any more');
  return resolved;
}

/** The document that an action of ours is about; undefined for one that needs no edit. */
export function uriOfAction({ data }: CodeAction): string | undefined {
  return (data as ActionData | undefined)?.uri;
}

function withEdit(present: Present, client: Client, action: CodeAction): CodeAction | undefined {
  const { ref } = action.data as ActionData;
  const edits = actionEdits(present.view.engine, present.run, present.view.files(), present.file, ref);
  return edits && { ...action, edit: workspaceEdit(present.terms, edits, client.edits) };
}

function codeAction({ terms, file }: Present, { title, ref, finding, preferred }: Action): CodeAction {
  const data: ActionData = { uri: uriOf(terms, file), ref };
  return {
    title,
    kind: KINDS[ref.kind],
    ...(finding && { diagnostics: [diagnosticOf(terms, finding)] }),
    ...(preferred && { isPreferred: true }),
    data,
  };
}

/** The command is the client's own; it opens the rule's page. */
function explainActions(actions: readonly CodeAction[]): CodeAction[] {
  const byRule = new Map(
    actions.flatMap(({ diagnostics }) => (diagnostics ?? []).map((one) => [String(one.code), one] as const)),
  );
  return [...byRule].map(([rule, diagnostic]) => ({
    title: `Explain ${rule}`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    command: { title: `Explain ${rule}`, command: 'wsslint.explainRule', arguments: [rule] },
  }));
}

export function completion(core: Core, present: Present, { position, context }: CompletionParams): CompletionItem[] {
  const source = present.terms.sourceOf(present.file);
  if (source === undefined) return [];
  const { lines } = source;
  const proposals = proposalsAt(present.view.engine, present.file, lines.offsetAt(position), core.rules);
  // Who indents a line with spaces has not asked for all directives.
  const indenting = context?.triggerCharacter === ' ';
  return proposals
    .filter(({ kind }) => !(indenting && kind === 'directive'))
    .map(({ kind, text, detail, span }) => ({
      label: text.replace(/: $/, ''),
      kind: COMPLETION_KINDS[kind],
      ...(detail !== undefined && { detail }),
      textEdit: { range: rangeOf(lines, span), newText: text },
      ...((kind === 'directive' || kind === 'variable') && { data: { kind, name: text, module: detail } }),
    }));
}

/** The item with its documentation, which is too long to be sent with every item. */
export async function resolveCompletion(
  core: Core,
  client: Client | undefined,
  item: CompletionItem,
): Promise<CompletionItem> {
  const asked = item.data as { kind: 'directive' | 'variable'; name: string; module?: string } | undefined;
  const reference = asked && (await core.reference?.());
  if (asked === undefined || reference === undefined) return item;
  const value =
    asked.kind === 'directive'
      ? directiveText(reference, asked.name, asked.module === undefined ? [] : [asked.module])
      : variableText(reference, asked.name);
  return value === undefined ? item : { ...item, documentation: markup(value, client?.proposals ?? 'markdown') };
}

function markup(markdown: string, kind: Client['hovers']): MarkupContent {
  return { kind, value: kind === 'markdown' ? markdown : plainText(markdown) };
}

export function documentLinks(present: Present): DocumentLink[] {
  const source = present.terms.sourceOf(present.file);
  if (source === undefined) return [];
  return linksOf(present.view.engine, present.file).map(({ span, target }) => ({
    range: rangeOf(source.lines, span),
    target: uriOf(present.terms, target),
  }));
}

export function documentSymbols(present: Present): DocumentSymbol[] {
  const source = present.terms.sourceOf(present.file);
  if (source === undefined) return [];
  const convert = (item: OutlineItem): DocumentSymbol => ({
    name: item.name || '(no name)',
    detail: item.detail,
    kind: SYMBOL_KINDS[item.kind],
    range: rangeOf(source.lines, item.span),
    selectionRange: rangeOf(source.lines, item.nameSpan),
    children: item.children.map(convert),
  });
  return outlineOf(present.view.engine, present.file).map(convert);
}

export function effective(present: Present, offset: number | undefined): EffectiveResult {
  const report = mainProject(present.view.engine.projectsOf(present.file), present.file);
  const uri = uriOf(present.terms, report?.project.root ?? present.file);
  return { uri, text: report === undefined ? NO_PROJECT : effectiveText(report, present.file, offset) };
}

const NO_PROJECT = 'This file belongs to no configuration that wsslint knows.\n';

const KINDS: Readonly<Record<ActionRef['kind'], CodeActionKind>> = {
  fix: CodeActionKind.QuickFix,
  suppress: CodeActionKind.QuickFix,
  refactor: CodeActionKind.RefactorRewrite,
  'fix-all': FIX_ALL,
};

const COMPLETION_KINDS: Readonly<Record<Proposal['kind'], CompletionItemKind>> = {
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  value: CompletionItemKind.Value,
  rule: CompletionItemKind.EnumMember,
  directive: CompletionItemKind.Property,
  variable: CompletionItemKind.Variable,
};

const SYMBOL_KINDS: Readonly<Record<OutlineItem['kind'], SymbolKind>> = {
  site: SymbolKind.Class,
  route: SymbolKind.Method,
  upstream: SymbolKind.Interface,
  section: SymbolKind.Module,
  certificate: SymbolKind.Constant,
  key: SymbolKind.Key,
};

function spanOf(lines: LineIndex, { start, end }: Range): Span {
  return { start: lines.offsetAt(start), end: lines.offsetAt(end) };
}

function summaryOf(core: Core, id: string): string | undefined {
  return core.rules.find((rule) => rule.id === id)?.summary;
}

/** A Markdown link to a place: its file's name and, where that is more than the file itself, its line. */
function placeLink(terms: Terms): (place: Place) => string {
  return (place) => {
    const source = place.span.end > 0 ? terms.sourceOf(place.file) : undefined;
    const line = source && source.lines.positionAt(place.span.start).line + 1;
    const word = placeWord(place, source).replace(/[\\[\]`*_<>]/g, '\\$&');
    return `[${word}](${toUri(place.file)}${line === undefined ? '' : `#L${line}`})`;
  };
}
