/** Owns the stopping of what a test starts. */

export interface Stoppable {
  stop(): Promise<void>;
}

export interface Keeper {
  /** Passes on what is being started, and remembers it. */
  keep<T extends Stoppable>(starting: Promise<T>): Promise<T>;
  /** Stops everything, the latest first: proxies before their back ends. */
  stopAll(): Promise<void>;
}

/** Keeps the servers of one test or proof. */
export function keeper(): Keeper {
  const kept: Stoppable[] = [];
  return {
    async keep(starting) {
      const started = await starting;
      kept.push(started);
      return started;
    },
    async stopAll() {
      for (const { stop } of kept.splice(0).reverse()) await stop();
    },
  };
}
