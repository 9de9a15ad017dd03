/** Owns remedies: what should become true. Each language's realizer turns one into the smallest edit of its text. */
import type { FileId } from '../files/host.ts';
import type { TextEdit } from '../text/edits.ts';
import type { FileUse, Listener, Route, Site, TlsEndpoint, TlsVersion } from './model.ts';

/** Edits of one file. */
export interface FileEdits {
  readonly file: FileId;
  readonly edits: readonly TextEdit[];
}

export type Remedy =
  /** The upgrade reaches the back end of this route; `only`: no upgrade but that to WebSocket does. */
  | { readonly kind: 'forward-upgrade'; readonly route: Route; readonly only?: true }
  /** Silent tunnels of this route live this long. */
  | { readonly kind: 'set-idle-limit'; readonly route: Route; readonly seconds: number }
  /** Requests to the back end are HTTP/1.1. */
  | { readonly kind: 'use-http-1-1'; readonly route: Route }
  /** The back end of this route gets the Host that the client sent; `port` says that its port matters. */
  | { readonly kind: 'forward-host'; readonly route: Route; readonly port: boolean }
  /** Only handshakes of this route ask the back end for an upgrade. */
  | { readonly kind: 'ask-when-asked'; readonly route: Route }
  /** No upgrade but that to WebSocket gets through this route. */
  | { readonly kind: 'only-websocket'; readonly route: Route }
  /** The endpoint offers exactly these versions. */
  | { readonly kind: 'set-tls-versions'; readonly endpoint: TlsEndpoint; readonly versions: readonly TlsVersion[] }
  /** This listener speaks TLS, with the certificate that is there; without one, the site has a listener at port 443 that does. */
  | { readonly kind: 'speak-tls'; readonly site: Site; readonly listener: Listener | undefined }
  /** Handshakes for the site's names, and for names that no site has where it answers these, are refused with an alert. */
  | { readonly kind: 'refuse-handshakes'; readonly site: Site }
  /** Every request that comes to the site without TLS is sent to the same address with it. */
  | { readonly kind: 'redirect-to-tls'; readonly site: Site }
  /** On the sockets where this site answers names that no site has, handshakes for these are refused. */
  | { readonly kind: 'refuse-unknown-names'; readonly site: Site }
  /** The back ends of these routes are told which requests came as early data. */
  | { readonly kind: 'tell-early-data'; readonly routes: readonly Route[] }
  /** A setting names another file; `path` as it should be written. */
  | { readonly kind: 'name-file'; readonly use: FileUse; readonly path: string }
  /** These edits, known since lowering or reading. */
  | { readonly kind: 'edit'; readonly edits: () => readonly FileEdits[] | undefined };

/** Edits of several steps as those of one; each file once. */
export function joined(steps: readonly (readonly FileEdits[])[]): FileEdits[] {
  const files = new Map<FileId, TextEdit[]>();
  for (const { file, edits } of steps.flat()) files.set(file, [...(files.get(file) ?? []), ...edits]);
  return [...files].map(([file, edits]) => ({ file, edits }));
}
