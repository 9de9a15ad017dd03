/** Owns which of the protocol's questions is answered by what. */
import type {
  CodeAction,
  CodeActionParams,
  CodeLensParams,
  CompletionItem,
  CompletionParams,
  DefinitionParams,
  HoverParams,
  PrepareRenameParams,
  RenameParams,
  SelectionRangeParams,
} from 'vscode-languageserver/node';
import type { Client } from './capabilities.ts';
import * as certificates from './certificates.ts';
import * as features from './features.ts';
import * as navigation from './navigation.ts';
import type { Serving } from './serving.ts';
import type { Present } from './session.ts';

export function answerQuestions({ connection, core, session, client, guards: { answered } }: Serving): void {
  /** A question about a document; `nothing` is the answer where the document is not known. */
  const asked = <P extends { readonly textDocument: { readonly uri: string } }, R>(
    what: string,
    nothing: R,
    answer: (present: Present, params: P, own: Client) => R | Promise<R>,
  ) =>
    answered(what, async (params: P) => {
      const present = await session.at(params.textDocument.uri);
      const own = client();
      return present === undefined || own === undefined ? nothing : answer(present, params, own);
    });

  connection.onHover(
    asked('hovering', null, (present, { position }: HoverParams, own) => features.hover(core, present, own, position)),
  );
  connection.onCodeAction(
    asked('looking for actions', [], (present, params: CodeActionParams, own) =>
      features.codeActions(present, own, params),
    ),
  );
  connection.onCodeActionResolve(
    answered('making an edit', async (action: CodeAction) => {
      const uri = features.uriOfAction(action);
      const present = uri === undefined ? undefined : await session.at(uri);
      const own = client();
      return present === undefined || own === undefined ? action : features.resolveAction(present, own, action);
    }),
  );
  connection.onCompletion(
    asked('proposing', [], (present, params: CompletionParams) => features.completion(core, present, params)),
  );
  connection.onCompletionResolve(
    answered('explaining a proposal', (item: CompletionItem) => features.resolveCompletion(core, client(), item)),
  );
  connection.onDocumentLinks(asked('linking', [], features.documentLinks));
  connection.onDocumentSymbol(asked('outlining', [], features.documentSymbols));
  connection.onCodeLens(
    asked('describing blocks', [], (present, _: CodeLensParams, own) => {
      session.certificatesTold(present);
      return certificates.lenses(present, own);
    }),
  );

  connection.onDefinition(
    asked('looking for a definition', null, (present, { position }: DefinitionParams, own) =>
      navigation.definition(present, own, position),
    ),
  );
  connection.onReferences(asked('looking for references', [], navigation.references));
  connection.onPrepareRename(
    asked('preparing a rename', null, (present, { position }: PrepareRenameParams) =>
      navigation.prepareRename(present, position),
    ),
  );
  connection.onRenameRequest(
    asked('renaming', null, (present, params: RenameParams, own) => navigation.renamed(present, own, params)),
  );
  connection.onFoldingRanges(asked('folding', null, navigation.foldingRanges));
  connection.onSelectionRanges(
    asked('growing a selection', null, (present, { positions }: SelectionRangeParams) =>
      navigation.selectionRanges(present, positions),
    ),
  );
}
