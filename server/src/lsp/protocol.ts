/** Owns the messages between the language server and its clients that LSP itself does not define; types only. */

/** Which file's project to print; `offset` (UTF-16 code units) narrows the view to the block around it. */
export interface EffectiveParams {
  readonly uri: string;
  readonly offset?: number;
}

/** The effective configuration as plain text; `uri` is the root file of the project that was printed. */
export interface EffectiveResult {
  readonly text: string;
  readonly uri: string;
}

/** The id of a rule, which is also its diagnostic code. */
export interface ExplainParams {
  readonly rule: string;
}

/** The rule's documentation page; null when no rule has this id. */
export type ExplainResult = { readonly markdown: string } | null;

/** What the server knows about the project of an open document; sent after each lint of that project. */
export interface StatusParams {
  /** The open document. */
  readonly uri: string;
  /** The root file of its project, as a URI; absent when no root is known. */
  readonly root?: string;
  /** The target versions as a person reads them, such as `nginx 1.26.3 (Dockerfile)`; absent when unknown. */
  readonly target?: string;
  /** What could not be seen and so was not judged: one line each. */
  readonly unseen: readonly string[];
  /** Whether no root includes the document, so that only what always holds is said about it. */
  readonly fragment: boolean;
}

/** Sent in `initialize`; an untrusted workspace reads nothing outside its folders and runs no program. */
export interface InitializationOptions {
  readonly trusted: boolean;
}

/** The user has trusted the workspace while the server was running. */
export interface TrustParams {
  readonly trusted: true;
}

/** Requests from client to server, by method. */
export interface Requests {
  'wsslint/effective': { readonly params: EffectiveParams; readonly result: EffectiveResult };
  'wsslint/explain': { readonly params: ExplainParams; readonly result: ExplainResult };
}

/** Notifications from client to server, by method. */
export interface ClientNotifications {
  'wsslint/trust': TrustParams;
}

/** Notifications from server to client, by method. */
export interface ServerNotifications {
  'wsslint/status': StatusParams;
}
