/** Owns what all handlers of one client share. */
import type { Connection } from 'vscode-languageserver/node';
import type { Client } from './capabilities.ts';
import type { Core } from './core.ts';
import type { Guards } from './guards.ts';
import type { Session } from './session.ts';

export interface Serving {
  readonly connection: Connection;
  readonly core: Core;
  readonly session: Session;
  readonly guards: Guards;
  /** What the client has said that it can do; undefined before it has said anything. */
  readonly client: () => Client | undefined;
}
