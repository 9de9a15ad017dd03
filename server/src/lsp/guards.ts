/** Owns what happens when a handler fails: the client's log is told, and the server goes on. */
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';

export interface Guards {
  /** A notification's handler; nobody waits for its answer. */
  guarded<P>(what: string, handle: (params: P) => void | Promise<void>): (params: P) => Promise<void>;
  /** A request's handler; a fault of ours becomes an error that quotes no file. */
  answered<P, R>(what: string, handle: (params: P) => R | Promise<R>): (params: P) => Promise<R>;
}

export function createGuards(failed: (what: string, error: unknown) => void): Guards {
  return {
    guarded: (what, handle) => async (params) => {
      try {
        await handle(params);
      } catch (error) {
        failed(what, error);
      }
    },
    answered: (what, handle) => async (params) => {
      try {
        return await handle(params);
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        failed(what, error);
        throw new ResponseError(LSPErrorCodes.RequestFailed, `wsslint failed while ${what}; its log says where`);
      }
    },
  };
}
