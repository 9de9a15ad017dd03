/** Owns the time that work takes of the processor: the same on a busy machine as on an idle one. */

/** Runs a body and gives its result with the milliseconds of processor time that it took. */
export function withCpuTime<T>(body: () => T): { readonly result: T; readonly milliseconds: number } {
  const before = process.cpuUsage();
  const result = body();
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: (user + system) / 1000 };
}
