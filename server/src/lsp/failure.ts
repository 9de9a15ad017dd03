/** Owns what is told of a fault of our own: where in the program it was, and nothing of what users' files hold. */

/** The kind of an error and the places in the program, without its message, which may quote a file. */
export function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 12)].join('\n');
}
