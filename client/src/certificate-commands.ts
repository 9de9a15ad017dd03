/** Owns the commands for certificates: what they copy, show and edit is worked out by the server. */
import { commands, Disposable, EventEmitter, env, Uri, window, workspace } from 'vscode';
import type {
  BundleParams,
  CertificateRef,
  CertificateResult,
  ProtocolLocation,
  ProtocolPosition,
} from '../../server/src/lsp/protocol.ts';
import type { CertificateNode } from './certificates.ts';
import { locationOf, positionOf, uriOf } from './locations.ts';
import type { LanguageServer } from './server.ts';

const scheme = 'wsslint-certificate';

/** Milliseconds that a word in the status bar stays. */
const SHOWN = 4000;

export function registerCertificateCommands(server: LanguageServer): Disposable {
  const changed = new EventEmitter<Uri>();
  const refresh = (): void => {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === scheme) changed.fire(uri);
  };
  const provider = {
    onDidChange: changed.event,
    provideTextDocumentContent: async (page: Uri): Promise<string> => {
      const answer = await server.request('wsslint/certificateText', JSON.parse(page.query) as CertificateRef);
      return answer?.text ?? 'The file does not hold this certificate any more.\n';
    },
  };
  /** Runs something with the certificate that is meant, or says that there is none. */
  const withCertificate =
    (use: (certificate: NonNullable<CertificateResult>) => Thenable<unknown>) =>
    async (given?: CertificateRef | CertificateNode): Promise<void> => {
      const certificate = await certificateOf(server, given);
      if (certificate === null) void window.showInformationMessage('There is no certificate here.');
      else await use(certificate);
    };
  return Disposable.from(
    changed,
    workspace.registerTextDocumentContentProvider(scheme, provider),
    server.onCertificatesChanged(refresh),
    server.onStatus(refresh),
    commands.registerCommand('wsslint.showCertificate', withCertificate(showText)),
    commands.registerCommand(
      'wsslint.copyCertificateFingerprint',
      withCertificate(({ fingerprint, title }) => copy(fingerprint, `SHA-256 fingerprint of ${title}`)),
    ),
    commands.registerCommand(
      'wsslint.copyCertificatePin',
      withCertificate(({ pin, title }) => copy(pin, `SPKI pin of ${title}`)),
    ),
    commands.registerCommand('wsslint.splitBundle', () => editBundle(server, 'split')),
    commands.registerCommand('wsslint.reorderBundle', () => editBundle(server, 'reorder')),
    commands.registerCommand('wsslint.showCertificateUsers', showUsers),
    commands.registerCommand('wsslint.openContainers', () => openContainers(server)),
  );
}

/** The certificate of a line in the view, of a lens, or at the cursor. */
function certificateOf(server: LanguageServer, given?: CertificateRef | CertificateNode): Promise<CertificateResult> {
  const ref = given !== undefined && 'kind' in given ? (given.kind === 'certificate' ? given.item : undefined) : given;
  if (ref !== undefined) return server.request('wsslint/certificate', { uri: ref.uri, sha256: ref.sha256 });
  const editor = window.activeTextEditor;
  if (editor === undefined) return Promise.resolve(null);
  const { document, selection } = editor;
  if (document.uri.scheme === scheme) return server.request('wsslint/certificate', JSON.parse(document.uri.query));
  return server.request('wsslint/certificate', { uri: document.uri.toString(), position: selection.active });
}

async function showText({ ref, title }: NonNullable<CertificateResult>): Promise<void> {
  // The path only gives the tab a name.
  const page = Uri.from({ scheme, path: `/${title.replaceAll('/', '_')}.txt`, query: JSON.stringify(ref) });
  await window.showTextDocument(await workspace.openTextDocument(page), { preview: true });
}

async function copy(text: string, what: string): Promise<void> {
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`$(check) ${what} copied`, SHOWN);
}

async function editBundle(server: LanguageServer, action: BundleParams['action']): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document === undefined) return;
  const answer = await server.request('wsslint/bundle', { uri: document.uri.toString(), action });
  if ('why' in answer) {
    void window.showInformationMessage(`${answer.why}.`);
    return;
  }
  const applied = await workspace.applyEdit(await server.asWorkspaceEdit(answer.edit));
  if (!applied) void window.showWarningMessage('The files could not be changed.');
  else if (action === 'split') window.setStatusBarMessage(`$(check) ${answer.count} files made`, SHOWN);
}

async function showUsers(uri: string, at: ProtocolPosition, users: readonly ProtocolLocation[]): Promise<void> {
  await commands.executeCommand('editor.action.showReferences', uriOf(uri), positionOf(at), users.map(locationOf));
}

/** Asks until a password opens something. It goes to the server, which keeps it in memory, and nowhere else. */
function openContainers(server: LanguageServer): void {
  const box = window.createInputBox();
  box.title = 'Open PKCS#12 Containers';
  box.prompt = 'The password is tried on all containers, stays in memory, and is forgotten when VS Code is closed.';
  box.password = true;
  box.ignoreFocusOut = true;
  box.onDidChangeValue(() => {
    box.validationMessage = undefined;
  });
  box.onDidAccept(async () => {
    if (box.value === '') return;
    const { opened, closed } = await server.request('wsslint/unlock', { password: box.value });
    if (opened === 0 && closed > 0) {
      box.validationMessage = 'No container opens with this password.';
      return;
    }
    box.hide();
    const count = `${opened} ${opened === 1 ? 'container' : 'containers'} opened`;
    const told =
      opened === 0 ? 'No container here is closed' : closed === 0 ? count : `${count}, ${closed} still closed`;
    window.setStatusBarMessage(`$(unlock) ${told}`, SHOWN);
  });
  box.onDidHide(() => box.dispose());
  box.show();
}
