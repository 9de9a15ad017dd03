/** Owns why suppression-without-reason has no proof on a server. */
export const unprovable = 'A suppression is a comment for wsslint; no server reads it.';
