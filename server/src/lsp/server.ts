/** Owns one client's server: its parts, put together. */
import { CodeLensRefreshRequest, type Connection } from 'vscode-languageserver/node';
import { type Client, capabilities } from './capabilities.ts';
import type { Core } from './core.ts';
import { followDocuments } from './document-messages.ts';
import { failureOf } from './failure.ts';
import { createGuards } from './guards.ts';
import { createOutsideWatch, outsideFolders } from './outside.ts';
import { answerOwnQuestions } from './own-questions.ts';
import { answerQuestions } from './questions.ts';
import type { Serving } from './serving.ts';
import { createSession, type Voice } from './session.ts';
import { createSituations, type Situations } from './situation.ts';

/** Serves one client until it goes; what fails is told to it, and never ends the server. */
export function startServer(connection: Connection, core: Core): void {
  let client: Client | undefined;
  const failed = (what: string, error: unknown): void =>
    connection.console.error(`wsslint ${core.version} failed while ${what}: ${failureOf(error)}`);
  const situations = createSituations();
  const session = createSession(
    core,
    voiceOf(connection, situations, () => client, failed),
  );
  const serving: Serving = { connection, core, session, guards: createGuards(failed), client: () => client };

  connection.onInitialize((params) => {
    client = situations.initialize(params);
    return { capabilities, serverInfo: { name: 'wsslint', version: core.version } };
  });
  situations.listen(serving);
  followDocuments(serving);
  answerQuestions(serving);
  answerOwnQuestions(serving);
  connection.onShutdown(() => {
    situations.stop();
    session.stop();
  });
  connection.listen();
}

/** What the session says, as messages to the client. */
function voiceOf(
  connection: Connection,
  situations: Situations,
  client: () => Client | undefined,
  failed: Voice['failed'],
): Voice {
  const watchOutside = createOutsideWatch(connection);
  return {
    diagnostics: (params) => void connection.sendDiagnostics(params),
    status: (params) => void connection.sendNotification('wsslint/status', params),
    gaveUp: (folder) =>
      connection.console.warn(`The workspace is too large: its files are not searched further than ${folder}`),
    linted: (run) => {
      if (client()?.watchesOutside !== true) return;
      watchOutside(outsideFolders(run, situations.folders)).catch((error: unknown) =>
        failed('watching folders', error),
      );
    },
    certificatesChanged: () => void connection.sendNotification('wsslint/certificatesChanged', {}),
    lensesChanged: () => {
      if (client()?.refreshesLenses !== true) return;
      connection
        .sendRequest(CodeLensRefreshRequest.type)
        .catch((error: unknown) => failed('asking for new lenses', error));
    },
    failed,
  };
}
