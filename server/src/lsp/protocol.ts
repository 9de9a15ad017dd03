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

/** Positions and ranges as in LSP: lines and UTF-16 code units from 0. */
export interface ProtocolPosition {
  readonly line: number;
  readonly character: number;
}

export interface ProtocolLocation {
  readonly uri: string;
  readonly range: { readonly start: ProtocolPosition; readonly end: ProtocolPosition };
}

/** Names a certificate: a file, and the SHA-256 of the certificate in it as lower-case hexadecimal digits. */
export interface CertificateRef {
  readonly uri: string;
  readonly sha256: string;
}

/** A certificate as a list shows it; all words are the server's. */
export interface CertificateItem extends CertificateRef {
  readonly title: string;
  readonly description: string;
  readonly tooltip: string;
  /** Its block. */
  readonly location: ProtocolLocation;
}

/** How urgent the certificates of a group are: an icon's name. */
export type CertificateUrgency = 'expired' | 'foreign-key' | 'not-yet' | 'expiring' | 'valid';

export interface CertificateGroupItem {
  readonly urgency: CertificateUrgency;
  readonly title: string;
  readonly certificates: readonly CertificateItem[];
}

/** A PKCS#12 container that stays closed, as a whole or its keys. */
export interface ClosedContainerItem {
  readonly uri: string;
  readonly title: string;
  readonly description: string;
  /** Whether a password would help. */
  readonly needsPassword: boolean;
}

/** A password to try on all PKCS#12 containers; the server keeps it in memory until it ends. */
export interface UnlockParams {
  readonly password: string;
}

/** How many containers it has opened, and how many still want a password. */
export interface UnlockResult {
  readonly opened: number;
  readonly closed: number;
}

export interface CertificatesResult {
  readonly groups: readonly CertificateGroupItem[];
  readonly closed: readonly ClosedContainerItem[];
}

/** What is told of a certificate below it; `location` is where a click leads. */
export interface CertificateDetailItem {
  readonly kind: 'user' | 'name' | 'key' | 'issuer' | 'copy';
  readonly title: string;
  readonly description: string;
  readonly wrong: boolean;
  readonly location?: ProtocolLocation;
}

/** Without `sha256`: the certificate at a position, or the one that the path there leads to, or the file's first. */
export interface CertificateParams {
  readonly uri: string;
  readonly sha256?: string;
  readonly position?: ProtocolPosition;
}

/** Null where there is no such certificate any more. */
export type CertificateResult = {
  readonly ref: CertificateRef;
  readonly title: string;
  /** As `AB:CD:…`. */
  readonly fingerprint: string;
  /** SHA-256 of the SubjectPublicKeyInfo, in base64. */
  readonly pin: string;
  readonly details: readonly CertificateDetailItem[];
} | null;

/** All that a certificate says, as plain text; null where there is no such certificate any more. */
export type CertificateTextResult = { readonly text: string } | null;

/** What to do with a file of several certificates. */
export interface BundleParams {
  readonly uri: string;
  readonly action: 'split' | 'reorder';
}

/** An LSP WorkspaceEdit, or why there is none. New files hold certificates only, never keys. */
export type BundleResult = { readonly edit: object; readonly count: number } | { readonly why: string };

/** Sent in `initialize`; an untrusted workspace reads nothing outside its folders and runs no program. */
export interface InitializationOptions {
  readonly trusted: boolean;
}

/** The user has trusted the workspace while the server was running. */
export interface TrustParams {
  readonly trusted: true;
}

export interface RuleItem {
  readonly id: string;
  /** What it is about, in one sentence. */
  readonly summary: string;
}

/** Requests from client to server, by method. */
export interface Requests {
  'wsslint/effective': { readonly params: EffectiveParams; readonly result: EffectiveResult };
  /** All rules, in the order of their ids. */
  'wsslint/rules': { readonly params: Record<never, never>; readonly result: readonly RuleItem[] };
  'wsslint/explain': { readonly params: ExplainParams; readonly result: ExplainResult };
  /** All certificates of the workspace, the most urgent group first. */
  'wsslint/certificates': {
    readonly params: Record<never, never>;
    readonly result: CertificatesResult;
  };
  'wsslint/certificate': { readonly params: CertificateParams; readonly result: CertificateResult };
  'wsslint/certificateText': { readonly params: CertificateRef; readonly result: CertificateTextResult };
  'wsslint/unlock': { readonly params: UnlockParams; readonly result: UnlockResult };
  'wsslint/bundle': { readonly params: BundleParams; readonly result: BundleResult };
}

/** Notifications from client to server, by method. */
export interface ClientNotifications {
  'wsslint/trust': TrustParams;
}

/** Notifications from server to client, by method. */
export interface ServerNotifications {
  'wsslint/status': StatusParams;
  /** What `wsslint/certificates` answered is out of date; sent once until it is asked again. */
  'wsslint/certificatesChanged': Record<never, never>;
}
