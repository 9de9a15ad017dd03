/** Owns the language server as a program: it serves the client that its arguments name (`--stdio`, `--node-ipc`). */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { failureOf } from '../lsp/failure.ts';
import { startServer } from '../lsp/server.ts';
import { PAGES } from '../rules/pages.generated.ts';
import { RULES } from '../rules/registry.generated.ts';
import { nodeHost } from './host.ts';
import { reference } from './reference.ts';
import { version } from './version.ts';

const connection = createConnection(ProposedFeatures.all);
process.on('uncaughtException', (error) => connection.console.error(`wsslint failed: ${failureOf(error)}`));
const pages: ReadonlyMap<string, string> = new Map(Object.entries(PAGES));
startServer(connection, {
  host: nodeHost(),
  version: version(),
  rules: RULES,
  page: (rule) => pages.get(rule),
  reference,
});
