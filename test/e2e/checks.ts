/** Owns how an end-to-end check is named, run, timed and told; works in the extension host and in Node alike. */

export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}

export interface CheckResult {
  readonly name: string;
  readonly seconds: number;
  /** Why it failed; absent when it passed. */
  readonly failure?: string;
}

/** Runs the checks one after the other, because they share one window. A failed check does not stop the next. */
export async function runChecks(checks: readonly Check[], tell: (result: CheckResult) => void): Promise<void> {
  for (const check of checks) {
    const start = Date.now();
    const failure = await check.run().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    const seconds = (Date.now() - start) / 1000;
    tell({ name: check.name, seconds, ...(failure === undefined ? {} : { failure }) });
  }
}

/** Fails with `message` unless `condition` holds. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Rejects with what `describe` says when `promise` is not settled in time. */
export async function within<T>(seconds: number, promise: Promise<T>, describe: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`after ${seconds} s: ${describe()}`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
